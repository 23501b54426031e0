import { expect, test } from 'vitest'
import { METHODS } from './method-table.ts'
import { isOfSchema } from './params.ts'

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
  'chat.send': ['text', 'room', 'kind'],
  'chat.history': ['since', 'before', 'limit', 'room', 'wait_ms'],
  'chat.subscribe': ['since', 'room'],
  'chat.unsubscribe': ['subscription'],
  'chat.set_nick': ['nick'],
  'p2p.connect': ['url'],
  'p2p.disconnect': ['channel'],
  'node.get_info': [],
  'node.stop': [],
}

test('every method is there, with its parameters in order and a line of help', () => {
  expect(Object.fromEntries([...METHODS].map(([name, spec]) => [name, spec.order]))).toEqual(ORDER)
  for (const [name, spec] of METHODS) {
    expect(spec.name).toBe(name)
    expect(spec.doc).not.toBe('')
  }
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
  const author = { key: null, nick: null, tag: null, from: 'tcp://1.2.3.4:5' }
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
  }
  expect(result('chat.send', message)).toBe(true)
  expect(result('chat.send', { ...message, delivery: { state: 'sent', written: 1, held: 0 } })).toBe(true)
  expect(result('chat.send', { ...message, seq: '1' })).toBe(false)
  expect(result('p2p.get_info', { channels: [{ url: 'tcp://a:1', session: 'inbound', id: 7 }], outbound_slots: [0, 7] })).toBe(
    true,
  )
  expect(result('p2p.get_info', { channels: [{ url: 'tcp://a:1', session: 'other', id: 7 }], outbound_slots: [] })).toBe(false)
})
