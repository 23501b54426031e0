/** Every bound crossed by one, on real sockets. */
import { describe, expect, test, vi } from 'vitest'
import { DEFAULT_RPC_LIMITS } from './limits.ts'
import { openWebSocket } from './testing/carriers.ts'
import { ask } from './testing/http-client.ts'
import { LineClient } from './testing/line-client.ts'
import { soon } from './testing/soon.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const call = (method: string, params: unknown[] = [], id: unknown = 1): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`
const unix = (server: TestServer): Promise<LineClient> => LineClient.open({ path: server.socketPath })
const { maxRequestBytes } = DEFAULT_RPC_LIMITS

describe('size', () => {
  test('a line of 1 MiB is taken, one byte more is answered, skipped, and harms nothing else', async () => {
    await using server = await startServer()
    const client = await unix(server)
    expect(await client.ask(PING + ' '.repeat(maxRequestBytes - PING.length))).toMatchObject({ result: 'pong' })
    expect(await client.ask(PING + ' '.repeat(maxRequestBytes - PING.length + 1))).toMatchObject({
      id: null,
      error: { code: -32_002 },
    })
    expect(await client.ask(PING)).toMatchObject({ result: 'pong' })
  })

  test('a line without end is answered once, before it ends', async () => {
    await using server = await startServer()
    const client = await unix(server)
    client.send(`{${'a'.repeat(3 * maxRequestBytes)}`)
    expect(await client.next()).toContain('-32002')
    client.send('a'.repeat(maxRequestBytes))
    expect(await client.ask(`\n${PING}`)).toMatchObject({ result: 'pong' })
  })

  test('a WebSocket message of 1 MiB is taken, one byte more closes with 1009', async () => {
    await using server = await startServer()
    const ws = await openWebSocket(`ws+unix://${server.socketPath}:/ws`)
    expect(ws.extensions).toBe('') // nothing is packed
    const answer = new Promise((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))
    ws.send(PING + ' '.repeat(maxRequestBytes - PING.length))
    expect(await answer).toContain('pong')
    const code = new Promise((resolve) => ws.once('close', resolve))
    ws.send(PING + ' '.repeat(maxRequestBytes - PING.length + 1))
    expect(await code).toBe(1009)
    expect(await (await unix(server)).ask(PING)).toMatchObject({ result: 'pong' })
  })

  test('a WebSocket message of 1,024 fragments is taken, one more ends the connection', async () => {
    await using server = await startServer()
    for (const [fragments, isTaken] of [
      [1_024, true],
      [1_025, false],
    ] as const) {
      const ws = await openWebSocket(`ws+unix://${server.socketPath}:/ws`)
      const end = new Promise((resolve) => {
        ws.once('message', (data: Buffer) => resolve(data.toString()))
        ws.once('close', () => resolve('closed'))
      })
      const text = PING.padEnd(fragments)
      for (let index = 0; index < fragments; index += 1) ws.send(text[index]!, { fin: index === fragments - 1 })
      expect(await end).toContain(isTaken ? 'pong' : 'closed')
      ws.terminate()
    }
  })

  test('answers of a batch beyond the bound are refused one by one', async () => {
    await using server = await startServer({ limits: { maxBatchAnswerBytes: 1_000 } })
    const client = await unix(server)
    const members = [1, 2, 3].map((id) => ({ jsonrpc: '2.0', id, method: 'much', params: [600] }))
    const result = 'x'.repeat(600)
    expect(await client.ask(members)).toMatchObject([
      { id: 1, result },
      { id: 2, result },
      { id: 3, error: { code: -32_002 } },
    ])
  })
})

describe('requests that are worked on', () => {
  test('64 at a time on a line; the next waits, unread, until one is answered', async () => {
    await using server = await startServer()
    const client = await unix(server)
    client.send(Array.from({ length: 65 }, (_value, id) => call('wait', [], id)).join('') + PING + '\n')
    await soon(() => server.state.waiting.size, 64)
    const [first] = server.state.waiting
    const answered = client.next()
    first!('done')
    server.state.waiting.delete(first!)
    expect(await answered).toContain('"done"')
    await soon(() => server.state.waiting.size, 64)
    for (const finish of server.state.waiting) finish('done')
    let isPingAnswered = false
    for (let count = 0; count < 65; count += 1) isPingAnswered ||= (await client.next())?.includes('pong') === true
    expect(isPingAnswered).toBe(true)
  })

  test('a batch of more than that is worked off in turn', async () => {
    await using server = await startServer()
    const client = await unix(server)
    client.send(
      `[${Array.from({ length: 80 }, (_value, id) => call('wait', [], id))
        .join(',')
        .replaceAll('\n', '')}]\n`,
    )
    await soon(() => server.state.waiting.size, 64)
    let finished = 0
    while (finished < 80) {
      for (const finish of server.state.waiting) {
        server.state.waiting.delete(finish)
        finish('done')
        finished += 1
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(JSON.parse((await client.next())!)).toHaveLength(80)
  })

  test('on one HTTP connection the 65th gets 429', async () => {
    await using server = await startServer()
    const client = await unix(server)
    const body = call('wait')
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`.repeat(65))
    await soon(() => server.state.waiting.size, 64)
    for (const finish of server.state.waiting) finish('done')
    const statuses: string[] = []
    while (statuses.length < 65) {
      const status = /HTTP\/1.1 (\d+)/.exec((await client.next())!)?.[1]
      if (status !== undefined) statuses.push(status)
    }
    expect(statuses.toSorted()).toEqual([...Array.from({ length: 64 }, () => '200'), '429'])
  })

  test('no request is started while a client leaves its answers', async () => {
    await using server = await startServer()
    const client = await unix(server)
    client.socket.pause()
    const bytes = 4_000_000
    client.send(call('much', [bytes]).repeat(20) + call('notify_hello', [1]))
    await soon(() => [server.state.much, server.clock.pendingTimers], [1, 1])
    expect(server.state.updates).toEqual([])
    client.socket.resume()
    for (let count = 0; count < 20; count += 1) expect((await client.next())!.length).toBeGreaterThan(bytes)
    await client.next()
    expect(server.state.updates).toEqual([{ n: 1 }])
  })
})

describe('connections', () => {
  test('one more than allowed is told so, in lines or HTTP, and a place that is left is free again', async () => {
    await using server = await startServer({ limits: { maxConnections: 3, reservedForUnix: 1 } })
    const clients = [await unix(server), await unix(server), await unix(server)]
    for (const client of clients) expect(await client.ask(PING)).toMatchObject({ result: 'pong' })
    const line = await unix(server)
    line.send(`${PING}\n`)
    expect(await line.next()).toContain('-32003')
    await line.closed
    expect(await ask({ socketPath: server.socketPath }, PING)).toMatchObject({
      status: 429,
      text: expect.stringContaining('-32003') as string,
    })
    await clients[0]!.close()
    await soon(async () => {
      const client = await unix(server)
      const answer = await client.ask(PING)
      await client.close()
      return answer['result']
    }, 'pong')
  })

  test('TCP leaves places for the Unix socket', async () => {
    await using server = await startServer({ limits: { maxConnections: 3, reservedForUnix: 1 } })
    const tcp = (): Promise<LineClient> => LineClient.open({ host: '127.0.0.1', port: server.port })
    for (const client of [await tcp(), await tcp()]) expect(await client.ask(PING)).toMatchObject({ error: { code: -32_001 } })
    const third = await tcp()
    third.send(`${PING}\n`)
    expect(await third.next()).toContain('-32003')
    expect(await (await unix(server)).ask(PING)).toMatchObject({ result: 'pong' })
  })

  test('refusals are bounded too: then connections are just closed', async () => {
    await using server = await startServer({ limits: { maxConnections: 1, reservedForUnix: 0, maxRefusals: 1 } })
    const client = await unix(server)
    await client.ask(PING)
    const told = await unix(server)
    await soon(() => server.clock.pendingTimers, 1)
    const untold = await unix(server)
    await untold.closed
    told.send(`${PING}\n`)
    expect(await told.next()).toContain('-32003')
    await told.closed
    await soon(() => server.clock.pendingTimers, 0)
  })
})

describe('notifications', () => {
  test('wait for a slow client up to the bound, then notify says false, and draining is told', async () => {
    await using server = await startServer()
    const client = await unix(server)
    await client.ask(call('keep').trim())
    await client.next()
    const { connection } = server.state.contexts[0]!
    client.socket.pause()
    let drains = 0
    connection.onDrain(() => {
      drains += 1
    })
    const text = 'x'.repeat(100_000)
    let sent = 0
    while (connection.notify('n', [sent, text])) sent += 1
    expect(sent).toBeGreaterThan(10)
    expect(sent).toBeLessThan(1_000) // the system's socket buffers, and 1 MiB
    client.socket.resume()
    for (let index = 0; index < sent; index += 1)
      expect(JSON.parse((await client.next())!)).toMatchObject({ params: [index, text] })
    await soon(() => drains, 1)
    expect(connection.notify('n', [])).toBe(true)
  })

  test('come after the answer to the call that asked for them', async () => {
    await using server = await startServer()
    const client = await unix(server)
    expect(await client.ask(call('keep').trim())).toMatchObject({ result: true })
    expect(JSON.parse((await client.next())!)).toEqual({ jsonrpc: '2.0', method: 'kept', params: [] })
  })

  test('HTTP has none, and what is to follow the answer still runs', async () => {
    await using server = await startServer()
    const answer = await ask(
      { host: '127.0.0.1', port: server.port, headers: { authorization: `Bearer ${TEST_COOKIE}` } },
      call('keep'),
    )
    expect(answer.status).toBe(200)
    await soon(() => server.state.afterAnswer, 1)
    const { connection } = server.state.contexts[0]!
    expect(connection.kind).toBe('http')
    expect(connection.notify('n', [])).toBe(false)
  })
})
