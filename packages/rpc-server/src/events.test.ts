/** `GET /events` on a real server; what subscribes there is the test's own. */
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import type { RpcConnection } from './methods.ts'
import { EventStream } from './testing/event-stream.ts'
import { ask } from './testing/http-client.ts'
import { LineClient } from './testing/line-client.ts'
import { soon } from './testing/soon.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

const bearer = { authorization: `Bearer ${TEST_COOKIE}` }
const open = ({ port }: TestServer, path = '/events', headers: object = {}): Promise<EventStream> =>
  EventStream.open({ host: '127.0.0.1', port, path, headers: { ...bearer, ...headers } })
const subscribed = (server: TestServer, nth = 0): RpcConnection => server.state.subscriptions[nth]!.context.connection
const message = (seq: number, text = 'x'): object => ({ subscription: 'chat-1', message: { seq, text } })

describe('a stream', () => {
  test('has the number of a line as its id, the notification as its event', async () => {
    await using server = await startServer()
    const stream = await open(server)
    expect(stream.status).toBe(200)
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
    const connection = subscribed(server)
    expect(connection.kind).toBe('sse')
    const delivery = { subscription: 'chat-1', seq: 17, delivery: { state: 'sent', written: 1, held: 0 } }
    expect(connection.notify('chat.message', message(17, 'a\nb\r\n"ü"'))).toBe(true)
    expect(connection.notify('chat.delivery', delivery)).toBe(true)
    await soon(
      () => stream.events,
      [
        { id: '17', event: 'chat.message', data: message(17, 'a\nb\r\n"ü"') },
        { id: undefined, event: 'chat.delivery', data: delivery },
      ],
    )
    expect(stream.others).toEqual(['retry: 2000'])
    await stream.close()
  })

  test('says where it begins without an event of it', async () => {
    await using server = await startServer()
    const stream = await open(server)
    const connection = subscribed(server)
    connection.position(16)
    connection.notify('chat.message', message(17))
    await soon(() => stream.events, [{ id: '17', event: 'chat.message', data: message(17) }])
    expect(stream.others).toEqual(['retry: 2000', 'id: 16'])
    await stream.close()
  })

  test('subscribes with what the query says, from where Last-Event-ID says if there is one', async () => {
    await using server = await startServer()
    const streams = [
      await open(server, '/events'),
      await open(server, '/events?since=7&room=caf%C3%A9'),
      await open(server, '/events?since=7', { 'last-event-id': '9' }),
      await open(server, '/events?room=dchat', { 'last-event-id': '0' }),
      await open(server, '/events?since=3', { 'last-event-id': '' }),
    ]
    expect(server.state.subscriptions.map(({ params }) => params)).toEqual([
      {},
      { since: 7, room: 'café' },
      { since: 9 },
      { since: 0, room: 'dchat' },
      { since: 3 },
    ])
    await Promise.all(streams.map((stream) => stream.close()))
  })

  test('gets a comment every fifteen seconds on which nothing waits', async () => {
    await using server = await startServer()
    const stream = await open(server)
    await server.clock.advance(14_999)
    expect(stream.others).toEqual(['retry: 2000'])
    for (let beats = 1; beats < 4; beats += 1) {
      await server.clock.advance(beats === 1 ? 1 : 15_000)
      await soon(() => stream.others.filter((text) => text === ':').length, beats)
    }
    await stream.close()
    await soon(() => server.clock.pendingTimers, 0)
  })

  test('ends with its connection, which handlers are told', async () => {
    await using server = await startServer()
    const stream = await open(server)
    let ends = 0
    subscribed(server).onClose(() => {
      ends += 1
    })
    await stream.close()
    await soon(() => ends, 1)
    expect(subscribed(server).notify('chat.message', message(1))).toBe(false)
  })

  test('ends cleanly when the server stops', async () => {
    const server = await startServer()
    const stream = await open(server)
    subscribed(server).notify('chat.message', message(1))
    const stopped = server[Symbol.asyncDispose]()
    expect(await stream.ended).toBe(true)
    expect(stream.events).toHaveLength(1)
    await stopped
  })

  test('ends with its token', async () => {
    const tokens = [{ name: 'a', sha256: createHash('sha256').update('a').digest('hex'), methods: ['readonly'] }]
    await using server = await startServer({ tokens })
    const stream = await open(server, '/events', { authorization: 'Bearer a' })
    server.server.reload({ tokens: [] })
    expect(await stream.ended).toBe(true)
  })
})

describe('a slow reader', () => {
  test('gets what fits, then chat.lagged, whose id is where to go on, and the end', async () => {
    await using server = await startServer()
    const stream = await open(server)
    stream.response.pause()
    const connection = subscribed(server)
    let isDrained = false
    connection.onDrain(() => {
      isDrained = true
    })
    const text = 'x'.repeat(100_000)
    let sent = 0
    while (connection.notify('chat.message', message(sent + 1, text))) {
      sent += 1
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(sent).toBeGreaterThan(10)
    expect(sent).toBeLessThan(1_000) // the system's socket buffers, and 1 MiB
    isDrained = false
    stream.response.resume()
    await soon(() => isDrained, true)
    expect(connection.notify('chat.lagged', { subscription: 'chat-1', resume: sent })).toBe(true)
    expect(await stream.ended).toBe(true)
    expect(stream.events.map(({ id }) => id)).toEqual([
      ...Array.from({ length: sent }, (_, index) => String(index + 1)),
      String(sent),
    ])
    expect(stream.events.at(-1)).toEqual({
      id: String(sent),
      event: 'chat.lagged',
      data: { subscription: 'chat-1', resume: sent },
    })
  })

  test('that takes nothing at all is cut after thirty seconds', async () => {
    await using server = await startServer()
    const socket = connect({ path: server.socketPath }).on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
    await soon(() => server.state.subscriptions.length, 1)
    socket.pause()
    while (subscribed(server).notify('chat.message', message(1, 'x'.repeat(100_000))));
    await new Promise((resolve) => setImmediate(resolve))
    for (let seconds = 0; seconds < 100 && !socket.readableEnded; seconds += 10) await server.clock.advance(10_000)
    await soon(() => subscribed(server).notify('chat.message', message(2)), false)
    socket.resume()
    await closed
    expect(server.state.subscriptions[0]!.context.signal.aborted).toBe(true)
  })
})

describe('no stream', () => {
  const tokens = [
    { name: 'bot', sha256: createHash('sha256').update('bot').digest('hex'), methods: ['chat.send'] },
    { name: 'slow', sha256: createHash('sha256').update('slow').digest('hex'), methods: ['*'], rateLimit: 0.1 },
  ]

  test.each([
    { name: 'a since that is no number', path: '/events?since=x', status: 400, code: -32_602 },
    { name: 'a since below zero', path: '/events?since=-1', status: 400, code: -32_602 },
    { name: 'two of them', path: '/events?since=1&since=2', status: 400, code: -32_602 },
    { name: 'a Last-Event-ID that is none', headers: { 'last-event-id': 'abc' }, status: 400, code: -32_602 },
    { name: 'an unknown parameter', path: '/events?sinc=1', status: 400, code: -32_602 },
    { name: 'a client that wants something else', headers: { accept: 'application/json' }, status: 406, code: -32_600 },
    { name: 'a POST', method: 'POST', status: 405, code: -32_600 },
    { name: 'a DELETE', method: 'DELETE', status: 405, code: -32_600 },
    { name: 'nothing to show', headers: { authorization: '' }, status: 401, code: -32_001 },
    { name: 'a token that may not', headers: { authorization: 'Bearer bot' }, status: 403, code: -32_008 },
    { name: 'another Host', headers: { host: 'evil.example' }, status: 403, code: -32_001 },
    { name: 'an Origin', headers: { origin: 'https://evil.example' }, status: 403, code: -32_001 },
  ])('for $name: $status', async ({ path = '/events', headers = {}, method = 'GET', status, code }) => {
    await using server = await startServer({ tokens })
    const answer = await ask({ host: '127.0.0.1', port: server.port, method, path, headers: { ...bearer, ...headers } })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, { jsonrpc: '2.0', id: null, error: { code } }])
    expect(server.state.subscriptions).toEqual([])
  })

  test.each(['*/*', 'text/*;q=0.5', 'text/html, text/event-stream'])('but for one that accepts %s', async (accept) => {
    await using server = await startServer()
    const stream = await open(server, '/events', { accept })
    expect(stream.status).toBe(200)
    await stream.close()
  })

  test('HEAD opens none', async () => {
    await using server = await startServer()
    const to = { host: '127.0.0.1', port: server.port, headers: bearer }
    expect(await ask({ ...to, method: 'HEAD', path: '/events' })).toMatchObject({ status: 405, text: '' })
    expect(server.state.subscriptions).toEqual([])
  })

  test('for a token that asks too often, nor where the method does not exist', async () => {
    await using server = await startServer({ tokens, disabledMethods: [] })
    const stream = await open(server, '/events', { authorization: 'Bearer slow' })
    const refused = await open(server, '/events', { authorization: 'Bearer slow' })
    expect([refused.status, refused.response.headers['retry-after']]).toEqual([429, '1'])
    await Promise.all([stream.close(), refused.close()])
    server.server.reload({ disabledMethods: ['chat.subscribe'] })
    expect((await open(server)).status).toBe(404)
  })

  test('a request behind a stream ends the connection: its answer would wait for ever', async () => {
    await using server = await startServer()
    const client = await LineClient.open({ path: server.socketPath })
    client.send('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
    await soon(() => server.state.subscriptions.length, 1)
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await client.closed
    expect(subscribed(server).notify('chat.message', message(1))).toBe(false)
  })
})

test('after a stream that was refused the connection can be used on', async () => {
  await using server = await startServer()
  const client = await LineClient.open({ path: server.socketPath })
  client.send('GET /events?since=x HTTP/1.1\r\nHost: x\r\n\r\n')
  while ((await client.next())?.startsWith('HTTP/1.1 400') !== true);
  await soon(() => server.clock.pendingTimers, 1)
  client.send('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const lines: string[] = []
  for (let line = await client.next(); line !== undefined; line = await client.next()) lines.push(line)
  expect(lines.join('\n')).toContain('HTTP/1.1 200 OK')
})
