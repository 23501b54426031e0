/** Who may look at the page of the network, and what that gives, on real sockets. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { DEFAULT_RPC_LIMITS } from './limits.ts'
import type { RpcServerOptions } from './server-options.ts'
import { ask } from './testing/http-client.ts'
import type { HttpAnswer } from './testing/http-client.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

const PAGE = {
  load: () => Promise.resolve({ html: '<!doctype html>', policy: "default-src 'none'" }),
  methods: ['ping', 'keep', 'update'],
}
const TOKEN = { name: 'viewer', sha256: createHash('sha256').update('a-token').digest('hex'), methods: ['readonly'] }
const start = (more: Partial<RpcServerOptions> = {}): Promise<TestServer> =>
  startServer({ page: PAGE, tokens: [TOKEN], allowedHosts: ['chat.lan'], ...more })

const own = ({ port }: TestServer): { origin: string } => ({ origin: `http://127.0.0.1:${port}` })
const bearer = (secret: string): { authorization: string } => ({ authorization: `Bearer ${secret}` })

function post({ port }: TestServer, path: string, headers: Record<string, string>, body = ''): Promise<HttpAnswer> {
  return ask({ host: '127.0.0.1', port, path, headers }, body)
}

/** The session that a secret is exchanged for, or the status of the refusal. */
async function opened(server: TestServer, secret: string): Promise<string | number> {
  const { status, text } = await post(server, '/net', { ...own(server), ...bearer(secret) })
  return status === 200 ? (JSON.parse(text) as { session: string }).session : status
}

async function ticketOf(server: TestServer): Promise<{ ticket: string; url: string; expires: number }> {
  const { text } = await ask({ socketPath: server.socketPath }, '{"jsonrpc":"2.0","id":1,"method":"net.page"}')
  const { url, expires } = (JSON.parse(text) as { result: { url: string; expires: number } }).result
  return { url, expires, ticket: url.split('#')[1]! }
}

/** A WebSocket as a page opens it; a number for the status that it was refused with. */
async function socketOf(server: TestServer, protocols: string[], headers: Record<string, string>): Promise<WebSocket | number> {
  const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, protocols, { headers })
  const refused = new Promise<number>((resolve) =>
    ws.once('unexpected-response', (_request, answer) => resolve(answer.statusCode!)),
  )
  ws.on('error', () => {}) // how it ends is what is looked at
  const outcome = await Promise.race([once(ws, 'open').then(() => ws), refused])
  if (typeof outcome === 'number') ws.terminate()
  return outcome
}

async function call(
  ws: WebSocket,
  method: string,
  params: unknown = [],
): Promise<{ result?: unknown; error?: { code: number } }> {
  ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
  const [data] = (await once(ws, 'message')) as [Buffer]
  return JSON.parse(data.toString()) as { result?: unknown; error?: { code: number } }
}

async function pageSocket(server: TestServer, session: string): Promise<WebSocket> {
  const ws = await socketOf(server, ['dchat', `bearer.${session}`], own(server))
  if (typeof ws === 'number') throw new Error(`refused with ${ws}`)
  return ws
}

test('the page is for anybody who comes by our name, and tells the browser to keep it to itself', async () => {
  await using server = await start()
  const get = (headers: Record<string, string>): Promise<HttpAnswer> =>
    ask({ host: '127.0.0.1', port: server.port, method: 'GET', path: '/net', headers })
  const answer = await get({ host: `127.0.0.1:${server.port}` })
  expect(answer).toMatchObject({
    status: 200,
    text: '<!doctype html>',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
  })
  expect((await get({ host: 'evil.example' })).status).toBe(403)
  expect((await get({ origin: 'https://evil.example' })).status).toBe(403)
  expect((await get({ ...own(server) })).status).toBe(200)
})

test.each([
  { secret: undefined, status: 401 },
  { secret: 'wrong', status: 401 },
  { secret: TEST_COOKIE, status: 200 },
  { secret: 'a-token', status: 200 },
  { secret: TEST_COOKIE, origin: 'https://evil.example', status: 403 },
  { secret: TEST_COOKIE, origin: 'null', status: 403 },
  { secret: TEST_COOKIE, host: 'evil.example', status: 403 },
  { secret: TEST_COOKIE, host: 'chat.lan', origin: 'http://chat.lan', status: 200 },
  { secret: TEST_COOKIE, host: 'chat.lan', origin: 'https://chat.lan', status: 403 },
])('$secret from $origin at $host opens it: $status', async ({ secret, origin, host, status }) => {
  await using server = await start()
  const answer = await post(server, '/net', {
    ...own(server),
    ...(origin === undefined ? {} : { origin }),
    ...(host === undefined ? {} : { host }),
    ...(secret === undefined ? {} : bearer(secret)),
  })
  expect(answer.status).toBe(status)
  expect(answer.text.includes('session')).toBe(status === 200)
})

test('a ticket opens it once, and only soon', async () => {
  await using server = await start()
  const { ticket, url, expires } = await ticketOf(server)
  expect(url).toBe(`http://127.0.0.1:${server.port}/net#${ticket}`)
  expect(expires).toBe(server.clock.nowMs() + DEFAULT_RPC_LIMITS.ticketMs)
  expect(await opened(server, ticket)).toMatch(/^[0-9a-f]{64}$/)
  expect(await opened(server, ticket)).toBe(401)
  const late = await ticketOf(server)
  await server.clock.advance(DEFAULT_RPC_LIMITS.ticketMs)
  expect(await opened(server, late.ticket)).toBe(401)
})

test('a ticket is no secret of any other door, and of many the oldest is void', async () => {
  await using server = await start({ limits: { maxTickets: 2, failedAuthsBurst: 100 } })
  const tickets = [await ticketOf(server), await ticketOf(server), await ticketOf(server)].map(({ ticket }) => ticket)
  expect((await post(server, '/', bearer(tickets[2]!), '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(401)
  expect(await socketOf(server, ['dchat', `bearer.${tickets[2]}`], own(server))).toBe(403)
  const outcomes = await Promise.all(tickets.map((ticket) => opened(server, ticket)))
  expect(outcomes.map((outcome) => typeof outcome)).toEqual(['number', 'string', 'string'])
})

test('a session reads what the page may call, and nothing else, whatever it is opened with', async () => {
  await using server = await start()
  for (const secret of [TEST_COOKIE, 'a-token']) {
    const session = (await opened(server, secret)) as string
    expect(await opened(server, session)).toBe(session)
    const ws = await pageSocket(server, session)
    expect(ws.protocol).toBe('dchat')
    expect(await call(ws, 'ping')).toMatchObject({ result: 'pong' })
    for (const [method, params] of [
      ['get_data', []],
      ['update', [1, 2, 3, 4, 5]],
      ['chat.send', ['x']],
      ['net.page', []],
      ['rpc.auth', [TEST_COOKIE]],
    ] as const)
      expect([method, (await call(ws, method, params)).error?.code]).toEqual([method, -32_008])
    expect((await call(ws, 'chat.send', ['x'])).error?.code).toBe(-32_008) // rpc.auth has changed nothing
    ws.terminate()
  }
  expect(server.state.updates).toEqual([])
})

test('our own pages get in with sessions alone: no other secret does anything for them', async () => {
  await using server = await start({ limits: { failedAuthsBurst: 100 } })
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
  const session = (await opened(server, TEST_COOKIE)) as string
  const status = async (secret: string): Promise<number> =>
    (await post(server, '/', { ...own(server), ...bearer(secret) }, body)).status
  expect([await status(TEST_COOKIE), await status('a-token'), await status(session)]).toEqual([403, 403, 200])
  expect(await socketOf(server, ['dchat', `bearer.${TEST_COOKIE}`], own(server))).toBe(403)
  expect(await socketOf(server, ['dchat'], own(server))).toBe(403)
  expect(await socketOf(server, [`bearer.${session}`], own(server))).toBe(403) // it would be given back as the protocol
  expect(await socketOf(server, ['dchat', `bearer.${session}`], { origin: 'https://evil.example' })).toBe(403)
})

test('a session ends: by time, by too many others, with the token that opened it, and with it what it had subscribed to', async () => {
  await using server = await start({ limits: { maxPageSessions: 2 } })
  const first = (await opened(server, TEST_COOKIE)) as string
  const byToken = (await opened(server, 'a-token')) as string
  const ws = await pageSocket(server, byToken)
  const gone = once(ws, 'close')
  server.server.reload({ tokens: [] })
  await gone
  expect(await opened(server, byToken)).toBe(401)
  await opened(server, TEST_COOKIE)
  await opened(server, TEST_COOKIE)
  expect(await opened(server, first)).toBe(401)
  const last = (await opened(server, TEST_COOKIE)) as string
  const open = await pageSocket(server, last)
  await call(open, 'keep')
  const ended = once(open, 'close')
  await server.clock.advance(DEFAULT_RPC_LIMITS.pageSessionMs)
  expect(server.state.contexts.at(-1)!.connection.notify('net.event', {})).toBe(false)
  await ended
  expect(await opened(server, last)).toBe(401)
})

test('over the Unix socket nothing of it is let in by its Origin, and a server without a page has none of it', async () => {
  await using server = await start()
  const headers = { host: 'x', origin: 'http://x' }
  expect((await ask({ socketPath: server.socketPath, path: '/net', headers }, '')).status).toBe(403)
  expect((await ask({ socketPath: server.socketPath, path: '/net', headers: { host: 'x' } }, '')).status).toBe(401)
  await using plain = await startServer({ tokens: [TOKEN] })
  expect((await ask({ host: '127.0.0.1', port: plain.port, method: 'GET', path: '/net' })).status).toBe(404)
  expect(await opened(plain, TEST_COOKIE)).toBe(403)
  const answer = await ask({ socketPath: plain.socketPath }, '{"jsonrpc":"2.0","id":1,"method":"net.page"}')
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: -32_601 } })
})

test('tickets are given to the owner alone, and only where a browser can go', async () => {
  await using server = await start({ tokens: [{ ...TOKEN, methods: ['*'] }] })
  const asked = async (headers: Record<string, string>, to: TestServer = server): Promise<unknown> =>
    JSON.parse((await ask({ socketPath: to.socketPath, headers }, '{"jsonrpc":"2.0","id":1,"method":"net.page"}')).text)
  expect(await asked(bearer('a-token'))).toMatchObject({ error: { code: -32_008 } })
  await using local = await start({ listen: [{ kind: 'unix', path: `${server.folder}/other.sock` }] })
  const { text } = await ask({ socketPath: `${server.folder}/other.sock` }, '{"jsonrpc":"2.0","id":1,"method":"net.page"}')
  expect([local.port, JSON.parse(text)]).toMatchObject([0, { error: { code: -32_004 } }])
})
