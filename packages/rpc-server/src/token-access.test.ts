/** Tokens and their rights, on every carrier of a real server. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openWebSocket } from './testing/carriers.ts'
import { ask } from './testing/http-client.ts'
import { LineClient } from './testing/line-client.ts'
import { soon } from './testing/soon.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'
import type { RpcToken } from './rights.ts'

const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const token = (name: string, methods: string[], rest: Partial<RpcToken> = {}): RpcToken => ({
  name,
  sha256: hash(`secret-of-${name}`),
  methods,
  ...rest,
})
const TOKENS = [token('viewer', ['readonly']), token('bot', ['chat.*']), token('all', ['*'])]
const call = (method: string, params: unknown = [], id = 1): string => JSON.stringify({ jsonrpc: '2.0', id, method, params })
const bearer = (name: string): object => ({ authorization: `Bearer secret-of-${name}` })
const tcp = (server: TestServer): Promise<LineClient> => LineClient.open({ host: '127.0.0.1', port: server.port })

/** Sends one request on a connection of lines that has said whose token it holds. */
async function askByLine(client: LineClient, name: string, body: string): Promise<Record<string, unknown>> {
  expect(await client.ask(call('rpc.auth', [`secret-of-${name}`]))).toMatchObject({ result: true })
  const answer = await client.ask(body)
  await client.close()
  return answer
}

/** Sends one request as a token's holder, gives the answer. */
type Send = (server: TestServer, name: string, body: string) => Promise<Record<string, unknown>>
const WAYS: [string, Send][] = [
  [
    'Bearer',
    async ({ port }, name, body) => JSON.parse((await ask({ host: '127.0.0.1', port, headers: { ...bearer(name) } }, body)).text),
  ],
  [
    'Basic',
    async ({ port }, name, body) =>
      JSON.parse((await ask({ host: '127.0.0.1', port, auth: `anyone:secret-of-${name}` }, body)).text),
  ],
  [
    'a WebSocket',
    async ({ port }, name, body) => {
      const ws = await openWebSocket(`ws://127.0.0.1:${port}/ws`, { ...bearer(name) })
      const answer = new Promise<string>((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))
      ws.send(body)
      const text = await answer
      ws.terminate()
      return JSON.parse(text)
    },
  ],
  ['a line', async (server, name, body) => askByLine(await tcp(server), name, body)],
  [
    'a line of the Unix socket, which gives up its own rights',
    async ({ socketPath }, name, body) => askByLine(await LineClient.open({ path: socketPath }), name, body),
  ],
  [
    'Bearer over the Unix socket',
    async ({ socketPath }, name, body) => JSON.parse((await ask({ socketPath, headers: { ...bearer(name) } }, body)).text),
  ],
]

describe.each(WAYS)('by %s', (_way, send) => {
  const forbidden = (hint: string): object => ({
    error: { code: -32_008, message: 'forbidden', data: { kind: 'forbidden', hint, retryable: false } },
  })

  test.each([
    ['viewer', call('get_data'), { result: ['hello', 5] }],
    ['viewer', call('chat.send', ['x']), forbidden('the token "viewer" may not call chat.send')],
    ['bot', call('chat.send', ['x']), { result: 'x' }],
    ['bot', call('ping'), forbidden('the token "bot" may not call ping')],
    ['bot', call('no.such'), { error: { code: -32_601 } }],
    ['bot', call('chat.send', { nonsense: 1 }), { error: { code: -32_602 } }],
    ['bot', call('ping', { nonsense: 1 }), forbidden('the token "bot" may not call ping')],
    ['all', call('may_call', ['chat.send']), { result: [true, 'all'] }],
    ['viewer', call('may_call', ['chat.send']), { result: [false, 'viewer'] }],
    ['viewer', call('may_call', ['no.such']), { result: [false, 'viewer'] }],
    ['viewer', call('may_call', ['rpc.auth']), { result: [true, 'viewer'] }],
  ])('%s asks %s', async (name, body, wanted) => {
    await using server = await startServer({ tokens: TOKENS })
    const answer = await send(server, name, body)
    expect(answer).toMatchObject({ jsonrpc: '2.0', id: 1, ...wanted })
    expect(JSON.stringify([answer, server.logger.records])).not.toContain('secret-of')
  })
})

test('in a batch each request is judged by itself, and a notification that is forbidden does nothing', async () => {
  await using server = await startServer({ tokens: TOKENS })
  const to = { host: '127.0.0.1', port: server.port, headers: { ...bearer('viewer') } }
  const { text } = await ask(to, `[${call('ping', [], 1)},${call('update', [1, 2, 3, 4, 5], 2)}]`)
  expect(JSON.parse(text)).toMatchObject([
    { id: 1, result: 'pong' },
    { id: 2, error: { code: -32_008 } },
  ])
  expect(await ask(to, '{"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]}')).toMatchObject({ status: 204, text: '' })
  expect(server.state.updates).toEqual([])
})

test('the cookie may do all, and a method that is disabled nobody', async () => {
  await using server = await startServer({ tokens: TOKENS, disabledMethods: ['get_data'] })
  const as = async (secret: string, body: string): Promise<unknown> =>
    JSON.parse((await ask({ host: '127.0.0.1', port: server.port, headers: { authorization: `Bearer ${secret}` } }, body)).text)
  expect(await as(TEST_COOKIE, call('may_call', ['chat.send']))).toMatchObject({ result: [true, null] })
  expect(await as(TEST_COOKIE, call('may_call', ['get_data']))).toMatchObject({ result: [false, null] })
  for (const secret of [TEST_COOKIE, 'secret-of-all', 'secret-of-bot'])
    expect(await as(secret, call('get_data'))).toMatchObject({
      error: { code: -32_601, data: { hint: expect.stringContaining('disabled') } },
    })
})

test('a line connection may change its rights; a wrong secret leaves them', async () => {
  await using server = await startServer({ tokens: TOKENS })
  const client = await tcp(server)
  await client.ask(call('rpc.auth', ['secret-of-viewer']))
  expect(await client.ask(call('chat.send', ['x']))).toMatchObject({ error: { code: -32_008 } })
  expect(await client.ask(call('rpc.auth', ['wrong']))).toMatchObject({ error: { code: -32_001 } })
  expect(await client.ask(call('ping'))).toMatchObject({ result: 'pong' })
  await client.ask(call('rpc.auth', [TEST_COOKIE]))
  expect(await client.ask(call('chat.send', ['x']))).toMatchObject({ result: 'x' })
})

test('tokens alone open a TCP address', async () => {
  const { auth: _none, ...rest } = { auth: undefined, tokens: TOKENS }
  await using server = await startServer(rest)
  expect(await ask({ host: '127.0.0.1', port: server.port, headers: { ...bearer('viewer') } }, call('ping'))).toMatchObject({
    status: 200,
  })
})

describe('reload', () => {
  test('connections of a token that is gone or changed end, what they asked for being answered; others stay', async () => {
    await using server = await startServer({ tokens: TOKENS })
    const open = async (secret: string): Promise<LineClient> => {
      const client = await tcp(server)
      await client.ask(call('rpc.auth', [secret]))
      return client
    }
    const [viewer, bot, all, owner] = [
      await open('secret-of-viewer'),
      await open('secret-of-bot'),
      await open('secret-of-all'),
      await open(TEST_COOKIE),
    ]
    all.send(`${call('wait')}\n`)
    await soon(() => server.state.waiting.size, 1)
    server.server.reload({ tokens: [TOKENS[1]!, token('viewer', ['ping'])] })
    expect(JSON.parse((await all.next())!)).toMatchObject({
      error: { code: -32_001, data: { hint: expect.stringContaining('not valid') } },
    })
    await Promise.all([all.closed, viewer.closed])
    expect(await bot.ask(call('chat.send', ['x']))).toMatchObject({ result: 'x' })
    expect(await owner.ask(call('ping'))).toMatchObject({ result: 'pong' })
    const again = await open('secret-of-viewer')
    expect(await again.ask(call('ping'))).toMatchObject({ result: 'pong' })
    expect(await again.ask(call('get_data'))).toMatchObject({ error: { code: -32_008 } })
    expect(await (await tcp(server)).ask(call('rpc.auth', ['secret-of-all']))).toMatchObject({ error: { code: -32_001 } })
  })

  test('an HTTP call that waits ends with its token', async () => {
    await using server = await startServer({ tokens: TOKENS })
    const waiting = ask({ host: '127.0.0.1', port: server.port, headers: { ...bearer('all') } }, call('wait'))
    await soon(() => server.state.waiting.size, 1)
    server.server.reload({ tokens: [] })
    expect(JSON.parse((await waiting).text)).toMatchObject({ error: { code: -32_001 } })
    expect(await ask({ host: '127.0.0.1', port: server.port, headers: { ...bearer('all') } }, call('ping'))).toMatchObject({
      status: 401,
    })
  })

  test('hosts, origins and disabled methods hold from the next request on, what is left out stays', async () => {
    await using server = await startServer({
      tokens: TOKENS,
      allowedHosts: ['a.lan'],
      allowedOrigins: ['https://a'],
      disabledMethods: ['ping'],
    })
    const status = async (headers: object): Promise<number> =>
      (await ask({ host: '127.0.0.1', port: server.port, headers: { ...bearer('all'), ...headers } }, call('get_data'))).status
    const unix = await LineClient.open({ path: server.socketPath })
    expect([await status({ host: 'a.lan' }), await status({ origin: 'https://a' }), await status({ host: 'b.lan' })]).toEqual([
      200, 200, 403,
    ])
    expect(await unix.ask(call('ping'))).toMatchObject({ error: { code: -32_601 } })
    server.server.reload({ allowedHosts: ['b.lan'], disabledMethods: [] })
    expect([await status({ host: 'a.lan' }), await status({ origin: 'https://a' }), await status({ host: 'b.lan' })]).toEqual([
      403, 200, 200,
    ])
    expect(await unix.ask(call('ping'))).toMatchObject({ result: 'pong' })
    server.server.reload({ allowedOrigins: [] })
    expect([await status({ host: 'b.lan' }), await status({ origin: 'https://a' })]).toEqual([200, 403])
  })
})
