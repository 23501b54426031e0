/** The daemon's methods over real sockets, on a backend of arrays. */
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LineSplitter, MAX_POST_TEXT_BYTES, MAX_TEXT_BYTES, RpcClient, RpcError, rpcError } from '@dchat/rpc'
import type { MethodName } from '@dchat/rpc'
import { METHODS, NOTIFICATIONS, isOfSchema } from '@dchat/rpc/schemas'
import { ChatError } from '@dchat/chat'
import { NetError } from '@dchat/net'
import { createRpcServer } from '@dchat/rpc-server'
import type { RpcServer } from '@dchat/rpc-server'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMethods } from './methods.ts'
import { MAX_SUBSCRIPTIONS, MAX_SUBSCRIPTIONS_IN_ALL } from './subscriptions.ts'
import { INVITATION, KEY, ROOM, TestBackend, signedAuthor } from './testing/test-backend.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

let folder = ''
let backend: TestBackend
let clock: ManualClock
let logger: MemoryLogger
let server: RpcServer
let client: RpcClient

const path = (): string => join(folder, 'rpc.sock')
const connect = (): Promise<RpcClient> => RpcClient.connect({ kind: 'unix', path: path() })
const soon = (read: () => unknown, wanted: unknown): Promise<void> =>
  expect.poll(read, { timeout: 10_000, interval: 2 }).toEqual(wanted)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-methods-'))
  backend = new TestBackend()
  clock = new ManualClock()
  logger = new MemoryLogger()
  server = createRpcServer({
    listen: [{ kind: 'unix', path: path() }],
    methods: createMethods({ backend, clock, logger }),
    clock,
    logger,
    serverInfo: { name: 'dchatd', version: '0.1.0' },
  })
  await server.start()
  client = await connect()
  await client.call('ping', []) // a connection that says nothing is ended after a while
})
afterEach(async () => {
  await client.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  const left = clock.pendingTimers + backend.events.listenerCount()
  if (left > 0) throw new Error(`${left} timers and listeners are left after the stop`)
})

/** The error a call ends with. */
async function failure(method: string, params: unknown): Promise<RpcError> {
  try {
    await client.callRaw(method, params)
  } catch (error) {
    if (error instanceof RpcError) return error
    throw error
  }
  throw new Error(`${method} was answered without an error`)
}

/** What a client hears from now on. */
function listen(to: RpcClient): { method: string; params: unknown }[] {
  const heard: { method: string; params: unknown }[] = []
  to.onNotification((method, params) => heard.push({ method, params }))
  return heard
}

describe('the methods of the reference', () => {
  test.each<[MethodName, unknown, unknown]>([
    ['ping', [], 'pong'],
    ['send', ['hello'], true],
    ['recv', [], ['from a peer']],
    ['p2p.get_info', [], { channels: [{ url: 'tcp://127.0.0.1:1', session: 'outbound', id: 7 }], outbound_slots: [7, 0] }],
    ['dnet.switch', [true], true],
  ])('%s %j', async (method, params, result) => {
    backend.store({ text: 'from a peer' })
    backend.store({ text: 'own', own: true })
    expect(await client.callRaw(method, params)).toEqual(result)
  })

  test('spawns is not of a chat daemon', async () => {
    expect(await failure('spawns', [])).toMatchObject({ code: -32_601 })
  })
})

describe('net.subscribe', () => {
  test('follows the network beside dnet, one subscription a connection, until it is ended', async () => {
    const heard = listen(client)
    const subscription = await client.call('net.subscribe', {})
    expect([await client.call('net.subscribe', []), await client.call('dnet.subscribe_events', [])]).toEqual([
      subscription,
      'dnet-2',
    ])
    const event = { time: 1_795_687_200_000, event: 'send', info: { cmd: 'ping' } }
    backend.events.publish('net', event)
    await soon(() => heard, [{ method: 'net.event', params: { subscription, ...event } }])
    expect(isOfSchema(NOTIFICATIONS['net.event'], heard[0]!.params)).toBe(true)
    expect(await client.call('chat.unsubscribe', { subscription })).toBe(true)
    expect([backend.events.listenerCount('net'), backend.events.listenerCount('dnet')]).toEqual([0, 1])
    expect(await client.call('net.subscribe', {})).not.toBe(subscription)
  })

  test('ends with the connection', async () => {
    const other = await connect()
    await other.call('net.subscribe', [])
    expect(backend.events.listenerCount('net')).toBe(1)
    await other.close()
    await soon(() => backend.events.listenerCount('net'), 0)
  })
})

describe('dnet.subscribe_events', () => {
  const event = (name: string, info: unknown = {}): { event: string; info: unknown } => ({ event: name, info })
  const notification = (name: string, info: unknown = {}) => ({ method: 'dnet.subscribe_events', params: [event(name, info)] })

  test('gives a string, then events in an array; asking twice is one subscription', async () => {
    const heard = listen(client)
    const id = await client.call('dnet.subscribe_events', {})
    expect(typeof id).toBe('string')
    expect(await client.call('dnet.subscribe_events', [])).toBe(id)
    backend.events.publish('dnet', event('send', { chan: { id: 7 } }))
    await soon(() => heard, [notification('send', { chan: { id: 7 } })])
    await client.call('chat.unsubscribe', { subscription: id })
    backend.events.publish('dnet', event('send'))
    await client.call('ping', [])
    expect(heard).toHaveLength(1)
  })

  test('passes every kind on as it is, those of direct channels too', async () => {
    const heard = listen(client)
    await client.call('dnet.subscribe_events', [])
    const events = [
      event('recv', { chan: { addr: 'tcp://127.0.0.1:1/', id: 4_294_967_295 }, cmd: 'ping', time: '1795000000000000001' }),
      event('direct_connecting', { connect_addr: 'tcp+tls://a.example:1/' }),
      event('direct_connected', { connect_addr: 'tcp+tls://a.example:1/', addr: 'tor+tls://a.example:1/', channel_id: 9 }),
      event('direct_disconnected', { connect_addr: 'tcp+tls://a.example:1/', err: 'why' }),
      event('direct_peer_discovery', { attempt: 1, state: 'newchan' }),
      event('one_of_tomorrow', { deep: [{ null: null }] }),
    ]
    for (const each of events) backend.events.publish('dnet', each)
    await soon(() => heard.length, events.length)
    expect(heard).toEqual(events.map((each) => ({ method: 'dnet.subscribe_events', params: [each] })))
  })

  test('each connection has its own, which ends with it', async () => {
    const heard = listen(client)
    await client.call('dnet.subscribe_events', [])
    await using other = await connect()
    const heardByOther = listen(other)
    await other.call('dnet.subscribe_events', [])
    backend.events.publish('dnet', event('send'))
    await soon(() => [heard, heardByOther], [[notification('send')], [notification('send')]])
    expect(backend.events.listenerCount('dnet')).toBe(2)
    await other.close()
    await soon(() => backend.events.listenerCount('dnet'), 1)
    backend.events.publish('dnet', event('recv'))
    await soon(() => heard, [notification('send'), notification('recv')])
    expect(heardByOther).toHaveLength(1)
  })

  test('a client that does not read loses events, is told of no more than fits, and holds up nobody', async () => {
    const heard = listen(client)
    await client.call('dnet.subscribe_events', [])
    const raw = connectSocket({ path: path() })
    const splitter = new LineSplitter(4_194_304)
    const numbers: (number | undefined)[] = []
    raw.on('data', (chunk: Buffer) => {
      splitter.push(chunk)
      for (let line = splitter.next(); line !== undefined; line = splitter.next())
        numbers.push((JSON.parse(line.toString()) as { params?: { info: { count: number } }[] }).params?.[0]!.info.count)
    })
    raw.write('{"jsonrpc":"2.0","id":1,"method":"dnet.subscribe_events"}\n')
    await soon(() => numbers, [undefined])
    raw.pause()
    const padding = 'x'.repeat(1_000)
    for (let count = 0; count < 6_000; count += 1) {
      backend.events.publish('dnet', event('send', { count, padding }))
      if (count % 100 === 99) await client.call('ping', []) // the one that reads gets its turn
    }
    await soon(() => heard.length, 6_000)
    const warnings = logger.records.filter(({ message }) => message === 'RPC client is too slow, network events are lost')
    expect(warnings).toHaveLength(1)

    raw.resume()
    await soon(() => {
      backend.events.publish('dnet', event('send', { count: 6_000 }))
      return numbers.includes(6_000)
    }, true)
    const kept = numbers.slice(1, numbers.indexOf(6_000))
    expect(kept).toEqual(Array.from(kept, (_value, index) => index))
    expect(kept.length).toBeLessThan(3_000) // a mebibyte, and what the two sockets hold
    raw.destroy()
    await soon(() => backend.events.listenerCount('dnet'), 1)
  })

  test('over HTTP it is refused with the way to get it', async () => {
    const answer = await fetchOverUnix('{"jsonrpc":"2.0","id":1,"method":"dnet.subscribe_events"}')
    expect(answer).toMatchObject({ error: { code: -32_600, data: { hint: expect.stringContaining('/ws') as string } } })
  })
})

describe('texts', () => {
  test('send takes an empty one, as the reference does', async () => {
    expect(await client.call('send', { text: '' })).toBe(true)
    expect(backend.messages).toMatchObject([{ text: '' }])
  })

  const euros = (bytes: number): string => '€'.repeat(Math.floor(bytes / 3)) + 'x'.repeat(bytes % 3)

  test.each([
    ['send', MAX_TEXT_BYTES],
    ['chat.send', MAX_POST_TEXT_BYTES],
  ])('%s takes %i bytes and not one more', async (method, most) => {
    await client.callRaw(method, [euros(most)])
    expect(backend.messages[0]!.text).toBe(euros(most))
    expect(await failure(method, [euros(most + 1)])).toMatchObject({
      code: -32_602,
      message: 'invalid params',
      data: { kind: 'invalid_params', hint: `text has ${most + 1} bytes, at most ${most} are allowed` },
    })
    expect(backend.messages).toHaveLength(1)
  })

  test.each([
    ['send', [7]],
    ['send', [null]],
    ['send', []],
    ['send', ['\ud800']],
    ['send', ['a', 'b']],
    ['chat.send', ['']],
    ['chat.send', ['a', 'dchat', 'topic']],
    ['chat.send', ['a', 'dchat', 'system']],
    ['chat.send', ['a', '\udc00']],
    ['chat.send', ['a', '']],
    ['chat.send', ['a', '_dm']],
    ['chat.send', { text: 'a', room: 'dchat', to: 'ann' }],
    ['chat.topic', ['cats', 'x'.repeat(8_193)]],
    ['chat.set_nick', ['']],
    ['chat.set_nick', ['   ']],
    ['chat.set_nick', ['a\nb']],
    ['chat.set_nick', ['\u202eevil']],
    ['chat.set_nick', ['x'.repeat(33)]],
    ['chat.set_highlights', ['cats']],
    ['chat.set_highlights', [['a']]],
    ['chat.set_highlights', [['x'.repeat(65)]]],
    ['chat.set_highlights', [Array.from({ length: 101 }, (_, index) => `word ${index}`)]],
  ])('%s %j is refused', async (method, params) => {
    expect(await failure(method, params)).toMatchObject({ code: -32_602 })
    expect([backend.messages, backend.calls]).toEqual([[], []])
  })

  test('chat.send answers with the stored message', async () => {
    expect(await client.call('chat.send', { text: 'waves', kind: 'action' })).toMatchObject({
      seq: 1,
      room: 'dchat',
      kind: 'action',
      text: 'waves',
      own: true,
    })
    expect(await client.call('chat.send', { text: 'hi', room: 'other' })).toMatchObject({ seq: 2, room: 'other', kind: 'text' })
  })

  test('chat.send to somebody says it in the conversation with him, and holds it when it is asked to', async () => {
    expect(await client.call('chat.send', { text: 'hi', to: 'ann' })).toMatchObject({ room: `@${KEY}` })
    await client.call('chat.send', { text: 'hi', to: KEY, hold: true })
    expect(backend.calls).toEqual([
      ['chatSend', `@${KEY}`, false],
      ['chatSend', `@${KEY}`, true],
    ])
  })

  test('an invitation goes to nobody by mistake', async () => {
    const text = `come: dchat-room:cats:${'A'.repeat(43)}`
    const refused: [string, object][] = [
      ['send', { text }],
      ['chat.send', { text }],
      ['chat.send', { text, room: 'cats' }],
      ['chat.topic', { room: 'cats', text }],
    ]
    for (const [method, params] of refused) {
      const error = await failure(method, params)
      expect(error).toMatchObject({ code: -32_012, data: { kind: 'would_leak', retryable: false } })
      expect(JSON.stringify(error.data)).not.toContain('A'.repeat(43))
    }
    expect([backend.messages, backend.calls]).toEqual([[], []])
    await client.call('chat.send', { text, room: 'cats', in_clear: true })
    await client.call('chat.send', { text, to: 'ann' })
    await client.call('chat.send', { text, room: `p.${'0'.repeat(40)}` })
    await client.call('chat.topic', { room: 'cats', text, in_clear: true })
    expect(backend.messages.map((message) => message.text)).toEqual([text, text, text])
    expect(backend.calls.at(-1)).toEqual(['setTopic', 'cats', text])
  })

  test('a nick is normalised: one form, no space at its ends, 32 characters of any plane', async () => {
    expect(await client.call('chat.set_nick', { nick: '  Ａnn  B ' })).toEqual({ nick: 'Ann  B', tag: 'aaaaaaaaaa' })
    const nick = '𝒳'.normalize('NFKC') + '😀'.repeat(31)
    expect((await client.call('chat.set_nick', { nick })).nick).toBe(nick)
  })
})

describe('chat.history', () => {
  test.each([
    [{}, [4, 5, 6], true],
    [{ since: 2 }, [3, 4, 5], true],
    [{ since: 4 }, [5, 6], false],
    [{ before: 3 }, [1, 2], false],
    [{ before: 6 }, [3, 4, 5], true],
    [{ after: 4 }, [5, 6], false],
  ])('%j', async (query, seqs, more) => {
    for (let count = 0; count < 6; count += 1) backend.store()
    const page = await client.call('chat.history', { ...query, limit: 3 })
    expect([page.messages.map(({ seq }) => seq), page.more, page.last_seq]).toEqual([seqs, more, 6])
  })

  test.each([
    [{ since: 1, before: 2 }],
    [{ after: 1, before: 2 }],
    [{ since: 1, after: 2 }],
    [{ wait_ms: 1 }],
    [{ before: 1, wait_ms: 1 }],
    [{ limit: 0 }],
  ])('%j is refused', async (query) => {
    expect(await failure('chat.history', query)).toMatchObject({ code: -32_602 })
  })

  test('wait_ms waits for the first new message of the room', async () => {
    backend.store()
    const page = client.call('chat.history', { since: 1, room: 'b', wait_ms: 60_000 })
    await soon(() => clock.pendingTimers, 1)
    backend.store({ room: 'a' })
    backend.store({ room: 'b' })
    expect(await page).toMatchObject({ messages: [{ seq: 3 }], more: false, last_seq: 3 })
    expect(await client.call('chat.history', { since: 1, wait_ms: 60_000 })).toMatchObject({ messages: [{ seq: 2 }, { seq: 3 }] })
  })

  test('wait_ms with a since that is yet to come waits for the line after it', async () => {
    backend.store()
    const page = client.call('chat.history', { since: 2, wait_ms: 60_000 })
    await soon(() => clock.pendingTimers, 1)
    backend.store()
    await client.call('ping', [])
    expect(clock.pendingTimers).toBe(1)
    backend.store()
    expect(await page).toMatchObject({ messages: [{ seq: 3 }], more: false, last_seq: 3 })
  })

  test('and no longer than asked for', async () => {
    const page = client.call('chat.history', { since: 0, wait_ms: 1_500 })
    await soon(() => clock.pendingTimers, 1)
    await clock.advance(1_500)
    expect(await page).toEqual({ messages: [], more: false, last_seq: 0 })
  })

  test('a client that goes away waits no more; a stop is answered', async () => {
    const gone = await connect()
    const lost = gone.call('chat.history', { since: 0, wait_ms: 60_000 }).catch(() => 'lost')
    await soon(() => clock.pendingTimers, 1)
    await gone.close()
    expect(await lost).toBe('lost')
    await soon(() => clock.pendingTimers, 2) // it may have ended its side only
    await clock.advance(5_000)
    await soon(() => backend.events.listenerCount('message'), 0)
    const stopped = failure('chat.history', { since: 0, wait_ms: 60_000 })
    await soon(() => clock.pendingTimers, 1)
    await server.stop()
    expect(await stopped).toMatchObject({ code: -32_006 })
  })
})

describe('chat.export', () => {
  test.each([
    [{ format: 'txt' }, '<tcp://127.0.0.1:1> text'],
    [{ format: 'md' }, '\\<tcp://127.0.0.1:1\\> text'],
    [{}, '"text":"text'],
  ])('%j: pages put together are the whole', async (params, part) => {
    for (let count = 0; count < 7; count += 1) backend.store()
    const all = await client.call('chat.export', { ...params } as never)
    expect(all).toMatchObject({ more: false, last_seq: 7, next: 7 })
    expect(all.text.split('\n').filter((line) => line.includes(part))).toHaveLength(7)
    let text = ''
    for (let since = 0, more = true; more;) {
      const page = await client.call('chat.export', { ...params, since, limit: 3 } as never)
      text += page.text
      ;({ next: since, more } = page)
    }
    expect(text).toBe(all.text)
  })

  test('of one room, and of nothing new', async () => {
    backend.store({ room: 'a' })
    backend.store({ room: 'b' })
    expect((await client.call('chat.export', { room: 'b', format: 'txt' })).text).toMatch(/ \[b\] <.*> text 2\n$/)
    expect(await client.call('chat.export', { since: 2 })).toEqual({ text: '', more: false, last_seq: 2, next: 2 })
    expect(await client.call('chat.export', { since: 9 })).toMatchObject({ text: '', next: 9 })
  })
})

describe('chat.subscribe', () => {
  test('replays, follows, tells deliveries, and ends with chat.unsubscribe', async () => {
    backend.store({ own: true, delivery: { state: 'stored', written: 0, held: 0 } })
    backend.store()
    const heard = listen(client)
    const subscription = await client.call('chat.subscribe', { since: 0 })
    backend.store()
    await soon(() => heard.length, 3)
    backend.deliver(1, { state: 'sent', written: 2, held: 0 })
    await soon(
      () => heard.map(({ method, params }) => [method, (params as { message?: { seq: number } }).message?.seq]),
      [
        ['chat.message', 1],
        ['chat.message', 2],
        ['chat.message', 3],
        ['chat.delivery', undefined],
      ],
    )
    expect(heard[3]!.params).toEqual({
      subscription,
      seq: 1,
      delivery: { state: 'sent', written: 2, held: 0 },
      id: null,
      time: null,
    })
    expect(await client.call('chat.unsubscribe', { subscription })).toBe(true)
    backend.store()
    await client.call('ping', [])
    expect(heard).toHaveLength(4)
    expect(await failure('chat.unsubscribe', { subscription })).toMatchObject({ code: -32_004 })
  })

  test('another connection cannot end it', async () => {
    const subscription = await client.call('chat.subscribe', {})
    await using other = await connect()
    await expect(other.call('chat.unsubscribe', { subscription })).rejects.toMatchObject({ code: -32_004 })
  })

  test('a connection has 32 of them', async () => {
    const ids = await Promise.all(Array.from({ length: MAX_SUBSCRIPTIONS }, () => client.call('chat.subscribe', {})))
    expect(new Set(ids).size).toBe(MAX_SUBSCRIPTIONS)
    expect(await failure('chat.subscribe', {})).toMatchObject({ code: -32_003 })
    await client.call('chat.unsubscribe', { subscription: ids[0]! })
    await client.call('chat.subscribe', {})
    await client.close()
    await soon(() => backend.events.listenerCount(), 0)
  })

  test('all connections together have 512 of them, and what one gives back another may have', async () => {
    await using all = new AsyncDisposableStack()
    const clients: RpcClient[] = []
    for (let count = 0; count < MAX_SUBSCRIPTIONS_IN_ALL / MAX_SUBSCRIPTIONS; count += 1) {
      const other = all.use(await connect())
      clients.push(other)
      await Promise.all(Array.from({ length: MAX_SUBSCRIPTIONS }, () => other.call('chat.subscribe', {})))
    }
    expect(await failure('chat.subscribe', {})).toMatchObject({ code: -32_003, data: { hint: expect.stringContaining('512') } })
    expect(await failure('dnet.subscribe_events', [])).toMatchObject({ code: -32_003 })
    await clients[0]!.call('chat.unsubscribe', { subscription: 'chat-1' })
    expect(await client.call('chat.subscribe', {})).toBe('chat-513')
  })

  test('a client that does not read is told once where it lagged, and finds the rest from there', async () => {
    const raw = connectSocket({ path: path() })
    const splitter = new LineSplitter(4_194_304)
    const lines: { id?: number; result?: string; method?: string; params?: { resume?: number; message?: { seq: number } } }[] = []
    raw.on('data', (chunk: Buffer) => {
      splitter.push(chunk)
      for (let line = splitter.next(); line !== undefined; line = splitter.next())
        lines.push(JSON.parse(line.toString()) as (typeof lines)[number])
    })
    const seqs = (): (number | undefined)[] => lines.map(({ params }) => params?.message?.seq).filter((seq) => seq !== undefined)
    raw.write('{"jsonrpc":"2.0","id":1,"method":"chat.subscribe"}\n')
    await soon(() => lines.length, 1)
    raw.pause()
    const text = 'x'.repeat(60_000)
    for (let count = 0; count < 100; count += 1) backend.store({ text }) // 6 MB: more than a socket and the queue hold
    raw.resume()
    await soon(() => lines.filter(({ method }) => method === 'chat.lagged').length, 1)
    const { resume } = lines.at(-1)!.params!
    expect(seqs()).toEqual(Array.from({ length: resume! }, (_value, index) => index + 1))
    expect(resume).toBeLessThan(100)
    raw.write(`{"jsonrpc":"2.0","id":2,"method":"chat.unsubscribe","params":["${lines[0]!.result}"]}\n`)
    raw.write(`{"jsonrpc":"2.0","id":3,"method":"chat.subscribe","params":[${resume}]}\n`)
    await soon(() => seqs().length, 100)
    backend.store()
    await soon(
      seqs,
      Array.from({ length: 101 }, (_value, index) => index + 1),
    )
    raw.destroy()
    await soon(() => backend.events.listenerCount(), 0)
  })

  test('a store that fails while it replays is logged, and the client is told to ask again', async () => {
    backend.store()
    backend.failure = new Error('disk')
    const heard = listen(client)
    const subscription = await client.call('chat.subscribe', { since: 0 })
    await soon(() => heard, [{ method: 'chat.lagged', params: { subscription, resume: 0 } }])
    expect(logger.records.map(({ message }) => message)).toEqual(['RPC subscription cannot read the store'])
  })

  test('over HTTP it is refused with the way to get it', async () => {
    const answer = await fetchOverUnix('{"jsonrpc":"2.0","id":1,"method":"chat.subscribe"}')
    expect(answer).toMatchObject({ error: { code: -32_600, data: { hint: expect.stringContaining('/ws') as string } } })
  })
})

describe('rooms, own lines, people and the store', () => {
  test.each<[MethodName, unknown[], unknown[]]>([
    ['chat.join', ['cats'], ['join', 'cats']],
    ['chat.leave', ['cats'], ['leave', 'cats']],
    ['chat.topic', ['cats', ''], ['setTopic', 'cats', '']],
    ['chat.mark_read', ['cats', 7], ['markRead', 'cats', 7, 'default']],
    ['chat.mark_read', ['cats', 7, 'phone'], ['markRead', 'cats', 7, 'phone']],
    ['chat.mute', ['cats', 'none'], ['mute', 'cats', 'none']],
    ['chat.retract', [KEY], ['retract', KEY]],
    ['chat.retry', [3], ['retry', 3]],
    ['chat.ignore', [KEY, true], ['ignore', KEY, true]],
    ['identity.import', ['data', 'word'], ['importIdentity', 'data', 'word']],
    ['identity.pin', [KEY, false], ['pin', KEY, false]],
    ['store.backup', ['/tmp/a.db'], ['backup', '/tmp/a.db']],
    ['room.invite', [ROOM, 'ann'], ['invite', ROOM, 'ann', false]],
    ['room.invite', [ROOM, KEY, true], ['invite', ROOM, KEY, true]],
    ['room.forget', [ROOM], ['forget', ROOM]],
  ])('%s %j', async (method, params, call) => {
    expect(await client.callRaw(method, params)).toBe(true)
    expect(backend.calls).toEqual([call])
  })

  test('private rooms are made, joined and moved, and their members listed', async () => {
    expect(await client.call('room.create', { name: 'cats' })).toBe(ROOM)
    expect(await client.call('room.accept', { invitation: INVITATION })).toBe(ROOM)
    expect(await client.call('room.members', { room: ROOM })).toMatchObject([{ nick: 'ann', verified: true }])
    expect(await client.call('room.rekey', { room: ROOM, without: 'bob' })).toBe(ROOM)
    expect(await client.call('room.rekey', { room: ROOM, without: ['bob', KEY] })).toBe(ROOM)
    expect(await client.call('room.invitation', { room: ROOM })).toBe(INVITATION)
    expect(backend.calls).toEqual([
      ['create', 'cats'],
      ['accept', INVITATION],
      ['members', ROOM],
      ['rekey', ROOM, ['bob']],
      ['rekey', ROOM, ['bob', KEY]],
      ['invitation', ROOM],
    ])
    for (const room of ['cats', 'p.', `@${KEY}`]) expect(await failure('room.members', [room])).toMatchObject({ code: -32_602 })
    expect(await failure('room.rekey', [ROOM, 7])).toMatchObject({ code: -32_602 })
  })

  test.each<[ChatError, number, string]>([
    [new ChatError('CHAT_NO_BOX_KEY', { key: KEY, reason: 'unknown' }), -32_010, 'no box key of the other'],
    [new ChatError('CHAT_NO_BOX_KEY', { key: KEY, reason: 'expired' }), -32_010, '35 days'],
    [new ChatError('CHAT_NO_BOX_KEY', { key: KEY, reason: 'unusable' }), -32_010, 'keeps nothing secret'],
    [new ChatError('CHAT_TOO_MANY_HELD', { maxMessages: 9 }), -32_003, '9 messages'],
    [new ChatError('CHAT_TEXT_TOO_LONG', { bytes: 4_093, maxBytes: 4_092 }), -32_602, 'at most 4092'],
    [new ChatError('CHAT_ROOM_LOCKED', { room: ROOM }), -32_004, 'room.accept'],
    [new ChatError('CHAT_ROOM_NAME', { reason: 'it is empty' }), -32_602, 'it is empty'],
    [new ChatError('CHAT_INVITATION_MALFORMED', { reason: 'it is short' }), -32_602, 'it is short'],
    [new ChatError('CHAT_NO_MEMBER', { room: ROOM, key: KEY }), -32_004, 'no other member'],
    [new ChatError('CHAT_ROOMS_FULL', { maxRooms: 5 }), -32_003, '5 private rooms'],
    [new ChatError('CHAT_REKEY_BROKEN', { room: ROOM, newRoom: ROOM, invited: 1, left: 2 }), -32_007, '2 are left'],
    [new ChatError('CHAT_KEYS_UNWRITABLE', { path: '/secret/place', reason: 'EACCES' }), -32_007, 'the log of the daemon'],
  ])('%s is told in plain words', async (error, code, hint) => {
    backend.failure = error
    const told = await failure('room.accept', [INVITATION])
    expect(told).toMatchObject({ code, data: { hint: expect.stringContaining(hint) as string } })
    expect(told.data!.hint).not.toMatch(/AAAA|\/secret/)
  })

  test('what is not there, and what comes too late, is said', async () => {
    expect(await failure('chat.retract', ['c'.repeat(64)])).toMatchObject({
      code: -32_004,
      data: { hint: 'no own post has this id' },
    })
    expect(await failure('chat.cancel', [9])).toMatchObject({ code: -32_004 })
    backend.store({ own: true })
    backend.failure = rpcError('too_late')
    expect(await failure('chat.cancel', [1])).toMatchObject({ code: -32_009, data: { kind: 'too_late', retryable: false } })
  })

  test('lists and searches', async () => {
    backend.store({ text: 'one', own: true, delivery: { state: 'stored', written: 0, held: 0 } })
    backend.store({ text: 'none' })
    expect((await client.call('chat.search', { query: 'one' })).messages.map(({ seq }) => seq)).toEqual([1, 2])
    expect((await client.call('chat.search', { query: 'one', limit: 1 })).messages.map(({ seq }) => seq)).toEqual([2])
    expect((await client.call('chat.pending', [])).map(({ seq }) => seq)).toEqual([1])
    expect(await client.call('chat.rooms', { client: 'phone' })).toMatchObject([{ room: 'dchat' }])
    expect(backend.calls).toEqual([['list', 'phone']])
    for (const query of ['', ' \t', 'a '.repeat(17), '😀'.repeat(129)])
      expect(await failure('chat.search', [query])).toMatchObject({ code: -32_602 })
  })

  test('identity.verify takes somebody as people name him, and tells his key', async () => {
    expect(await client.call('identity.verify', { key: 'ann' })).toMatchObject({ key: KEY, nick: 'ann' })
    expect(await client.call('identity.verify', { key: KEY })).toMatchObject({ key: KEY })
  })

  test('subscribers hear of rooms, people and progress', async () => {
    const heard = listen(client)
    const subscription = await client.call('chat.subscribe', { room: 'cats' })
    const sync = { state: 'paging', room: 'cats', received: 3, expected: 9, peers: 2 } as const
    backend.events.publish('room', 'cats')
    backend.events.publish('room', 'dogs')
    backend.events.publish('author', signedAuthor(KEY, 'ann'))
    backend.events.publish('progress', sync)
    await soon(() => heard.length, 3)
    expect(heard).toEqual([
      { method: 'chat.room', params: { subscription, room: 'cats' } },
      { method: 'chat.nick', params: { subscription, author: signedAuthor(KEY, 'ann') } },
      { method: 'chat.progress', params: { subscription, sync } },
    ])
  })
})

describe('the network and the node', () => {
  test('p2p.connect ends with the handshake', async () => {
    const call = client.call('p2p.connect', { url: 'tcp://127.0.0.1:9' })
    await soon(() => backend.connecting?.url, 'tcp://127.0.0.1:9')
    backend.connecting!.resolve()
    expect(await call).toBe(true)
  })

  test('p2p.connect gives up with its connection', async () => {
    const other = await connect()
    const call = other.call('p2p.connect', { url: 'tcp://127.0.0.1:9' }).catch(() => 'lost')
    await soon(() => backend.connecting !== undefined, true)
    await other.close()
    await soon(() => clock.pendingTimers, 1)
    await clock.advance(5_000)
    await soon(() => backend.connecting!.signal.aborted, true)
    expect(await call).toBe('lost')
  })

  test('p2p.disconnect', async () => {
    expect(await client.call('p2p.disconnect', { channel: 7 })).toBe(true)
    expect(await failure('p2p.disconnect', [8])).toMatchObject({ code: -32_004 })
    expect(await failure('p2p.disconnect', ['7'])).toMatchObject({ code: -32_602 })
  })

  test('bans.add lasts a day unless told, bans.remove says when there was none', async () => {
    expect(await client.call('bans.add', { target: '1.2.3.4' })).toBe(true)
    expect(await client.callRaw('bans.add', ['1.2.3.4', 1])).toBe(true)
    expect(backend.calls).toEqual([
      ['ban', '1.2.3.4', 24],
      ['ban', '1.2.3.4', 1],
    ])
    expect(await client.call('bans.remove', { target: '9.9.9.9' })).toBe(true)
    expect(await failure('bans.remove', ['1.2.3.4'])).toMatchObject({
      code: -32_004,
      data: { hint: 'nothing of this name is banned; bans.list lists what is' },
    })
    expect(await failure('bans.remove', ['tcp://8.8.8.8:5/'])).toMatchObject({
      data: { hint: 'nothing of this name is banned; its host is, with all ports: 8.8.8.8' },
    })
    for (const hours of [0, -1, 0.5, 87_601, '1']) {
      expect(await failure('bans.add', ['1.2.3.4', hours])).toMatchObject({ code: -32_602 })
    }
    backend.failure = new NetError('NET_ADDRESS_INVALID', { address: '1.2.3.0/24', reason: 'IPv4 takes /32 only' })
    expect(await failure('bans.add', ['1.2.3.0/24'])).toMatchObject({
      code: -32_602,
      data: { hint: '1.2.3.0/24 IPv4 takes /32 only' },
    })
  })

  test('hosts.list tells all, or those of a list', async () => {
    expect((await client.call('hosts.list', {})).map(({ color }) => color)).toEqual(['gold', 'grey'])
    expect(await client.callRaw('hosts.list', ['grey'])).toEqual([{ url: 'tcp://8.8.8.8:8/', last_seen: 1, color: 'grey' }])
    expect(await failure('hosts.list', ['blue'])).toMatchObject({
      data: { hint: 'color must be "grey", "white", "gold", "black" or "dark"' },
    })
  })

  test('log.set_level is handed on', async () => {
    expect(await client.call('log.set_level', { level: 'debug', module: 'net' })).toBe(true)
    expect(await client.callRaw('log.set_level', ['warn'])).toBe(true)
    expect(backend.calls).toEqual([
      ['setLogLevel', { level: 'debug', module: 'net' }],
      ['setLogLevel', { level: 'warn' }],
    ])
    expect(await failure('log.set_level', ['loud'])).toMatchObject({ code: -32_602 })
    expect(await failure('log.set_level', ['info', 'nothing'])).toMatchObject({ code: -32_602 })
  })

  test.each([
    ['send', 'STORE_FULL', -32_007, true],
    ['send', 'STORE_CLOSED', -32_006, true],
    ['p2p.connect', 'NET_DIAL_FAILED', -32_005, true],
    ['p2p.connect', 'NET_STOPPED', -32_006, true],
    ['p2p.connect', 'NET_SCHEME_UNSUPPORTED', -32_602, false],
    ['send', 'ERR_INVALID_ARG_TYPE', -32_603, false],
  ])('%s that meets %s answers %i', async (method, code, answer, retryable) => {
    backend.failure = Object.assign(new Error('reason'), { code })
    expect(await failure(method, ['tcp://a:1'])).toMatchObject({ code: answer, data: { retryable } })
    expect(logger.records.length).toBe(answer === -32_603 ? 1 : 0)
  })

  test('an RpcError of the daemon is answered as it is', async () => {
    backend.failure = rpcError('invalid_params', 'there is only one room')
    expect(await failure('chat.send', ['a'])).toMatchObject({ code: -32_602, data: { hint: 'there is only one room' } })
  })

  test('node.stop answers first, over lines and HTTP', async () => {
    expect(await client.call('node.stop', {})).toBe(true)
    await soon(() => backend.isStopped, true)
    backend.isStopped = false
    expect(await fetchOverUnix('{"jsonrpc":"2.0","id":1,"method":"node.stop"}')).toEqual({ jsonrpc: '2.0', id: 1, result: true })
    await soon(() => backend.isStopped, true)
  })
})

test('every result is as the contract describes it', async () => {
  backend.store()
  const calls: [MethodName, unknown[]][] = [
    ['ping', []],
    ['send', ['a']],
    ['recv', []],
    ['p2p.get_info', []],
    ['dnet.switch', [false]],
    ['dnet.subscribe_events', []],
    ['rpc.auth', ['any']],
    ['chat.send', ['a']],
    ['chat.history', []],
    ['chat.subscribe', []],
    ['chat.set_nick', ['ann']],
    ['chat.unsubscribe', ['chat-2']],
    ['chat.search', ['a']],
    ['chat.export', []],
    ['chat.rooms', []],
    ['chat.join', ['cats']],
    ['chat.leave', ['cats']],
    ['chat.topic', ['cats', 'whiskers']],
    ['chat.mark_read', ['cats', 1]],
    ['chat.mute', ['cats', 'all']],
    ['chat.forget', ['cats']],
    ['chat.retract', [KEY]],
    ['chat.pending', []],
    ['chat.delivery', [2]],
    ['chat.retry', [1]],
    ['chat.cancel', [1]],
    ['chat.ignore', [KEY, true]],
    ['chat.ignored', []],
    ['chat.highlights', []],
    ['chat.set_highlights', [['cats']]],
    ['identity.get', []],
    ['identity.export', ['correct horse battery']],
    ['identity.import', ['data', 'word']],
    ['identity.verify', [KEY]],
    ['identity.pin', [KEY, true]],
    ['store.check', []],
    ['store.backup', ['/tmp/a.db']],
    ['p2p.disconnect', [7]],
    ['hosts.list', []],
    ['net.status', []],
    ['net.subscribe', []],
    ['bans.list', []],
    ['bans.add', ['9.9.9.9']],
    ['bans.remove', ['9.9.9.9']],
    ['node.get_info', []],
    ['log.set_level', ['info']],
    ['rpc.discover', []],
    ['help', []],
    ['node.stop', []],
  ]
  for (const [name, params] of calls) {
    const result = await client.callRaw(name, params)
    expect([name, isOfSchema(METHODS.get(name)!.result, result)]).toEqual([name, true])
  }
})

function fetchOverUnix(body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path(), method: 'POST', agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
