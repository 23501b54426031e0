import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@dchat/system'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RpcClient } from './client.ts'
import type { RpcEndpoint } from './endpoint.ts'
import { RpcError, RpcUnreachable } from './errors.ts'
import { MAX_PENDING_CALLS, MAX_REQUEST_BYTES } from './limits.ts'
import { LineSplitter, TOO_LONG } from './line-splitter.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

interface Request {
  id: number
  method: string
  params: unknown
}
type Behaviour = (request: Request, reply: (value: unknown) => void, socket: Socket) => void

/** A line server that does what a test wants with each request. */
class Peer {
  readonly server: Server
  readonly requests: Request[] = []
  readonly sockets = new Set<Socket>()

  constructor(behave: Behaviour) {
    this.server = createServer((socket) => {
      this.sockets.add(socket)
      socket.on('error', () => {}) // a test cut it
      socket.on('close', () => this.sockets.delete(socket))
      const splitter = new LineSplitter(2 * MAX_REQUEST_BYTES)
      socket.on('data', (chunk: Buffer) => {
        splitter.push(chunk)
        for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
          if (line === TOO_LONG) continue
          const request = JSON.parse(line.toString()) as Request
          this.requests.push(request)
          behave(request, (value) => socket.write(`${JSON.stringify(value)}\r\n`), socket)
        }
      })
    })
  }

  listen(to: { path: string } | { host: string; port: number }): Promise<void> {
    return new Promise((resolve) => this.server.listen(to, resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-client-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function endpoint(): RpcEndpoint {
  return { kind: 'unix', path: join(folder, 'rpc.sock') }
}

async function peer(behave: Behaviour): Promise<Peer> {
  const started = new Peer(behave)
  await started.listen({ path: join(folder, 'rpc.sock') })
  return started
}

/** How long a condition may take on a busy machine. */
const SOON = { timeout: 10_000, interval: 5 }

const answer: Behaviour = ({ id, method }, reply) => reply({ jsonrpc: '2.0', id, result: method === 'ping' ? 'pong' : null })
const silence: Behaviour = () => {}

/** What a promise was rejected with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => new Error(`resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
}

describe('calls', () => {
  test('a call gets its result, several at once each their own in any order', async () => {
    const waiting: (() => void)[] = []
    await using _ = await peer(({ id, params }, reply) => {
      waiting.push(() => reply({ jsonrpc: '2.0', id, result: params }))
      if (waiting.length === 3) for (const go of waiting.reverse()) go()
    })
    await using client = await RpcClient.connect(endpoint())
    expect(await Promise.all([client.callRaw('a', [1]), client.callRaw('b', [2]), client.callRaw('c', [3])])).toEqual([
      [1],
      [2],
      [3],
    ])
  })

  test('what goes over the wire is one JSON-RPC 2.0 line a call', async () => {
    await using server = await peer(answer)
    await using client = await RpcClient.connect(endpoint())
    expect(await client.call('ping', {})).toBe('pong')
    await client.callRaw('custom', undefined)
    expect(server.requests).toEqual([
      { jsonrpc: '2.0', id: 1, method: 'ping', params: {} },
      { jsonrpc: '2.0', id: 2, method: 'custom' },
    ])
  })

  test('an error answer is thrown with its code and data', async () => {
    const error = { code: -32_004, message: 'not found', data: { kind: 'not_found', hint: 'look elsewhere', retryable: false } }
    await using _ = await peer(({ id }, reply) => reply({ jsonrpc: '2.0', id, error }))
    await using client = await RpcClient.connect(endpoint())
    const thrown = await rejection(client.call('p2p.disconnect', { channel: 1 }))
    expect(thrown).toBeInstanceOf(RpcError)
    expect(thrown).toMatchObject(error)
  })

  test('an answer of several megabytes in many chunks', async () => {
    const texts = Array.from({ length: 100 }, (_value, index) => `${index}${'ä'.repeat(40_000)}`)
    await using _ = await peer(({ id }, reply) => reply({ jsonrpc: '2.0', id, result: texts }))
    await using client = await RpcClient.connect(endpoint())
    expect(await client.call('recv', {})).toEqual(texts)
  })

  test('an answer nobody waits for is ignored', async () => {
    await using _ = await peer(({ id }, reply) => {
      reply({ jsonrpc: '2.0', id: id + 1_000, result: 1 })
      reply({ jsonrpc: '2.0', id, result: 2 })
    })
    await using client = await RpcClient.connect(endpoint())
    expect(await client.callRaw('x', [])).toBe(2)
  })

  test('a time-out and a signal end one call, not the connection', async () => {
    await using _ = await peer((request, reply, socket) => request.method === 'slow' || answer(request, reply, socket))
    const clock = new ManualClock()
    await using client = await RpcClient.connect(endpoint(), { clock })
    const late = rejection(client.callRaw('slow', [], { timeoutMs: 1_000 }))
    await clock.advance(1_000)
    expect(await late).toMatchObject({ code: 'RPC_TIMEOUT' })
    const controller = new AbortController()
    const given = rejection(client.callRaw('slow', [], { signal: controller.signal, timeoutMs: 5_000 }))
    controller.abort(new Error('enough'))
    expect(await given).toMatchObject({ message: 'enough' })
    expect(await rejection(client.callRaw('slow', [], { signal: controller.signal }))).toMatchObject({ message: 'enough' })
    expect(await client.call('ping', {})).toBe('pong')
    expect(clock.pendingTimers).toBe(0)
  })

  test('bounds: calls that wait, and the size of a request', async () => {
    await using server = await peer(silence)
    await using client = await RpcClient.connect(endpoint())
    const calls = Array.from({ length: MAX_PENDING_CALLS }, () => rejection(client.callRaw('slow', [])))
    expect(await rejection(client.callRaw('slow', []))).toMatchObject({ code: -32_003 })
    await client.close()
    await Promise.all(calls)
    await using second = await RpcClient.connect(endpoint())
    const room = MAX_REQUEST_BYTES - '{"jsonrpc":"2.0","id":1,"method":"x","params":[""]}'.length
    expect(await rejection(second.callRaw('x', ['a'.repeat(room + 1)]))).toMatchObject({ code: -32_002 })
    const before = server.requests.length
    void rejection(second.callRaw('y', ['a'.repeat(room)]))
    await expect.poll(() => server.requests.length, SOON).toBe(before + 1)
  })
})

describe('notifications', () => {
  test('are heard in order, also before the answer, until unsubscribed', async () => {
    await using _ = await peer(({ id }, reply) => {
      reply({ jsonrpc: '2.0', method: 'chat.message', params: { n: 1 } })
      reply({ jsonrpc: '2.0', method: 'dnet.subscribe_events', params: [{ event: 'e', info: {} }] })
      reply({ jsonrpc: '2.0', id, result: 'chat-1' })
    })
    await using client = await RpcClient.connect(endpoint())
    const heard: unknown[] = []
    const unsubscribe = client.onNotification((method, params) => heard.push([method, params]))
    await client.call('chat.subscribe', {})
    expect(heard).toEqual([
      ['chat.message', { n: 1 }],
      ['dnet.subscribe_events', [{ event: 'e', info: {} }]],
    ])
    unsubscribe()
    await client.call('chat.subscribe', {})
    expect(heard).toHaveLength(2)
  })
})

describe('the end', () => {
  test('when the daemon goes, every call fails and `closed` resolves', async () => {
    await using server = await peer(({ method }, _reply, socket) => method === 'b' && socket.destroy())
    await using client = await RpcClient.connect(endpoint())
    const errors = await Promise.all([rejection(client.callRaw('a', [])), rejection(client.callRaw('b', []))])
    await client.closed
    expect(errors).toEqual([expect.any(RpcUnreachable), expect.any(RpcUnreachable)])
    expect(errors[0]).toMatchObject({ code: 'RPC_CONNECTION_LOST' })
    expect(await rejection(client.call('ping', {}))).toMatchObject({ code: 'RPC_CONNECTION_LOST' })
    expect(server.sockets.size).toBe(0)
  })

  test('closing settles what waits; closing twice is one close', async () => {
    await using _ = await peer(silence)
    const client = await RpcClient.connect(endpoint())
    const waiting = rejection(client.callRaw('a', []))
    await Promise.all([client.close(), client.close()])
    expect(await waiting).toMatchObject({ code: 'RPC_CLOSED' })
    expect(await rejection(client.callRaw('a', []))).toMatchObject({ code: 'RPC_CLOSED' })
  })

  test.each(['hello\n', '[]\n', '{"id":1}\n', '{"jsonrpc":"2.0","id":1,"error":"no"}\n', 'null\n'])(
    'what is no JSON-RPC ends it: %j',
    async (text) => {
      await using _ = await peer((_request, _reply, socket) => socket.write(text))
      await using client = await RpcClient.connect(endpoint())
      expect(await rejection(client.callRaw('a', []))).toMatchObject({ code: 'RPC_BAD_ANSWER' })
      await client.closed
    },
  )

  test('a refusal of the connection as a whole says why', async () => {
    const error = {
      code: -32_003,
      message: 'too many',
      data: { kind: 'too_many', hint: 'too many connections are open', retryable: true },
    }
    await using _ = await peer((_request, reply) => reply({ jsonrpc: '2.0', id: null, error }))
    await using client = await RpcClient.connect(endpoint())
    expect(await rejection(client.callRaw('a', []))).toMatchObject({
      reason: expect.stringContaining('too many connections') as string,
    })
  })
})

describe('connecting', () => {
  test('nobody there: a reason and a hint', async () => {
    expect(await rejection(RpcClient.connect(endpoint()))).toMatchObject({
      code: 'RPC_CONNECT_FAILED',
      reason: expect.stringContaining('does not exist') as string,
      hint: expect.stringContaining('dchatd') as string,
    })
  })

  test('a signal that is aborted stops it', async () => {
    await using _ = await peer(silence)
    expect(await rejection(RpcClient.connect(endpoint(), { signal: AbortSignal.abort(new Error('no')) }))).toMatchObject({
      message: 'no',
    })
  })

  async function tcpPeer(): Promise<{ server: Peer; port: number }> {
    const server = new Peer(({ id, method, params }, reply) => {
      const { cookie } = (params ?? {}) as { cookie?: string }
      if (method === 'slow') return
      if (method !== 'rpc.auth' || cookie === 'right') reply({ jsonrpc: '2.0', id, result: true })
      else if (cookie === 'wrong') reply({ jsonrpc: '2.0', id, error: { code: -32_001, message: 'unauthorized' } })
    })
    await server.listen({ host: '127.0.0.1', port: 0 })
    return { server, port: (server.server.address() as AddressInfo).port }
  }

  test('over TCP the cookie comes first', async () => {
    const { server, port } = await tcpPeer()
    await using _ = server
    await using client = await RpcClient.connect({ kind: 'tcp', host: '127.0.0.1', port, tls: false, cookie: 'right' })
    await client.callRaw('x', [])
    expect(server.requests.map(({ method }) => method)).toEqual(['rpc.auth', 'x'])
    await using bare = await RpcClient.connect({ kind: 'tcp', host: '127.0.0.1', port, tls: false })
    await bare.callRaw('y', [])
    expect(server.requests.at(-1)?.method).toBe('y')
  })

  test('a wrong cookie, and one that gets no answer', async () => {
    const { server, port } = await tcpPeer()
    await using _ = server
    const to = { kind: 'tcp', host: '127.0.0.1', port, tls: false } as const
    expect(await rejection(RpcClient.connect({ ...to, cookie: 'wrong' }))).toMatchObject({ code: 'RPC_UNAUTHORIZED' })
    const clock = new ManualClock()
    const late = rejection(RpcClient.connect({ ...to, cookie: 'unanswered' }, { clock, timeoutMs: 700 }))
    await expect.poll(() => server.requests.length, SOON).toBe(2)
    await clock.advance(700)
    expect(await late).toMatchObject({ code: 'RPC_TIMEOUT' })
    await expect.poll(() => server.sockets.size, SOON).toBe(0)
    expect(clock.pendingTimers).toBe(0)
  })
})
