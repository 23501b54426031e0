/** Raw JSON lines against the running daemon. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DaemonNode, LineClient } from '@dchat/e2e'

let node: DaemonNode
let port: number

beforeAll(async () => {
  node = await DaemonNode.running({ hasTcpRpc: true, config: { rpc: ['rpc_disabled_methods = ["recv"]'] } })
  port = await node.rpcPort()
})

afterAll(() => node?.[Symbol.asyncDispose]())

const overUnix = (): Promise<LineClient> => LineClient.connect({ path: node.home.paths.socketPath })
const overTcp = (): Promise<LineClient> => LineClient.connect({ host: '127.0.0.1', port })
const pong = (id: unknown) => ({ jsonrpc: '2.0', id, result: 'pong' })
const error = (code: number, id: unknown = null) => ({ jsonrpc: '2.0', id, error: expect.objectContaining({ code }) })

describe('on TCP', () => {
  test('rpc.auth comes first, by position or by name', async () => {
    for (const params of [[node.cookie], { cookie: node.cookie }]) {
      await using client = await overTcp()
      expect(await client.ask('rpc.auth', params)).toEqual({ jsonrpc: '2.0', id: 1, result: true })
      expect(await client.ask('ping', [], 2)).toEqual(pong(2))
    }
  })

  test('without it every method says how, and the connection stays', async () => {
    await using client = await overTcp()
    expect(await client.ask('ping', [])).toEqual(error(-32_001, 1))
    const { error: told } = await client.ask('node.stop', [])
    expect(told.data.hint).toMatch(/rpc\.auth.*rpc_compat = true/)
    expect(await client.ask('rpc.auth', ['0'.repeat(64)])).toEqual(error(-32_001, 1))
    expect(await client.ask('ping', [])).toEqual(error(-32_001, 1))
    expect(await client.ask('rpc.auth', [node.cookie])).toMatchObject({ result: true })
    expect(await client.ask('ping', [])).toEqual(pong(1))
  })

  test('it is for one connection', async () => {
    await using first = await overTcp()
    await using second = await overTcp()
    await first.ask('rpc.auth', [node.cookie])
    expect(await second.ask('ping', [])).toEqual(error(-32_001, 1))
  })

  test('with rpc_compat line clients need no cookie, HTTP clients do', async () => {
    await using open = await DaemonNode.running({ hasTcpRpc: true, config: { rpc: ['rpc_compat = true'] } })
    const openPort = await open.rpcPort()
    await using client = await LineClient.connect({ host: '127.0.0.1', port: openPort })
    expect(await client.ask('ping', [])).toEqual(pong(1))
    expect(await client.ask('rpc.auth', ['anything'])).toMatchObject({ result: true })
    const answer = await fetch(`http://127.0.0.1:${openPort}/`, {
      method: 'POST',
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    })
    expect(answer.status).toBe(401)
  })
})

describe('lines', () => {
  test('end with \\n or \\r\\n; answers with \\r\\n; blank ones are nothing', async () => {
    await using client = await overUnix()
    const request = '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}'
    client.write(`${request}\n${request}\r\n\n\r\n  \n${request}\n`)
    for (let count = 0; count < 3; count += 1) expect(await client.read()).toEqual(pong(1))
  })

  test('may come in any pieces, several at once, the last without an end', async () => {
    await using client = await overUnix()
    for (const byte of Buffer.from('{"jsonrpc":"2.0","id":"ä","method":"ping"}\n')) client.write(Buffer.of(byte))
    expect(await client.read()).toEqual(pong('ä'))
    client.write('{"jsonrpc":"2.0","id":2,"method":"ping"}\n{"jsonrpc":"2.0","id":3,"method":"ping"}')
    client.end()
    expect([await client.read(), await client.read()]).toEqual([pong(2), pong(3)])
    await client.closed
  })

  test('every id JSON-RPC allows comes back; a notification gets no answer', async () => {
    await using client = await overUnix()
    for (const id of [0, -1, 1.5, 2 ** 53 - 1, '7', '', null]) expect(await client.ask('ping', [], id)).toEqual(pong(id))
    for (const id of [true, [], {}, 2 ** 60]) expect(await client.ask('ping', [], id)).toEqual(error(-32_600))
    client.send({ jsonrpc: '2.0', method: 'ping' })
    expect(await client.ask('ping', [], 'after')).toEqual(pong('after'))
  })

  test('that are no JSON, or no request, cost an error and nothing more', async () => {
    await using client = await overUnix()
    for (const [line, code] of [
      ['{', -32_700],
      ['{]', -32_700],
      ['[]', -32_600],
      ['[1]', -32_600],
      ['{"a":1}', -32_600],
    ] as const) {
      client.write(`${line}\n`)
      const answer = await client.read()
      expect(Array.isArray(answer) ? answer : [answer]).toEqual([error(code)])
    }
    client.write(Buffer.concat([Buffer.from('{"'), Buffer.of(0xff, 0x0a)]))
    expect(await client.read()).toEqual(error(-32_700))
    expect(await client.ask('send', [5])).toEqual(error(-32_602, 1))
    expect(await client.ask('send', 'text')).toEqual(error(-32_600, 1))
    expect(await client.ask('ping', [])).toEqual(pong(1))
  })

  test('of a mebibyte are read; one byte more is an error, and the next line is read', async () => {
    await using client = await overUnix()
    const request = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
    client.write(`${request.padEnd(1_048_576)}\n`)
    expect(await client.read()).toEqual(pong(1))
    client.write(`${request.padEnd(1_048_577)}\n`)
    expect(await client.read()).toEqual(error(-32_002))
    expect(await client.ask('ping', [], 2)).toEqual(pong(2))
  })

  test('are worked on side by side: a call that waits holds nobody up', async () => {
    await using client = await overUnix()
    const { last_seq: since } = await node.client.call('chat.history', { limit: 1 })
    client.send({ jsonrpc: '2.0', id: 'waits', method: 'chat.history', params: { since, wait_ms: 20_000 } })
    expect(await client.ask('ping', [], 'quick')).toEqual(pong('quick'))
    expect(await client.ask('send', ['now'], 'sends')).toMatchObject({ id: expect.stringMatching(/waits|sends/) })
    expect(await client.read()).toMatchObject({ id: expect.stringMatching(/waits|sends/) })
  })

  test('of a batch get one line', async () => {
    await using client = await overUnix()
    client.send([
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', id: 2, method: 'nope' },
    ])
    expect(await client.read()).toEqual([pong(1), error(-32_601, 2)])
  })

  test('a disabled method is not there', async () => {
    await using client = await overUnix()
    expect(await client.ask('recv', [])).toMatchObject({ error: { code: -32_601, message: 'method not found' } })
  })
})

test('what is neither a line nor HTTP is closed', async () => {
  await using client = await overTcp()
  client.write('hello, is this a chat?\r\n\r\n')
  expect(await client.next()).toMatch(/^HTTP\/1\.1 400 /)
  await client.closed
})
