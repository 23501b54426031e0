/** Clients that are slow, or silent, or gone: what they cost is bounded by the clock. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { LineClient } from './testing/line-client.ts'
import { openWebSocket } from './testing/carriers.ts'
import { soon } from './testing/soon.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

const tcp = (server: TestServer): Promise<LineClient> => LineClient.open({ host: '127.0.0.1', port: server.port })
const call = (method: string, params: unknown[] = [], id = 1): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`

/** True once the client's connection has ended. */
function watchEnd(client: LineClient): () => boolean {
  let isClosed = false
  void client.closed.then(() => {
    isClosed = true
  })
  return () => isClosed
}

describe('silence', () => {
  test('before the first byte: five seconds on TCP', async () => {
    await using server = await startServer()
    const client = await tcp(server)
    const isClosed = watchEnd(client)
    await soon(() => server.clock.pendingTimers, 1)
    await server.clock.advance(4_999)
    expect(isClosed()).toBe(false)
    await server.clock.advance(1)
    await client.closed
    expect(server.clock.pendingTimers).toBe(0)
  })

  test('before the first byte on the Unix socket: for ever, and until the server stops', async () => {
    const server = await startServer()
    const open = (): Promise<LineClient> => LineClient.open({ path: server.socketPath })
    const [speaks, stays] = [await open(), await open()]
    await server.clock.advance(1_000_000)
    speaks.send(call('ping'))
    expect(await speaks.next()).toContain('pong')
    await server[Symbol.asyncDispose]()
    await stays.closed
  })

  test('a line client without the cookie has ten seconds to show it, one with it may rest for ever', async () => {
    await using server = await startServer()
    const locked = await tcp(server)
    locked.send(call('ping'))
    await locked.next()
    const unlocked = await tcp(server)
    unlocked.send(call('rpc.auth', [TEST_COOKIE]))
    await unlocked.next()
    const isClosed = watchEnd(locked)
    await server.clock.advance(9_999)
    expect(isClosed()).toBe(false)
    await server.clock.advance(1)
    await locked.closed
    await server.clock.advance(1_000_000)
    unlocked.send(call('ping'))
    expect(await unlocked.next()).toContain('pong')
  })

  test('headers that do not end: five seconds after the first byte, however they drip', async () => {
    await using server = await startServer()
    const warm = await tcp(server) // the HTTP part is loaded with its first client
    warm.send(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`)
    await warm.closed
    const client = await tcp(server)
    const isClosed = watchEnd(client)
    client.send('GET / HTTP/1.1\r\nHost: 127.0.0.1')
    await soon(() => server.clock.pendingTimers, 1)
    for (let second = 0; second < 11 && !isClosed(); second += 1) {
      client.send('\r\nX-More: a')
      await server.clock.advance(1_000)
    }
    await client.closed
    expect(server.clock.pendingTimers).toBe(0)
  })

  test('a body that does not end: fifteen seconds after the headers', async () => {
    await using server = await startServer()
    const client = await tcp(server)
    const isClosed = watchEnd(client)
    client.send(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${TEST_COOKIE}\r\n` +
        'Content-Length: 100\r\nExpect: 100-continue\r\n\r\n',
    )
    expect(await client.next()).toBe('HTTP/1.1 100 Continue') // the headers have come
    client.send('{')
    await server.clock.advance(14_999)
    expect(isClosed()).toBe(false)
    await server.clock.advance(1)
    await client.closed
  })

  test('a kept connection ends five seconds after its last answer, a request before that renews it', async () => {
    await using server = await startServer()
    const client = await tcp(server)
    const isClosed = watchEnd(client)
    const ask = async (): Promise<void> => {
      client.send(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`)
      while ((await client.next())?.includes('HTTP/1.1 200 OK') === false);
      await soon(() => server.clock.pendingTimers, 1)
    }
    await ask()
    await server.clock.advance(4_999)
    await ask()
    await server.clock.advance(4_999)
    expect(isClosed()).toBe(false)
    await server.clock.advance(1)
    await client.closed
  })

  test('an open WebSocket may rest for ever', async () => {
    await using server = await startServer()
    const ws = await openWebSocket(`ws+unix://${server.socketPath}:/ws`)
    await server.clock.advance(1_000_000)
    const answer = new Promise((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))
    ws.send('{"jsonrpc":"2.0","id":1,"method":"ping"}')
    expect(await answer).toContain('pong')
    ws.terminate()
  })
})

describe('clients that do not read', () => {
  /** A socket whose data nobody takes. */
  function openDeaf(server: TestServer): Promise<Socket> {
    return new Promise((resolve) => {
      const socket = connect({ path: server.socketPath }, () => resolve(socket))
      socket.pause()
      socket.on('error', () => {}) // it is cut by the server
    })
  }

  const MUCH = 30_000_000 // more than any socket buffer takes

  test.each([
    { name: 'line', request: call('much', [MUCH]) },
    {
      name: 'HTTP',
      request: `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${call('much', [MUCH]).length}\r\n\r\n${call('much', [MUCH])}`,
    },
  ])('a $name client is cut after thirty seconds without taking a byte', async ({ request }) => {
    await using server = await startServer()
    const socket = await openDeaf(server)
    socket.write(request)
    await soon(() => [server.state.much, server.clock.pendingTimers], [1, 1])
    const other = await LineClient.open({ path: server.socketPath })
    other.send(call('ping'))
    expect(await other.next()).toContain('pong')
    await server.clock.advance(29_999)
    await server.clock.advance(30_001) // what the socket took at first counts as progress once
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.resume()
    await closed
    expect(socket.bytesRead).toBeLessThan(MUCH)
    expect(server.clock.pendingTimers).toBe(0)
  })

  test('one that reads slowly is not cut', async () => {
    await using server = await startServer()
    const socket = await openDeaf(server)
    socket.write(call('much', [MUCH]))
    await soon(() => [server.state.much, server.clock.pendingTimers], [1, 1])
    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      socket.pause()
    })
    for (let round = 0; received <= MUCH; round += 1) {
      const before = received
      for (let chunks = 0; chunks < 64 && received <= MUCH; chunks += 1) {
        const seen = received
        socket.resume()
        await expect.poll(() => received, { timeout: 10_000, interval: 1 }).toBeGreaterThan(seen)
      }
      expect(received).toBeGreaterThan(before)
      if (round % 4 === 3) await server.clock.advance(29_000)
    }
    socket.destroy()
  })
})
