/** JSON-RPC over HTTP against the running daemon, on its Unix socket and on TCP. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'
import { HTTP_SENDERS } from './testing/http.ts'
import type { HttpRequest } from './testing/http.ts'

let node: DaemonNode
let port: number

beforeAll(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true, config: { chat: ['nick = "ann"'] } })
  port = await node.rpcPort()
})

afterAll(() => node?.[Symbol.asyncDispose]())

const call = (method: string, params?: unknown, id: unknown = 1): string => JSON.stringify({ jsonrpc: '2.0', id, method, params })
const PING = call('ping')
const PONG = { jsonrpc: '2.0', id: 1, result: 'pong' }

describe.each(HTTP_SENDERS)('%s', (_name, send) => {
  const overTcp = (rest: Omit<HttpRequest, 'at'>) => send({ at: { port }, user: `anyone:${node.cookie}`, ...rest })
  const overUnix = (rest: Omit<HttpRequest, 'at'>) => send({ at: { socketPath: node.home.paths.socketPath }, ...rest })
  const ask = async (body: string): Promise<unknown> => {
    const answer = await overTcp({ body })
    return { status: answer.status, body: answer.body === '' ? '' : (JSON.parse(answer.body) as unknown) }
  }
  const error = (code: number, id: unknown = null) => ({ jsonrpc: '2.0', id, error: expect.objectContaining({ code }) })

  test('the Unix socket asks for nothing', async () => {
    const { status, body } = await overUnix({ body: PING })
    expect([status, JSON.parse(body)]).toEqual([200, PONG])
  })

  test('TCP takes the cookie as a password of any user, and as a bearer token', async () => {
    for (const access of [
      { user: `any:${node.cookie}` },
      { user: `:${node.cookie}` },
      { headers: { authorization: `Bearer ${node.cookie}` } },
    ]) {
      const { status, body } = await send({ at: { port }, body: PING, ...access })
      expect([status, JSON.parse(body)]).toEqual([200, PONG])
    }
  })

  test('TCP without the cookie or with another: 401 that says how to find it, not where it is here, and not what', async () => {
    for (const access of [
      {},
      { user: `any:${'0'.repeat(64)}` },
      { headers: { authorization: 'Bearer x' } },
      { user: `${node.cookie}:any` },
    ]) {
      const { status, body } = await send({ at: { port }, body: PING, ...access })
      expect([status, JSON.parse(body)]).toEqual([401, error(-32_001)])
      expect(body).toContain('the file \\"cookie\\"')
      expect(body).not.toContain(node.home.paths.cookiePath)
      expect(body).not.toContain(node.cookie)
    }
  })

  test('a line that is sent is in the history', async () => {
    const text = 'grüße <b> "日本" \u0000 👋'
    expect(await ask(call('chat.send', { text }))).toMatchObject({
      status: 200,
      body: { id: 1, result: { text, own: true, author: { nick: 'ann' }, delivery: { state: 'stored', written: 0 } } },
    })
    const { body } = await overUnix({ body: call('chat.history', { limit: 1 }) })
    expect(JSON.parse(body)).toMatchObject({
      result: {
        messages: [{ text, room: 'dchat', kind: 'text', id: expect.stringMatching(/^[0-9a-f]{64}$/), time: expect.any(Number) }],
      },
    })
  })

  test('wait_ms waits for the next line', async () => {
    const { last_seq: since } = await node.client.call('chat.history', { limit: 1 })
    const waiting = ask(call('chat.history', { since, wait_ms: 20_000 }))
    await node.client.call('chat.send', { text: 'it came' })
    expect(await waiting).toMatchObject({ body: { result: { messages: [{ text: 'it came' }] } } })
  })

  test('batches and notifications', async () => {
    const notification = JSON.stringify({ jsonrpc: '2.0', method: 'ping' })
    expect(await ask(`[${call('ping', [], 'a')},${notification},${call('nope', [], 2)},7]`)).toEqual({
      status: 200,
      body: expect.arrayContaining([{ jsonrpc: '2.0', id: 'a', result: 'pong' }, error(-32_601, 2), error(-32_600)]),
    })
    expect(await ask(`[${PING}]`)).toEqual({ status: 200, body: [PONG] })
    expect(await ask(notification)).toEqual({ status: 204, body: '' })
    expect(await ask(`[${notification},${notification}]`)).toEqual({ status: 204, body: '' })
    expect(await ask('[]')).toEqual({ status: 200, body: error(-32_600) })
    expect(await ask(`[${Array(101).fill(PING).join(',')}]`)).toEqual({ status: 200, body: error(-32_003) })
  })

  test('what is no request, and what cannot be done', async () => {
    expect(await ask('{"jsonrpc":"2.0","id":1,"method":')).toEqual({ status: 200, body: error(-32_700) })
    expect(await ask('')).toEqual({ status: 200, body: error(-32_700) })
    expect(await ask('{"id":1,"method":"ping"}')).toEqual({ status: 200, body: error(-32_600, 1) })
    expect(await ask(call('chat.nope'))).toEqual({ status: 200, body: error(-32_601, 1) })
    expect(await ask(call('send', [5]))).toEqual({ status: 200, body: error(-32_602, 1) })
    expect(await ask(call('chat.send', { text: 'a', rooom: 'dchat' }))).toEqual({ status: 200, body: error(-32_602, 1) })
    expect(await ask(call('send', ['x'.repeat(65_537)]))).toEqual({ status: 200, body: error(-32_602, 1) })
    expect(await ask(call('chat.subscribe', {}))).toEqual({ status: 200, body: error(-32_600, 1) })
    expect(await ask(call('p2p.disconnect', [1]))).toEqual({ status: 200, body: error(-32_004, 1) })
    expect(await ask(call('__proto__'))).toEqual({ status: 200, body: error(-32_601, 1) })
  })

  test('a body of a mebibyte is read, one byte more is not', async () => {
    const fill = (bytes: number) => PING + ' '.repeat(bytes - PING.length)
    expect(await ask(fill(1_048_576))).toEqual({ status: 200, body: PONG })
    expect(await ask(fill(1_048_577))).toEqual({ status: 413, body: error(-32_002) })
    expect(await ask(PING)).toEqual({ status: 200, body: PONG })
  })

  test('a foreign Host or Origin gets 403, with the cookie too', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { host: `evil.example:${port}` },
      { host: `127.0.0.1.evil.example:${port}` },
      { host: '127.0.0.1:1' },
      { origin: 'https://evil.example' },
      { origin: `http://127.0.0.1:${port}` },
      { origin: 'null' },
    ]) {
      const { status, body } = await overTcp({ body: PING, headers })
      expect([headers, status, JSON.parse(body)]).toEqual([headers, 403, error(-32_001)])
    }
    expect(await overTcp({ body: PING, headers: { host: `localhost:${port}` } })).toMatchObject({ status: 200 })
    expect(await overUnix({ body: PING, headers: { origin: 'https://evil.example' } })).toMatchObject({ status: 403 })
  })

  test('other paths and methods are told where to go', async () => {
    expect(await overTcp({})).toMatchObject({ status: 200, body: expect.stringContaining('dchatd') })
    expect(await overTcp({ path: '/rpc', body: PING })).toMatchObject({ status: 404 })
    expect(await overTcp({ path: '/ws' })).toMatchObject({ status: 426 })
  })
})

test('a cookie is for one start', async () => {
  await using other = await DaemonNode.running({ hasTcpRpc: true })
  const first = other.cookie
  await other.kill('SIGTERM')
  await other.start()
  expect(other.cookie).not.toBe(first)
})

test('a body of 1 MiB in chunks of a byte is answered, and costs no hundred times as much memory', async () => {
  const peakMib = (): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${node.program.pid}/status`, 'utf8'))![1]) / 1_024
  const before = peakMib()
  const body = Buffer.from(PING.padStart(1_048_576))
  const chunks = Array.from(body, (byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('')
  const socket = connect({ path: node.home.paths.socketPath })
  socket.end(`POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunks}0\r\n\r\n`)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK[^]*"result":"pong"/)
  expect(peakMib() - before).toBeLessThan(128)
})
