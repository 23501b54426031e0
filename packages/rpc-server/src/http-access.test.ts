/** Who gets in over HTTP and WebSocket: every combination of credentials, Host, Origin and carrier, on real sockets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './testing/http-client.ts'
import type { HttpAnswer } from './testing/http-client.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

const CREDENTIALS: { name: string; header?: string; isRight: boolean }[] = [
  { name: 'none', isRight: false },
  { name: 'bearer right', header: `Bearer ${TEST_COOKIE}`, isRight: true },
  { name: 'bearer wrong', header: `Bearer ${TEST_COOKIE.slice(1)}x`, isRight: false },
  { name: 'basic right', header: basic(`anybody:${TEST_COOKIE}`), isRight: true },
  { name: 'basic wrong', header: basic(`anybody:${TEST_COOKIE}x`), isRight: false },
  { name: 'cookie as user name', header: basic(`${TEST_COOKIE}:`), isRight: false },
]
const HOSTS: { name: string; host: (port: number) => string; isOurs: boolean }[] = [
  { name: 'ours', host: (port) => `127.0.0.1:${port}`, isOurs: true },
  { name: 'localhost', host: (port) => `localhost:${port}`, isOurs: true },
  { name: 'listed', host: () => 'chat.lan', isOurs: true },
  { name: 'rebound', host: (port) => `evil.example:${port}`, isOurs: false },
]
const ORIGINS: { name: string; origin?: string; isLetIn: boolean }[] = [
  { name: 'none', isLetIn: true },
  { name: 'listed', origin: 'https://app.example', isLetIn: true },
  { name: 'a page', origin: 'https://evil.example', isLetIn: false },
  { name: 'null', origin: 'null', isLetIn: false },
]
const CARRIERS = ['POST /', 'WebSocket'] as const

const CASES = CARRIERS.flatMap((carrier) =>
  CREDENTIALS.flatMap((credentials) =>
    HOSTS.flatMap((host) =>
      ORIGINS.map((origin) => {
        const isIn = credentials.isRight && host.isOurs && origin.isLetIn
        const status = isIn ? (carrier === 'WebSocket' ? 101 : 200) : host.isOurs && origin.isLetIn ? 401 : 403
        return { carrier, credentials, host, origin, status }
      }),
    ),
  ),
)

let server: TestServer
beforeAll(async () => {
  const limits = { failedAuthsBurst: 1_000 } // each of these is to be told what is wrong with it
  server = await startServer({ allowedHosts: ['chat.lan'], allowedOrigins: ['https://app.example'], limits })
})
afterAll(() => server[Symbol.asyncDispose]())

const UPGRADE = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

function send(carrier: (typeof CARRIERS)[number], headers: Record<string, string>): Promise<HttpAnswer> {
  const to = { host: '127.0.0.1', port: server.port }
  if (carrier === 'POST /') return ask({ ...to, headers: { 'content-type': 'application/json', ...headers } }, PING)
  return ask({ ...to, method: 'GET', path: '/ws', headers: { ...UPGRADE, ...headers } })
}

test.each(CASES)('$carrier, credentials $credentials.name, host $host.name, origin $origin.name: $status', async (entry) => {
  const { carrier, credentials, host, origin, status } = entry
  const answer = await send(carrier, {
    host: host.host(server.port),
    ...(credentials.header === undefined ? {} : { authorization: credentials.header }),
    ...(origin.origin === undefined ? {} : { origin: origin.origin }),
  })
  expect(answer.status).toBe(status)
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  expect(answer.text.includes('the file \\"cookie\\"')).toBe(status === 401)
  expect(answer.text).not.toContain('/run/dchat/cookie') // where this machine has it is no stranger's business
  if (status < 400) return
  expect(answer.headers['content-type']).toContain('application/json')
  expect(JSON.parse(answer.text)).toMatchObject({
    jsonrpc: '2.0',
    id: null,
    error: { code: -32_001, data: { kind: 'unauthorized' } },
  })
  expect(answer.text).not.toContain(TEST_COOKIE)
})

test('over the Unix socket no cookie is needed and any Host will do, but pages are refused', async () => {
  const to = { socketPath: server.socketPath }
  expect((await ask({ ...to, headers: { host: 'whatever' } }, PING)).status).toBe(200)
  expect((await ask({ ...to, headers: { connection: 'keep-alive' } }, PING)).headers['keep-alive']).toBe('timeout=4')
  expect((await ask({ ...to, headers: { origin: 'https://evil.example' } }, PING)).status).toBe(403)
  expect((await ask({ ...to, method: 'GET', path: '/ws', headers: { ...UPGRADE } })).status).toBe(101)
  expect((await ask({ ...to, method: 'GET', path: '/ws', headers: { ...UPGRADE, origin: 'https://evil.example' } })).status).toBe(
    403,
  )
})

describe('with the cookie', () => {
  const headers = { authorization: `Bearer ${TEST_COOKIE}` }
  const call = (options: object, body?: string | Buffer): Promise<HttpAnswer> => {
    const { headers: more = {}, ...rest } = options as { headers?: object }
    return ask({ host: '127.0.0.1', port: server.port, ...rest, headers: { ...headers, ...more } }, body)
  }

  test.each([
    { name: 'no content type', options: {}, body: PING, status: 200 },
    {
      name: 'what curl -d sends',
      options: { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      body: PING,
      status: 200,
    },
    { name: 'an error of JSON-RPC', options: {}, body: '{', status: 200 },
    { name: 'an empty body', options: {}, body: '', status: 200 },
    { name: 'a query', options: { path: '/?a=b' }, body: PING, status: 200 },
    {
      name: 'a form with parts',
      options: { headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      body: PING,
      status: 415,
    },
    {
      name: 'another charset',
      options: { headers: { 'content-type': 'application/json; charset=utf-16le' } },
      body: PING,
      status: 415,
    },
    { name: 'a content type that is none', options: { headers: { 'content-type': 'garbage' } }, body: PING, status: 200 },
    { name: 'a packed body', options: { headers: { 'content-encoding': 'gzip' } }, body: PING, status: 415 },
    { name: 'the largest body', options: {}, body: PING + ' '.repeat(1_048_576 - PING.length), status: 200 },
    { name: 'a body one byte larger', options: {}, body: PING + ' '.repeat(1_048_577 - PING.length), status: 413 },
    {
      name: 'a larger body of unknown length',
      options: { headers: { 'transfer-encoding': 'chunked' } },
      body: ' '.repeat(1_048_577),
      status: 413,
    },
    { name: 'another path', options: { path: '/rpc' }, body: PING, status: 404 },
    { name: 'another method', options: { method: 'PUT' }, body: PING, status: 405 },
    { name: 'DELETE', options: { method: 'DELETE' }, status: 405 },
    { name: 'OPTIONS', options: { method: 'OPTIONS' }, status: 405 },
    { name: 'POST to /ws', options: { path: '/ws' }, body: PING, status: 405 },
    { name: '/ws without an upgrade', options: { method: 'GET', path: '/ws' }, status: 426 },
  ])('$name: $status', async ({ options, body, status }) => {
    const answer = await call(options, body)
    expect(answer.status).toBe(status)
    const value = JSON.parse(answer.text) as { jsonrpc: string; error?: unknown }
    expect(value.jsonrpc).toBe('2.0')
    expect(status === 200 || value.error !== undefined).toBe(true)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test('an offer of HTTP/2 is left alone, the request is answered (curl --http2)', async () => {
    const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' }
    expect(await call({ headers: offer }, PING)).toMatchObject({ status: 200, text: expect.stringContaining('"pong"') as string })
  })

  test('a notification gets 204', async () => {
    expect(await call({}, '{"jsonrpc":"2.0","method":"ping"}')).toMatchObject({ status: 204, text: '' })
  })
})

test('the hint at GET / needs no cookie, but the right Host', async () => {
  const answer = await ask({ host: '127.0.0.1', port: server.port, method: 'GET' })
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toEqual({ name: 'test', version: '0.0.0', hint: expect.stringContaining('POST') as string })
  expect((await ask({ host: '127.0.0.1', port: server.port, method: 'GET', headers: { host: 'evil.example' } })).status).toBe(403)
})
