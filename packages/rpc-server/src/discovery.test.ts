/** What the server says about itself. */
import { createHash } from 'node:crypto'
import { RpcClient } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { method } from './methods.ts'
import type { RpcToken } from './rights.ts'
import { ask } from './testing/http-client.ts'
import { startServer } from './testing/test-server.ts'

const methods = [method('ping', () => 'pong'), method('node.stop', () => true)]

interface Document {
  info: { title: string }
  methods: { name: string }[]
}

test('rpc.discover has the methods of this server, its own ones too, and no others', async () => {
  await using server = await startServer({ methods })
  await using client = await RpcClient.connect({ kind: 'unix', path: server.socketPath })
  const document = (await client.call('rpc.discover', [])) as unknown as Document
  expect(document.info.title).toBe('test')
  expect(document.methods.map(({ name }) => name)).toEqual(['ping', 'node.stop', 'rpc.auth', 'rpc.discover', 'help'])
})

test('what is disabled is neither discovered nor helped with, the two themselves included', async () => {
  await using server = await startServer({ methods, disabledMethods: ['node.stop', 'rpc.discover'] })
  await using client = await RpcClient.connect({ kind: 'unix', path: server.socketPath })
  await expect(client.call('rpc.discover', [])).rejects.toMatchObject({ code: -32_601 })
  const overview = await client.call('help', {})
  expect(overview.split('\n').map((line) => line.split(' ')[0])).toEqual(['ping', 'rpc.auth', 'help', '', 'help', ''])
  await expect(client.call('help', { method: 'node.stop' })).rejects.toMatchObject({
    code: -32_004,
    data: { kind: 'not_found', hint: 'no method "node.stop" here that you may call; help lists them' },
  })
})

test('a token discovers what it may call', async () => {
  const token = (secret: string, allowed: string[]): RpcToken => ({
    name: secret,
    sha256: createHash('sha256').update(secret).digest('hex'),
    methods: allowed,
  })
  await using server = await startServer({
    methods,
    tokens: [token('viewer', ['readonly']), token('stopper', ['node.*', 'help'])],
  })
  const overview = async (secret: string): Promise<string[]> => {
    const headers = { authorization: `Bearer ${secret}` }
    const { text } = await ask({ host: '127.0.0.1', port: server.port, headers }, '{"jsonrpc":"2.0","id":1,"method":"help"}')
    const { result } = JSON.parse(text) as { result: string }
    return result
      .split('\n\n')[0]!
      .split('\n')
      .map((line) => line.split(' ')[0]!)
  }
  expect(await overview('viewer')).toEqual(['ping', 'rpc.auth', 'rpc.discover', 'help'])
  expect(await overview('stopper')).toEqual(['node.stop', 'rpc.auth', 'help'])
})

test('help of a method, by position too', async () => {
  await using server = await startServer({ methods })
  await using client = await RpcClient.connect({ kind: 'unix', path: server.socketPath })
  expect(await client.callRaw('help', ['ping'])).toContain('Answers `"pong"`.')
  await expect(client.callRaw('help', ['constructor'])).rejects.toMatchObject({ code: -32_004 })
})
