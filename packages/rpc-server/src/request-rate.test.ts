/** How often a token may ask, and how often an address may show wrong secrets, on real sockets. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openWebSocket } from './testing/carriers.ts'
import { ask } from './testing/http-client.ts'
import type { HttpAnswer } from './testing/http-client.ts'
import { LineClient } from './testing/line-client.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

const SECRET = 'a-secret'
const token = (rateLimit?: number): object => ({
  name: 'bot',
  sha256: createHash('sha256').update(SECRET).digest('hex'),
  methods: ['*'],
  ...(rateLimit === undefined ? {} : { rateLimit }),
})
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const start = (rateLimit?: number, rest: object = {}): Promise<TestServer> =>
  startServer({ tokens: [token(rateLimit) as never], ...rest })
const post = ({ port }: TestServer, body: string, secret = SECRET): Promise<HttpAnswer> =>
  ask({ host: '127.0.0.1', port, headers: { authorization: `Bearer ${secret}` } }, body)
const tcp = (server: TestServer): Promise<LineClient> => LineClient.open({ host: '127.0.0.1', port: server.port })

describe('requests of a token', () => {
  test('over HTTP: twice the rate at once, the next gets 429 and how long to wait, whose end lets it in', async () => {
    await using server = await start(2)
    for (let count = 0; count < 4; count += 1) expect((await post(server, PING)).status).toBe(200)
    const refused = await post(server, PING)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(JSON.parse(refused.text)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32_003,
        message: 'too many',
        data: { kind: 'too_many', hint: expect.stringContaining('500 ms') as string, retryable: true },
      },
    })
    await server.clock.advance(499)
    expect((await post(server, PING)).status).toBe(429)
    await server.clock.advance(1)
    expect((await post(server, PING)).status).toBe(200)
    expect((await post(server, PING, TEST_COOKIE)).status).toBe(200) // another caller
  })

  test('one budget for lines, WebSocket and HTTP, each request of a batch counted', async () => {
    await using server = await start(3)
    const line = await tcp(server)
    await line.ask({ jsonrpc: '2.0', id: 0, method: 'rpc.auth', params: [SECRET] })
    expect(await line.ask(PING)).toMatchObject({ result: 'pong' })
    const ws = await openWebSocket(`ws://127.0.0.1:${server.port}/ws`, { authorization: `Bearer ${SECRET}` })
    const answers: string[] = []
    ws.on('message', (data: Buffer) => answers.push(data.toString()))
    ws.send(PING)
    ws.send(PING)
    await expect.poll(() => answers.length).toBe(2)
    const batch = await post(server, `[${PING},${PING},${PING},${PING}]`)
    expect(batch.status).toBe(200)
    expect(JSON.parse(batch.text)).toMatchObject([
      { result: 'pong' },
      { result: 'pong' },
      { result: 'pong' },
      { error: { code: -32_003 } },
    ])
    expect(await line.ask(PING)).toMatchObject({ error: { code: -32_003 } })
    ws.send(PING)
    await expect.poll(() => answers[2]).toContain('-32003')
    expect((await post(server, `[${PING},${PING}]`)).status).toBe(429)
    const notification = await post(server, '{"jsonrpc":"2.0","method":"notify_hello","params":[1]}')
    expect([notification.status, notification.text, server.state.updates]).toEqual([429, '', []])
    expect((await post(server, 'no JSON')).status).toBe(429)
    ws.terminate()
  })

  test('the rate of the server holds where a token names none, 100 unless set', async () => {
    await using server = await start(undefined)
    const line = await tcp(server)
    await line.ask({ jsonrpc: '2.0', id: 0, method: 'rpc.auth', params: [SECRET] })
    const batches = [await line.ask(`[${Array(100).fill(PING).join()}]`), await line.ask(`[${Array(100).fill(PING).join()}]`)]
    expect(
      batches.flatMap((batch) => batch as unknown as { error?: unknown }[]).filter(({ error }) => error !== undefined),
    ).toEqual([])
    expect(await line.ask(PING)).toMatchObject({ error: { code: -32_003 } })
    await using slower = await start(undefined, { rateLimit: 1 })
    expect([await post(slower, PING), await post(slower, PING), await post(slower, PING)].map(({ status }) => status)).toEqual([
      200, 200, 429,
    ])
  })

  test('the owner has no rate', async () => {
    await using server = await start(1)
    const line = await LineClient.open({ path: server.socketPath })
    for (let count = 0; count < 5; count += 1) {
      const answers = (await line.ask(`[${Array(100).fill(PING).join()}]`)) as unknown as { result?: unknown }[]
      expect(answers.filter(({ result }) => result === 'pong')).toHaveLength(100)
    }
  })
})

describe('wrong secrets', () => {
  test('over HTTP: ten are told, further ones get 429, and who has a right one gets in all the while', async () => {
    await using server = await start(undefined, { rateLimit: 1_000 })
    for (let count = 0; count < 10; count += 1) expect((await post(server, PING, 'wrong')).status).toBe(401)
    const refused = await post(server, PING, 'wrong')
    expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.text)]).toEqual([
      429,
      '1',
      expect.objectContaining({ error: expect.objectContaining({ code: -32_003 }) }),
    ])
    for (const secret of [SECRET, TEST_COOKIE]) expect((await post(server, PING, secret)).status).toBe(200)
    const line = await tcp(server)
    expect(await line.ask({ jsonrpc: '2.0', id: 0, method: 'rpc.auth', params: [TEST_COOKIE] })).toMatchObject({ result: true })
    await server.clock.advance(1_000)
    expect((await post(server, PING, 'wrong')).status).toBe(401)
    const told = server.logger.records.filter(({ message }) => message === 'RPC credentials are wrong')
    expect(told).toHaveLength(11)
    expect(told[10]?.fields).toEqual({ address: '127.0.0.1', untold: 1 })
    expect(JSON.stringify(server.logger.records)).not.toContain('"wrong"')
  })

  test('on lines: the same count, and the eleventh ends the connection', async () => {
    await using server = await start()
    const line = await tcp(server)
    const wrong = { jsonrpc: '2.0', id: 1, method: 'rpc.auth', params: ['wrong'] }
    for (let count = 0; count < 10; count += 1) expect(await line.ask(wrong)).toMatchObject({ error: { code: -32_001 } })
    expect(await line.ask(wrong)).toMatchObject({ error: { code: -32_003 } })
    await line.closed
    expect((await post(server, PING, 'wrong')).status).toBe(429)
    const other = await tcp(server)
    expect(await other.ask({ ...wrong, params: [SECRET] })).toMatchObject({ result: true })
  })

  test('asking without any is no try', async () => {
    await using server = await start()
    for (let count = 0; count < 20; count += 1)
      expect((await ask({ host: '127.0.0.1', port: server.port }, PING)).status).toBe(401)
    expect(server.logger.records).toEqual([])
  })
})
