/** Clients that send garbage, go away, or half go away: what the others notice. */
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { LineClient } from './testing/line-client.ts'
import { ask } from './testing/http-client.ts'
import { soon } from './testing/soon.ts'
import { startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const WAIT = '{"jsonrpc":"2.0","id":7,"method":"wait"}'
const unix = (server: TestServer): Promise<LineClient> => LineClient.open({ path: server.socketPath })

test('a client that waits, and one that is cut, do not hold up another', async () => {
  await using server = await startServer()
  const waiting = await unix(server)
  waiting.send(`${WAIT}\n`.repeat(64))
  const cut = await unix(server)
  cut.send(`${WAIT}\n`)
  await soon(() => server.state.waiting.size, 65)
  cut.socket.destroy()
  const other = await unix(server)
  expect(await other.ask(PING)).toMatchObject({ result: 'pong' })
  await soon(() => server.clock.pendingTimers, 1) // it may only have ended its side, and gets a while to read answers
  await server.clock.advance(5_000)
  await soon(() => server.state.aborts, 1)
  expect(server.state.waiting.size).toBe(64)
})

test('answers come as they are done, not as they were asked for', async () => {
  await using server = await startServer()
  const client = await unix(server)
  client.send(`${WAIT}\n${PING}\n`)
  expect(await client.next()).toContain('pong')
  for (const finish of server.state.waiting) finish('at last')
  expect(await client.next()).toBe('{"jsonrpc":"2.0","id":7,"result":"at last"}')
})

test('a caller over HTTP that goes away ends its call', async () => {
  await using server = await startServer()
  const client = await unix(server)
  client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${WAIT.length}\r\n\r\n${WAIT}`)
  await soon(() => server.state.waiting.size, 1)
  await client.close()
  await soon(() => server.state.waiting.size, 0)
  expect(server.state.aborts).toBe(1)
})

test('a line client that has sent all and ended its side still gets every answer', async () => {
  await using server = await startServer()
  const client = await LineClient.open({ path: server.socketPath, allowHalfOpen: true })
  client.socket.end(`${WAIT}\n${PING}\n${PING.replace('1', '2')}`) // the last line has no end
  const answers = [await client.next(), await client.next()]
  expect(answers.every((answer) => answer?.includes('pong'))).toBe(true)
  for (const finish of server.state.waiting) finish('done')
  expect(await client.next()).toContain('done')
  expect(await client.next()).toBeUndefined()
  await client.closed
})

test('a client that ends its side at once, or after half a line, leaves nothing', async () => {
  await using server = await startServer()
  for (const text of ['', '{', '{"jsonrpc"', 'G', 'GET / HTTP/1.1\r\nHos']) {
    const socket = connect({ path: server.socketPath, allowHalfOpen: true })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => {}) // it may be cut while it is written to
    socket.resume()
    socket.on('end', () => socket.end())
    socket.end(text)
    await closed
  }
  await soon(() => server.clock.pendingTimers, 0)
  expect(await (await unix(server)).ask(PING)).toMatchObject({ result: 'pong' })
})

test.each([
  { name: 'a TLS hello', bytes: Buffer.from('160301020001000001fc0303', 'hex') },
  { name: 'zeros', bytes: Buffer.alloc(5_000) },
  { name: 'an HTTP line too long', bytes: Buffer.from(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`) },
  { name: 'HTTP without Host', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n') },
  {
    name: 'HTTP with two lengths',
    bytes: Buffer.from('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'),
  },
  { name: 'words', bytes: Buffer.from('hello there\r\n\r\n') },
])('$name on the port is refused and harms nothing', async ({ bytes }) => {
  await using server = await startServer()
  const client = await LineClient.open({ host: '127.0.0.1', port: server.port })
  client.send(bytes)
  expect(await client.next()).toMatch(/^HTTP\/1\.1 4\d\d /)
  await client.closed
  expect(await (await unix(server)).ask(PING)).toMatchObject({ result: 'pong' })
  expect(server.logger.records.filter(({ level }) => level === 'error')).toEqual([])
})

test('garbage between requests is answered line by line', async () => {
  await using server = await startServer()
  const client = await unix(server)
  client.send(`{]\r\n\r\n  \n${PING}\r\nx\n[[]]\n${PING}\n`)
  const answers: unknown[] = []
  for (let count = 0; count < 5; count += 1) answers.push(JSON.parse((await client.next())!))
  const code = (value: number): object => ({ id: null, error: { code: value } })
  const pong = { id: 1, result: 'pong' }
  expect(answers).toMatchObject([code(-32_700), pong, code(-32_700), [code(-32_600)], pong])
})

test('many clients of all kinds at once each get their own answers', async () => {
  await using server = await startServer()
  const echo = (text: string): string => JSON.stringify({ jsonrpc: '2.0', id: text, method: 'echo', params: [text] })
  const lines = Array.from({ length: 20 }, async (_value, index) => {
    const client = await unix(server)
    for (let count = 0; count < 20; count += 1) client.send(`${echo(`${index}/${count}`)}\n`)
    for (let count = 0; count < 20; count += 1) {
      expect(JSON.parse((await client.next())!)).toEqual({ jsonrpc: '2.0', id: `${index}/${count}`, result: `${index}/${count}` })
    }
  })
  const web = Array.from({ length: 20 }, async (_value, index) => {
    const answer = await ask({ socketPath: server.socketPath }, echo(`web ${index}`))
    expect(JSON.parse(answer.text)).toEqual({ jsonrpc: '2.0', id: `web ${index}`, result: `web ${index}` })
  })
  await Promise.all([...lines, ...web])
})
