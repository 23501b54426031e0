import { expect, test } from 'vitest'
import { METHODS } from './method-table.ts'
import { bindParams, isOfSchema } from './params.ts'

/** Parameters in the order of a call by position, as the list of methods fixes them. */
const ORDER: Record<string, string[]> = {
  ping: [],
  send: ['text'],
  recv: [],
  'p2p.get_info': [],
  'dnet.switch': ['on'],
  'dnet.subscribe_events': [],
  spawns: [],
  'rpc.auth': ['cookie'],
  'chat.send': ['text', 'room', 'kind', 'to', 'hold', 'in_clear'],
  'chat.history': ['since', 'before', 'limit', 'room', 'wait_ms', 'after'],
  'chat.subscribe': ['since', 'room'],
  'chat.unsubscribe': ['subscription'],
  'chat.search': ['query', 'room', 'limit', 'before'],
  'chat.export': ['room', 'since', 'format', 'limit'],
  'chat.rooms': ['client'],
  'chat.join': ['room'],
  'chat.leave': ['room'],
  'chat.topic': ['room', 'text', 'in_clear'],
  'chat.mark_read': ['room', 'seq', 'client'],
  'chat.forget': ['room'],
  'chat.mute': ['room', 'level'],
  'room.create': ['name'],
  'room.invite': ['room', 'to', 'hold'],
  'room.accept': ['invitation'],
  'room.members': ['room'],
  'room.rekey': ['room', 'without'],
  'room.invitation': ['room'],
  'room.forget': ['room'],
  'chat.retract': ['id'],
  'chat.pending': [],
  'chat.delivery': ['seq'],
  'chat.retry': ['seq'],
  'chat.cancel': ['seq'],
  'chat.ignore': ['key', 'on'],
  'chat.ignored': [],
  'chat.highlights': [],
  'chat.set_highlights': ['words'],
  'identity.get': [],
  'identity.export': ['passphrase'],
  'identity.import': ['data', 'passphrase'],
  'identity.verify': ['key'],
  'identity.pin': ['key', 'on'],
  'store.check': ['full'],
  'store.backup': ['path'],
  'chat.set_nick': ['nick'],
  'p2p.connect': ['url'],
  'p2p.disconnect': ['channel'],
  'net.page': [],
  'net.status': [],
  'net.subscribe': [],
  'hosts.list': ['color'],
  'bans.list': [],
  'bans.add': ['target', 'hours'],
  'bans.remove': ['target'],
  'node.get_info': [],
  'node.metrics': [],
  'node.stop': [],
  'log.set_level': ['level', 'module'],
  'rpc.discover': [],
  help: ['method'],
}

test('every method is there, with its parameters in order and a line of help', () => {
  expect(Object.fromEntries([...METHODS].map(([name, spec]) => [name, spec.order]))).toEqual(ORDER)
  for (const [name, spec] of METHODS) {
    expect(spec.name).toBe(name)
    expect(spec.summary).not.toBe('')
  }
})

test('every field of every schema has a text', () => {
  const untold: string[] = []
  const look = (schema: object, path: string): void => {
    const { description, properties = {}, items, anyOf = [] } = schema as Record<string, never>
    if (description === undefined && !path.includes('|')) untold.push(path)
    for (const [name, field] of Object.entries(properties)) look(field as object, `${path}.${name}`)
    if (items !== undefined && Object.hasOwn(items, 'properties')) look({ description: '', ...(items as object) }, `${path}[]`)
    for (const each of anyOf) look(each, `${path}|`)
  }
  for (const [name, { params, result }] of METHODS) {
    for (const [param, schema] of Object.entries(params.properties)) look(schema, `${name}(${param})`)
    look({ description: '', ...result }, name)
  }
  expect(untold).toEqual([])
})

test('the example of every method is one', () => {
  for (const [name, { params, result, example }] of METHODS) {
    const bound = bindParams(METHODS.get(name)!, example.params)
    expect([name, bound.ok, isOfSchema(params, example.params), isOfSchema(result, example.result)]).toEqual([
      name,
      true,
      true,
      true,
    ])
  }
})

test('defaults are what the schemas take', () => {
  const defaults = [...METHODS.values()].flatMap(({ name, params }) =>
    Object.entries(params.properties).map(([param, schema]) => ({ path: `${name}(${param})`, schema })),
  )
  const given = defaults.filter(({ schema }) => Object.hasOwn(schema, 'default'))
  expect(given.map(({ path }) => path)).toContain('chat.history(limit)')
  expect(given.filter(({ schema }) => !isOfSchema(schema, (schema as { default?: unknown }).default))).toEqual([])
})

test('who only reads may call what tells, and nothing that changes or sends', () => {
  const reading = [...METHODS.values()].filter(({ access }) => access === 'read').map(({ name }) => name)
  expect(reading.toSorted()).toEqual(
    [
      'ping',
      'recv',
      'p2p.get_info',
      'dnet.subscribe_events',
      'spawns',
      'chat.history',
      'chat.subscribe',
      'chat.unsubscribe',
      'chat.search',
      'chat.export',
      'chat.rooms',
      'room.members',
      'chat.pending',
      'chat.delivery',
      'chat.ignored',
      'chat.highlights',
      'identity.get',
      'identity.verify',
      'store.check',
      'net.status',
      'net.subscribe',
      'hosts.list',
      'bans.list',
      'node.get_info',
      'node.metrics',
      'rpc.auth',
      'rpc.discover',
      'help',
    ].toSorted(),
  )
})

test('all but rpc.auth can be disabled', () => {
  expect([...METHODS.values()].filter(({ canDisable }) => !canDisable).map(({ name }) => name)).toEqual(['rpc.auth'])
})

test('results are described: a subscription id is a string, which the network viewer needs', () => {
  const result = (name: string, value: unknown): boolean => isOfSchema(METHODS.get(name)!.result, value)
  for (const name of ['dnet.subscribe_events', 'chat.subscribe']) {
    expect(result(name, 'id-1')).toBe(true)
    expect(result(name, true)).toBe(false)
    expect(result(name, 1)).toBe(false)
  }
  const nobody = { key: null, nick: null, tag: null, held: false, verified: null, room_key: null, known_as: null }
  const author = { ...nobody, from: 'tcp://1.2.3.4:5' }
  const message = {
    seq: 1,
    id: null,
    room: 'dchat',
    kind: 'text',
    author,
    text: 'hi',
    time: null,
    received: 1,
    own: false,
    delivery: null,
    retracted: false,
    mention: false,
    encrypted: null,
    invitation: null,
  }
  expect(result('chat.send', message)).toBe(true)
  expect(result('chat.send', { ...message, delivery: { state: 'sent', written: 1, held: 0 } })).toBe(true)
  expect(result('chat.send', { ...message, seq: '1' })).toBe(false)
  expect(result('p2p.get_info', { channels: [{ url: 'tcp://a:1', session: 'inbound', id: 7 }], outbound_slots: [0, 7] })).toBe(
    true,
  )
  expect(result('p2p.get_info', { channels: [{ url: 'tcp://a:1', session: 'other', id: 7 }], outbound_slots: [] })).toBe(false)
})

test('rooms, ids and paths are checked by their form', () => {
  const takes = (name: string, params: Record<string, unknown>): boolean => bindParams(METHODS.get(name)!, params).ok
  const [PRIVATE, CONVERSATION] = [`p.${'0'.repeat(40)}`, `@${'0'.repeat(64)}`] as const
  for (const room of ['cats', 'a', 'p', 'px.y', '.x', '-', 'a.b-c_9', 'x'.repeat(64), PRIVATE, CONVERSATION])
    expect([room, takes('chat.join', { room })]).toEqual([room, true])
  for (const room of [
    '',
    '_dm',
    'p.',
    'p.a',
    `${PRIVATE}0`,
    '@',
    '@ann',
    `${CONVERSATION}0`,
    'Cats',
    '#cats',
    'a b',
    'a\n',
    'x'.repeat(65),
  ])
    expect([room, takes('chat.join', { room })]).toEqual([room, false])
  expect(takes('chat.retract', { id: 'a'.repeat(64) })).toBe(true)
  for (const id of ['A'.repeat(64), 'a'.repeat(63), 'g'.repeat(64)]) expect(takes('chat.retract', { id })).toBe(false)
  expect(takes('store.backup', { path: '/tmp/a.db' })).toBe(true)
  for (const path of ['a.db', '/tmp/a', '/tmp/a.db\n', '/tmp/.bashrc', '/tmp/.db'])
    expect([path, takes('store.backup', { path })]).toEqual([path, false])
})
