/** Who gets in as a raw line client. */
import { describe, expect, test } from 'vitest'
import { LineClient } from './testing/line-client.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

const call = (method: string, params: unknown[] = [], id = 1): object => ({ jsonrpc: '2.0', id, method, params })
const tcp = (server: TestServer): Promise<LineClient> => LineClient.open({ host: '127.0.0.1', port: server.port })

describe('on TCP', () => {
  test('nothing but rpc.auth works before the cookie was shown', async () => {
    await using server = await startServer()
    const client = await tcp(server)
    const refused = await client.ask(call('ping'))
    expect(refused).toMatchObject({
      id: 1,
      error: { code: -32_001, data: { hint: expect.stringContaining('rpc_compat = true') as string } },
    })
    expect(await client.ask(call('no.such.method'))).toMatchObject({ error: { code: -32_001 } })
    expect(await client.ask(call('rpc.auth', ['wrong']))).toMatchObject({ error: { code: -32_001 } })
    expect(await client.ask(call('rpc.auth', [7 as never]))).toMatchObject({ error: { code: -32_602 } })
    expect(await client.ask(call('ping'))).toMatchObject({ error: { code: -32_001 } })
    expect(await client.ask(call('rpc.auth', [TEST_COOKIE]))).toEqual({ jsonrpc: '2.0', id: 1, result: true })
    expect(await client.ask(call('ping'))).toMatchObject({ result: 'pong' })
    expect(await client.ask(call('rpc.auth', ['anything']))).toMatchObject({ error: { code: -32_001 } })
    expect(await client.ask(call('ping'))).toMatchObject({ result: 'pong' })
  })

  test('one connection that is let in opens no other', async () => {
    await using server = await startServer()
    const first = await tcp(server)
    await first.ask(call('rpc.auth', [TEST_COOKIE]))
    expect(await (await tcp(server)).ask(call('ping'))).toMatchObject({ error: { code: -32_001 } })
  })

  test('without the cookie notifications do nothing, and a batch is refused member by member', async () => {
    await using server = await startServer()
    const client = await tcp(server)
    client.send('{"jsonrpc":"2.0","method":"notify_hello","params":[1]}\n')
    const answer = await client.ask([call('ping', [], 1), call('rpc.auth', [TEST_COOKIE], 2), call('ping', [], 3)])
    expect(answer).toMatchObject([
      { id: 1, error: { code: -32_001 } },
      { id: 2, result: true },
      { id: 3, result: 'pong' },
    ])
    expect(server.state.updates).toEqual([])
  })

  test('with rpc_compat no cookie is asked for, over HTTP it still is', async () => {
    await using server = await startServer({ rpcCompat: true })
    const client = await tcp(server)
    expect(await client.ask(call('ping'))).toMatchObject({ result: 'pong' })
    expect(await client.ask(call('rpc.auth', ['anything']))).toMatchObject({ result: true })
    const web = await LineClient.open({ host: '127.0.0.1', port: server.port })
    web.send('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}')
    expect(await web.next()).toMatch(/^HTTP\/1.1 40[13] /)
  })

  test('JSON lines hidden in a web request are not carried out', async () => {
    await using server = await startServer({ rpcCompat: true })
    const web = await LineClient.open({ host: '127.0.0.1', port: server.port })
    const lines = '\n{"jsonrpc":"2.0","id":1,"method":"notify_hello","params":[1]}\n'
    web.send(
      'POST / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\n' +
        `Content-Length: ${lines.length}\r\n\r\n${lines}`,
    )
    expect(await web.next()).toMatch(/^HTTP\/1.1 403 /)
    expect(server.state.updates).toEqual([])
  })
})

test('on the Unix socket no cookie is asked for, and rpc.auth just answers true', async () => {
  await using server = await startServer()
  const client = await LineClient.open({ path: server.socketPath })
  expect(await client.ask(call('ping'))).toMatchObject({ result: 'pong' })
  expect(await client.ask(call('rpc.auth', ['anything']))).toMatchObject({ result: true })
})

test('disabled methods answer -32601, rpc.auth cannot be disabled', async () => {
  await using server = await startServer({ disabledMethods: ['get_data', 'rpc.auth', 'get_dta'] })
  const client = await LineClient.open({ path: server.socketPath })
  expect(await client.ask(call('get_data'))).toMatchObject({ error: { code: -32_601, message: 'method not found' } })
  expect(await client.ask(call('rpc.auth', ['x']))).toMatchObject({ result: true })
  expect(server.logger.records.map(({ level, fields }) => [level, fields['method']])).toEqual([
    ['warn', 'rpc.auth'],
    ['warn', 'get_dta'],
  ])
  expect(await client.ask(call('ping'))).toMatchObject({ result: 'pong' })
})
