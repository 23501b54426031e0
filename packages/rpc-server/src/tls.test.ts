/** RPC inside TLS, on real sockets, with our own client and with others. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { RpcClient, findEndpoint } from '@dchat/rpc'
import type { RpcEndpoint } from '@dchat/rpc'
import { ManualClock } from '@dchat/system'
import { permissionsOf } from '@dchat/system/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { LineClient } from './testing/line-client.ts'
import { soon } from './testing/soon.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'
import type { TestServer } from './testing/test-server.ts'
import type { RpcServerOptions } from './server-options.ts'
import { tlsIdentity } from './tls-identity.ts'
import type { TlsIdentity } from './tls-identity.ts'

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

let folder: string
let identity: TlsIdentity
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-tls-'))
  identity = await make()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const make = (hosts: string[] = []): Promise<TlsIdentity> =>
  tlsIdentity({ given: undefined, hosts, fingerprintPath: join(folder, 'tls-fingerprint') })
const start = (overrides: Partial<RpcServerOptions> = {}): Promise<TestServer> =>
  startServer({
    listen: [
      { kind: 'tcp', host: '127.0.0.1', port: 0, tls: true },
      { kind: 'unix', path: join(folder, 'rpc.sock') },
    ],
    tls: identity,
    ...overrides,
  })
const endpoint = ({ port }: TestServer, rest: object = {}): RpcEndpoint => ({
  kind: 'tcp',
  host: '127.0.0.1',
  port,
  tls: true,
  cookie: TEST_COOKIE,
  fingerprint: identity.fingerprint,
  ...rest,
})

function post(server: TestServer, options: object = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TEST_COOKIE}` }
    const outgoing = request(
      { host: 'localhost', port: server.port, family: 4, method: 'POST', agent: false, ca: identity.cert, headers, ...options },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(PING)
  })
}

describe('the certificate that is made', () => {
  test('is good for loopback and the host listened on, and new each time', async () => {
    const { cert } = await make(['chat.lan', '192.0.2.7', '0.0.0.0', '::'])
    const certificate = new X509Certificate(cert)
    expect(certificate.subjectAltName?.split(', ')).toEqual([
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'DNS:chat.lan',
      'IP Address:192.0.2.7',
    ])
    expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(390 * 86_400_000)
    expect(cert).not.toBe(identity.cert)
  })

  test('has its fingerprint in a file for the owner only, which goes with it', async () => {
    const path = join(folder, 'tls-fingerprint')
    expect(readFileSync(path, 'utf8')).toBe(`${identity.fingerprint}\n`)
    expect(permissionsOf(path)).toBe('600')
    expect(identity.fingerprint).toBe(new X509Certificate(identity.cert).fingerprint256.replaceAll(':', '').toLowerCase())
    const next = await make()
    identity.remove()
    expect(readFileSync(path, 'utf8').trim()).toBe(next.fingerprint)
    next.remove()
    expect(existsSync(path)).toBe(false)
  })

  test('is the operator’s when there is one', async () => {
    const fingerprintPath = join(folder, 'fingerprint')
    expect(await tlsIdentity({ given: identity, hosts: [], fingerprintPath })).toMatchObject({
      cert: identity.cert,
      key: identity.key,
      fingerprint: identity.fingerprint,
    })
    const given = { cert: 'nonsense', key: identity.key }
    await expect(tlsIdentity({ given, hosts: [], fingerprintPath })).rejects.toMatchObject({ code: 'RPC_TLS_INVALID' })
    expect(readFileSync(fingerprintPath, 'utf8').trim()).toBe(identity.fingerprint)
  })

  test('is loaded by nobody who has no TLS', () => {
    const program = `
      import { registerHooks } from 'node:module'
      const loaded = new Set()
      registerHooks({ resolve(specifier, context, next) { loaded.add(specifier); return next(specifier, context) } })
      await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
      console.log(JSON.stringify([...loaded].filter((name) => /tls$|x509|fastify|self-signed/.test(name))))`
    const args = ['--no-warnings', '--conditions=@dchat/source', '--input-type=module', '--eval', program]
    expect(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))).toEqual([])
  })
})

describe('inside TLS', () => {
  test('our client, with the fingerprint', async () => {
    await using server = await start()
    await using client = await RpcClient.connect(endpoint(server))
    expect(await client.callRaw('ping', [])).toBe('pong')
    expect(server.server.addresses[0]).toMatchObject({ kind: 'tcp', tls: true })
  })

  test('HTTP and WebSocket, the Host with the port of https', async () => {
    await using server = await start()
    expect(await post(server)).toMatchObject({ status: 200, text: expect.stringContaining('pong') as string })
    expect((await post(server, { headers: {} })).status).toBe(401)
    expect(
      (await post(server, { servername: 'localhost', headers: { authorization: `Bearer ${TEST_COOKIE}`, host: 'evil.example' } }))
        .status,
    ).toBe(403)
    const ws = new WebSocket(`wss://localhost:${server.port}/ws`, {
      ca: identity.cert,
      family: 4,
      headers: { authorization: `Bearer ${TEST_COOKIE}` },
    })
    const answer = new Promise<string>((resolve) => ws.once('message', (data: Buffer) => resolve(data.toString())))
    ws.once('open', () => ws.send(PING))
    expect(await answer).toContain('pong')
    ws.terminate()
  })

  test('lines need their secret as without, and answers of megabytes come whole', async () => {
    await using server = await start()
    const socket = connectTls({ host: '127.0.0.1', port: server.port, ca: identity.cert })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    const lines = LineClient.over(socket)
    expect(await lines.ask(PING)).toMatchObject({ error: { code: -32_001 } })
    await lines.ask({ jsonrpc: '2.0', id: 1, method: 'rpc.auth', params: [TEST_COOKIE] })
    const much = await lines.ask({ jsonrpc: '2.0', id: 2, method: 'much', params: [5_000_000] })
    expect((much['result'] as string).length).toBe(5_000_000)
    const text = 'x'.repeat(900_000)
    expect(await lines.ask({ jsonrpc: '2.0', id: 3, method: 'echo', params: [text] })).toMatchObject({ result: text })
    await lines.close()
  })

  test('1.2 is spoken, what is older is not, and no certificate is asked for', async () => {
    await using server = await start()
    const shake = (maxVersion: 'TLSv1.1' | 'TLSv1.2'): Promise<string | null> =>
      new Promise((resolve, reject) => {
        const options = { ca: identity.cert, minVersion: 'TLSv1' as const, maxVersion, ciphers: 'DEFAULT:@SECLEVEL=0' }
        const socket = connectTls({ host: '127.0.0.1', port: server.port, ...options }, () => {
          resolve(socket.getProtocol())
          socket.destroy()
        })
        socket.once('error', reject)
      })
    expect(await shake('TLSv1.2')).toBe('TLSv1.2')
    await expect(shake('TLSv1.1')).rejects.toThrow(/version|protocol/i)
  })

  test('a stop ends what is open, also in the middle of a handshake', async () => {
    const server = await start()
    await using client = await RpcClient.connect(endpoint(server))
    const silent = connect({ host: '127.0.0.1', port: server.port })
    silent.on('error', () => {})
    const closed = new Promise((resolve) => silent.once('close', resolve))
    await soon(() => server.clock.pendingTimers, 1)
    await server[Symbol.asyncDispose]()
    silent.resume()
    await Promise.all([closed, client.closed])
    expect(server.clock.pendingTimers).toBe(0)
  })
})

describe('who does not speak TLS', () => {
  test('or says nothing has five seconds, and keeps nobody out', async () => {
    await using server = await start()
    const silent = await LineClient.open({ host: '127.0.0.1', port: server.port })
    await soon(() => server.clock.pendingTimers, 1)
    await using client = await RpcClient.connect(endpoint(server))
    expect(await client.callRaw('ping', [])).toBe('pong')
    await server.clock.advance(4_999)
    expect(silent.socket.destroyed).toBe(false)
    await server.clock.advance(1)
    await silent.closed
    expect(await client.callRaw('ping', [])).toBe('pong')
  })

  test('is cut, and nothing of it is carried out', async () => {
    await using server = await start({ rpcCompat: true })
    for (const text of [
      '{"jsonrpc":"2.0","id":1,"method":"notify_hello","params":[1]}\n',
      'POST / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ]) {
      const client = await LineClient.open({ host: '127.0.0.1', port: server.port })
      client.send(text)
      await client.closed
    }
    expect(server.state.updates).toEqual([])
    await soon(() => server.clock.pendingTimers, 0)
  })

  test('takes a place until then, of which the Unix socket has its own', async () => {
    await using server = await start({ limits: { maxConnections: 3, reservedForUnix: 1 } })
    const silent = [1, 2].map(() => connect({ host: '127.0.0.1', port: server.port }).on('error', () => {}))
    await soon(() => server.clock.pendingTimers, 2)
    await expect(RpcClient.connect(endpoint(server))).rejects.toMatchObject({ code: 'RPC_TLS_FAILED' })
    await using unix = await RpcClient.connect({ kind: 'unix', path: join(folder, 'rpc.sock') })
    expect(await unix.callRaw('ping', [])).toBe('pong')
    await server.clock.advance(5_000)
    await using client = await RpcClient.connect(endpoint(server))
    expect(await client.callRaw('ping', [])).toBe('pong')
    for (const socket of silent) socket.destroy()
  })
})

describe('the client', () => {
  test('sends nothing to a server with another certificate than the pinned one, or one nobody stands for', async () => {
    await using server = await start()
    await expect(RpcClient.connect(endpoint(server, { fingerprint: '0'.repeat(64) }))).rejects.toMatchObject({
      code: 'RPC_CERTIFICATE_WRONG',
      reason: expect.stringContaining(identity.fingerprint) as string,
      hint: expect.stringContaining('tls-fingerprint') as string,
    })
    const { fingerprint: _none, ...unpinned } = endpoint(server) as RpcEndpoint & { kind: 'tcp' }
    await expect(RpcClient.connect(unpinned)).rejects.toMatchObject({ code: 'RPC_CERTIFICATE_WRONG' })
    await soon(() => server.clock.pendingTimers, 0)
    expect(server.logger.records.filter(({ level }) => level !== 'debug')).toEqual([])
  })

  test('says so when the server speaks no TLS, or never ends the handshake', async () => {
    await using plain = await startServer()
    await expect(RpcClient.connect(endpoint(plain))).rejects.toMatchObject({ code: 'RPC_TLS_FAILED' })
    const deaf = createServer((socket) => socket.resume().on('error', () => {}))
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve))
    const { port } = deaf.address() as AddressInfo
    const clock = new ManualClock()
    const connecting = RpcClient.connect({ kind: 'tcp', host: '127.0.0.1', port, tls: true }, { timeoutMs: 1_000, clock })
    const outcome = connecting.catch((error: unknown) => error)
    const connections = (): Promise<number> => new Promise((resolve) => deaf.getConnections((_error, count) => resolve(count)))
    await soon(connections, 1)
    await clock.advance(1_000)
    expect(await outcome).toMatchObject({ code: 'RPC_TIMEOUT' })
    await new Promise((resolve) => deaf.close(resolve))
  })

  test('finds the fingerprint in the file beside the cookie, the variable, or the option', async () => {
    await using server = await start()
    const cookieFile = join(folder, 'cookie')
    writeFileSync(cookieFile, TEST_COOKIE)
    const rpc = `tcp+tls://127.0.0.1:${server.port}`
    await using client = await RpcClient.connect(findEndpoint({ rpc, cookieFile, env: {} }))
    expect(await client.callRaw('ping', [])).toBe('pong')
    const colons = new X509Certificate(identity.cert).fingerprint256
    writeFileSync(join(folder, 'tls-fingerprint'), 'stale'.repeat(3))
    expect(() => findEndpoint({ rpc, cookieFile, env: {} })).toThrow(expect.objectContaining({ code: 'RPC_FINGERPRINT_INVALID' }))
    for (const from of [{ env: { DCHAT_RPC_FINGERPRINT: colons } }, { env: {}, fingerprint: colons }])
      expect(findEndpoint({ rpc, cookieFile, ...from })).toMatchObject({ fingerprint: identity.fingerprint })
    rmSync(join(folder, 'tls-fingerprint'))
    expect(findEndpoint({ rpc, cookieFile, env: {} })).not.toHaveProperty('fingerprint')
  })
})

test('a reload takes over another certificate for new connections, and refuses one that does not fit', async () => {
  await using server = await start()
  await using before = await RpcClient.connect(endpoint(server))
  const next = await make()
  expect(() => server.server.reload({ tls: { cert: next.cert, key: identity.key } })).toThrow(
    expect.objectContaining({ code: 'RPC_TLS_INVALID' }),
  )
  await (await RpcClient.connect(endpoint(server))).close()
  server.server.reload({ tls: next })
  await using after = await RpcClient.connect(endpoint(server, { fingerprint: next.fingerprint }))
  expect([await before.callRaw('ping', []), await after.callRaw('ping', [])]).toEqual(['pong', 'pong'])
  await expect(RpcClient.connect(endpoint(server))).rejects.toMatchObject({ code: 'RPC_CERTIFICATE_WRONG' })
})
