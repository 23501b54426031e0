/** TLS and tokens of a running daemon, from its configuration to its clients, and what SIGHUP takes over of them. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { RpcClient, findEndpoint } from '@dchat/rpc'
import { tlsIdentity } from '@dchat/rpc-server'
import { permissionsOf } from '@dchat/system/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { DaemonNode, SeedNode, until } from '@dchat/e2e'
import { sendByCurl, sendByNode } from './testing/http.ts'

let node: DaemonNode
afterEach(() => node?.[Symbol.asyncDispose]())

const rpcUrl = async (): Promise<string> => `tcp+tls://127.0.0.1:${await node.rpcPort()}`
const open = async (): Promise<RpcClient> =>
  RpcClient.connect(findEndpoint({ home: node.home.path, rpc: await rpcUrl(), env: {} }))
const fingerprint = (): string => readFileSync(node.home.paths.tlsFingerprintPath, 'utf8').trim()

async function reload(change: (text: string) => string): Promise<void> {
  const file = node.home.paths.configFile
  const times = node.program.stderr.split('Reading the configuration again').length
  writeFileSync(file, change(readFileSync(file, 'utf8')))
  node.program.kill('SIGHUP')
  await until('it reads the configuration', () => node.program.stderr.split('Reading the configuration again').length > times)
}

describe('TLS', () => {
  test('without files: a certificate is made, clients of this machine find its fingerprint, and both go with the daemon', async () => {
    node = await DaemonNode.running({ hasTcpRpc: true, hasTls: true })
    expect(permissionsOf(node.home.paths.tlsFingerprintPath)).toBe('600')
    await using client = await open()
    await client.call('chat.send', { text: 'inside TLS' })
    expect((await node.history()).map(({ text }) => text)).toEqual(['inside TLS'])
    const port = await node.rpcPort()
    expect((await sendByCurl({ at: { port, isSecured: true }, path: '/readyz' })).status).toBe(200)
    const first = fingerprint()
    await client.close()
    await node.kill('SIGTERM')
    expect(() => fingerprint()).toThrow('ENOENT')
    await node.start()
    expect(fingerprint()).not.toBe(first)
    await using again = await open()
    expect(await again.call('ping', [])).toBe('pong')
  })

  test('a client that says nothing keeps nobody out', async () => {
    node = await DaemonNode.running({ hasTcpRpc: true, hasTls: true })
    const port = await node.rpcPort()
    const silent = Array.from({ length: 10 }, () => connect({ host: '127.0.0.1', port }).on('error', () => {}))
    await using client = await open()
    expect(await client.call('ping', [])).toBe('pong')
    for (const socket of silent) socket.destroy()
  })

  test('with files: they are shown, and read again on SIGHUP', async () => {
    const make = async (): Promise<{ cert: string; key: string; fingerprint: string }> =>
      tlsIdentity({ given: undefined, hosts: [], fingerprintPath: node.home.write('made', '') })
    node = new DaemonNode({
      hasTcpRpc: true,
      hasTls: true,
      config: { rpc: ['tls_cert = "~/cert.pem"', 'tls_key = "~/key.pem"'] },
    })
    const config = readFileSync(node.home.paths.configFile, 'utf8').replaceAll('~/', `${node.home.path}/`)
    node.home.write('dchatd.toml', config)
    const [first, second] = [await make(), await make()]
    node.home.write('cert.pem', first.cert)
    node.home.write('key.pem', first.key)
    await node.start()
    expect(fingerprint()).toBe(first.fingerprint)
    await using client = await open()
    node.home.write('cert.pem', second.cert)
    node.home.write('key.pem', second.key)
    await reload((text) => text)
    await until('the certificate is taken over', () => fingerprint() === second.fingerprint)
    await using other = await until('new connections see it', () => open().catch(() => undefined))
    expect([await client.call('ping', []), await other.call('ping', [])]).toEqual(['pong', 'pong'])
  })
})

describe('a token', () => {
  const secret = randomBytes(32).toString('base64url')
  const table = (methods: string[]): string =>
    `\n[[rpc.token]]\nname = "bot"\nhash = "sha256:${createHash('sha256').update(secret).digest('hex')}"\nmethods = ${JSON.stringify(methods)}\n`
  const call = (method: string, params: object = {}): string => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

  test('may do what its list says, on lines and over HTTP, until SIGHUP takes it away', async () => {
    node = new DaemonNode({ hasTcpRpc: true })
    writeFileSync(node.home.paths.configFile, readFileSync(node.home.paths.configFile, 'utf8') + table(['readonly']))
    await node.start()
    const port = await node.rpcPort()
    const ask = async (body: string): Promise<unknown> => {
      const { status, body: text } = await sendByNode({ at: { port }, body, headers: { authorization: `Bearer ${secret}` } })
      return { status, ...JSON.parse(text) }
    }
    expect(await ask(call('chat.history'))).toMatchObject({ status: 200, result: { messages: [] } })
    expect(await ask(call('chat.send', { text: 'no' }))).toMatchObject({
      status: 200,
      error: { code: -32_008, data: { kind: 'forbidden', hint: 'the token "bot" may not call chat.send' } },
    })
    expect(await ask(call('chat.highlights'))).toMatchObject({ result: [] })
    for (const [method, params] of [
      ['chat.set_highlights', { words: ['no'] }],
      ['chat.forget', { room: 'dchat' }],
    ] as const)
      expect(await ask(call(method, params))).toMatchObject({ error: { code: -32_008 } })
    expect(await ask(call('net.status'))).toMatchObject({ result: { channels: [] } })
    await using client = await RpcClient.connect({ kind: 'tcp', host: '127.0.0.1', port, tls: false, cookie: secret })
    await expect(client.call('node.stop', [])).rejects.toMatchObject({ code: -32_008 })
    const methods = ((await client.callRaw('rpc.discover', {})) as { methods: { name: string }[] }).methods.map(
      ({ name }) => name,
    )
    expect(methods).toContain('chat.subscribe')
    expect(methods).not.toContain('chat.send')

    await reload((text) => text.replace('methods = ["readonly"]', 'methods = ["readonly", "chat.*"]'))
    await client.closed
    expect(await ask(call('chat.send', { text: 'yes' }))).toMatchObject({ result: { text: 'yes' } })
    await reload((text) => text.split('\n[[rpc.token]]')[0]!)
    await until('it is gone', async () => ((await ask(call('ping'))) as { status: number }).status === 401)
    expect((await node.history()).map(({ text }) => text)).toEqual(['yes'])
    expect(node.program.stderr).toContain('RPC credentials are wrong')
    expect(node.program.stderr).not.toContain(secret)
  })
})

test('lilith has the same probes, and no events of a chat', async () => {
  await using seed = await SeedNode.started()
  const at = { socketPath: `${seed.home.paths.runtimeDir}/lilith.sock` }
  await until('it is ready', async () => (await sendByNode({ at, path: '/readyz' })).status === 200)
  expect(await sendByNode({ at, path: '/livez' })).toMatchObject({ status: 200 })
  expect((await sendByNode({ at, path: '/events' })).status).toBe(404)
})
