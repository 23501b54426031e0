/** What the server says about itself. */
import { RpcClient } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { method } from './methods.ts'
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

test('help of a method, by position too', async () => {
  await using server = await startServer({ methods })
  await using client = await RpcClient.connect({ kind: 'unix', path: server.socketPath })
  expect(await client.callRaw('help', ['ping'])).toContain('Answers `"pong"`.')
  await expect(client.callRaw('help', ['constructor'])).rejects.toMatchObject({ code: -32_004 })
})
