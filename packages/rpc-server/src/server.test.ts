import { expect, test } from 'vitest'
import { ask } from './testing/http-client.ts'
import { LineClient } from './testing/line-client.ts'
import { startServer } from './testing/test-server.ts'
test('smoke', async () => {
  await using t = await startServer()
  const c = await LineClient.open({ path: t.socketPath })
  expect(await c.ask({ jsonrpc: '2.0', id: 1, method: 'ping' })).toEqual({ jsonrpc: '2.0', id: 1, result: 'pong' })
  const a = await ask({ port: t.port, host: '127.0.0.1', headers: { authorization: `Bearer ${t.cookie}` } }, '{"jsonrpc":"2.0","id":1,"method":"ping"}')
  expect(a.text).toEqual('{"jsonrpc":"2.0","id":1,"result":"pong"}')
  expect(a.status).toBe(200)
  expect((await ask({ port: t.port, host: '127.0.0.1', headers: { } }, '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(401)
  expect((await ask({ method: 'GET', port: t.port, host: '127.0.0.1', headers: { } })).status).toBe(200)
})
