/** The daemon's methods that read what was said: pages, exports and subscriptions. */
import { connect as connectSocket } from 'node:net'
import { LineSplitter, RpcClient } from '@dchat/rpc'
import { describe, expect, test } from 'vitest'
import { MAX_SUBSCRIPTIONS, MAX_SUBSCRIPTIONS_IN_ALL } from './subscriptions.ts'
import {
  backend,
  clock,
  server,
  client,
  connect,
  soon,
  failure,
  logger,
  path,
  listen,
  fetchOverUnix,
} from './methods.test-util.ts'

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
