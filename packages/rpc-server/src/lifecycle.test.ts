/** Start and stop: what is opened, who is refused, and that nothing is left. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryLogger } from '@dchat/system'
import { permissionsOf } from '@dchat/system/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RpcServerError } from './errors.ts'
import { createRpcServer } from './server.ts'
import type { RpcServer, RpcServerOptions } from './server-options.ts'
import { openWebSocket } from './testing/carriers.ts'
import { ask } from './testing/http-client.ts'
import { LineClient } from './testing/line-client.ts'
import { soon } from './testing/soon.ts'
import { TEST_COOKIE, startServer } from './testing/test-server.ts'

vi.setConfig({ testTimeout: 30_000 }) // a busy machine moves megabytes slowly

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const WAIT = '{"jsonrpc":"2.0","id":7,"method":"wait"}'
const AUTH = { cookie: TEST_COOKIE, cookiePath: '/run/dchat/cookie' }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-life-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function bare(options: Partial<RpcServerOptions>): RpcServer {
  return createRpcServer({ listen: [], methods: [], auth: AUTH, serverInfo: { name: 'test', version: '0' }, ...options })
}

async function startError(server: RpcServer): Promise<unknown> {
  return server.start().then(
    () => 'started',
    (error: unknown) => error,
  )
}

describe('the Unix socket', () => {
  test('is its owner’s only, in a folder that is too, whatever the mask is', async () => {
    const path = join(folder, 'run', 'rpc.sock')
    const before = process.umask(0)
    try {
      await using server = bare({ listen: [{ kind: 'unix', path }] })
      await server.start()
      expect(permissionsOf(path)).toBe('600')
      expect(permissionsOf(join(folder, 'run'))).toBe('700')
      expect(process.umask()).toBe(0)
    } finally {
      process.umask(before)
    }
    expect(existsSync(path)).toBe(false)
  })

  test('is its group’s too when it is to be', async () => {
    const path = join(folder, 'run', 'rpc.sock')
    const before = process.umask(0o077)
    try {
      await using server = bare({ listen: [{ kind: 'unix', path }], socketMode: 0o660 })
      await server.start()
      expect(permissionsOf(path)).toBe('660')
      expect(permissionsOf(join(folder, 'run'))).toBe('750')
    } finally {
      process.umask(before)
    }
  })

  test('one that answers is in use; it is not touched', async () => {
    const path = join(folder, 'rpc.sock')
    await using first = bare({ listen: [{ kind: 'unix', path }] })
    await first.start()
    expect(await startError(bare({ listen: [{ kind: 'unix', path }] }))).toMatchObject({
      code: 'RPC_ADDRESS_IN_USE',
      data: { address: `unix://${path}` },
    })
    const client = await LineClient.open({ path })
    await client.close()
  })

  test('one that a dead process left is replaced', async () => {
    const path = join(folder, 'rpc.sock')
    const listening = `require('node:net').createServer().listen(${JSON.stringify(path)}`
    const program = `${listening}, () => process.kill(process.pid, 'SIGKILL'))`
    await new Promise((resolve) => spawn(process.execPath, ['--eval', program], { stdio: 'ignore' }).on('exit', resolve))
    expect(existsSync(path)).toBe(true)
    await using server = bare({ listen: [{ kind: 'unix', path }] })
    await server.start()
    await (await LineClient.open({ path })).close()
  })

  test('a file that is no socket is not taken away', async () => {
    const path = join(folder, 'file')
    writeFileSync(path, 'precious')
    expect(await startError(bare({ listen: [{ kind: 'unix', path }] }))).toMatchObject({ code: 'RPC_ADDRESS_IN_USE' })
    expect(statSync(path).size).toBe(8)
  })

  test('a folder that cannot be made is an error with its reason', async () => {
    writeFileSync(join(folder, 'file'), '')
    const error = await startError(bare({ listen: [{ kind: 'unix', path: join(folder, 'file', 'rpc.sock') }] }))
    expect(error).toMatchObject({
      code: 'RPC_LISTEN_FAILED',
      data: { reason: expect.stringMatching(/^E(EXIST|NOTDIR)$/) as string },
    })
  })
})

describe('TCP', () => {
  test('a port that is taken is an error that names it, and nothing else stays open', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const path = join(folder, 'rpc.sock')
    const server = bare({
      listen: [
        { kind: 'unix', path },
        { kind: 'tcp', host: '127.0.0.1', port, tls: false },
      ],
    })
    const error = await startError(server)
    expect(error).toBeInstanceOf(RpcServerError)
    expect(error).toMatchObject({ code: 'RPC_ADDRESS_IN_USE', data: { address: `tcp://127.0.0.1:${port}` } })
    expect(existsSync(path)).toBe(false)
    expect(server.addresses).toEqual([])
    await server.stop()
    await new Promise((resolve) => other.close(resolve))
  })

  test('needs a cookie, and with rpc_compat a loopback address', async () => {
    const { auth: _auth, ...rest } = { auth: AUTH, listen: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls: false } as const] }
    const withoutCookie = createRpcServer({ ...rest, methods: [], serverInfo: { name: 'test', version: '0' } })
    expect(await startError(withoutCookie)).toMatchObject({ code: 'RPC_COOKIE_MISSING' })
    const exposed = bare({ listen: [{ kind: 'tcp', host: '0.0.0.0', port: 0, tls: false }], rpcCompat: true })
    expect(await startError(exposed)).toMatchObject({ code: 'RPC_LISTEN_EXPOSED', data: { address: 'tcp://0.0.0.0:0' } })
  })

  const REMOTE = { kind: 'tcp', host: '0.0.0.0', port: 0 } as const
  test.each([
    { name: 'in the clear', options: { listen: [{ ...REMOTE, tls: false }] }, code: 'RPC_LISTEN_UNENCRYPTED' },
    { name: 'by a name', options: { listen: [{ ...REMOTE, host: 'chat.lan', tls: false }] }, code: 'RPC_LISTEN_UNENCRYPTED' },
    {
      name: 'in TLS with rpc_compat',
      options: { listen: [{ ...REMOTE, tls: true }], rpcCompat: true, tls: { cert: '', key: '' } },
      code: 'RPC_LISTEN_EXPOSED',
    },
    { name: 'in TLS without a certificate', options: { listen: [{ ...REMOTE, tls: true }] }, code: 'RPC_TLS_MISSING' },
    {
      name: 'in TLS with a bad one',
      options: { listen: [{ ...REMOTE, tls: true }], tls: { cert: 'x', key: 'y' } },
      code: 'RPC_TLS_INVALID',
    },
  ])('is not open to other machines $name', async ({ options, code }) => {
    const server = bare(options)
    expect(await startError(server)).toMatchObject({ code })
    expect(server.addresses).toEqual([])
  })

  test('is open to other machines in the clear when that is wanted, with a word of it', async () => {
    const logger = new MemoryLogger()
    await using server = bare({ listen: [{ ...REMOTE, tls: false }], allowRemote: true, logger })
    await server.start()
    expect(logger.records).toMatchObject([{ level: 'warn', fields: { address: 'tcp://0.0.0.0:0' } }])
  })

  test('the port the system chose is told', async () => {
    await using server = await startServer()
    expect(server.server.addresses).toEqual([
      { kind: 'tcp', host: '127.0.0.1', port: expect.any(Number) as number, tls: false },
      { kind: 'unix', path: server.socketPath },
    ])
    expect(server.port).toBeGreaterThan(0)
  })
})

describe('stop', () => {
  test('answers what is worked on, ends every kind of connection, and leaves nothing', async () => {
    const server = await startServer()
    const silent = await LineClient.open({ path: server.socketPath })
    const idle = await LineClient.open({ path: server.socketPath })
    await idle.ask(PING)
    const busy = await LineClient.open({ path: server.socketPath })
    busy.send(`${WAIT}\n`)
    const kept = await LineClient.open({ host: '127.0.0.1', port: server.port })
    kept.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await kept.next()
    const call = ask({ socketPath: server.socketPath }, WAIT)
    const ws = await openWebSocket(`ws+unix://${server.socketPath}:/ws`)
    const wsAnswer = new Promise((resolve) => ws.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))))
    const wsCode = new Promise((resolve) => ws.once('close', resolve))
    ws.send(WAIT)
    await soon(() => server.state.waiting.size, 3)

    await Promise.all([server.server.stop(), server.server.stop()])
    const stopped = { id: 7, error: { code: -32_006, data: { kind: 'stopping', retryable: true } } }
    expect(JSON.parse((await busy.next())!)).toMatchObject(stopped)
    expect(JSON.parse((await call).text)).toMatchObject(stopped)
    expect(await wsAnswer).toMatchObject(stopped)
    expect(await wsCode).toBe(1001)
    await Promise.all([silent.closed, idle.closed, busy.closed, kept.closed])
    expect(server.clock.pendingTimers).toBe(0)
    expect(existsSync(server.socketPath)).toBe(false)
    await expect(LineClient.open({ host: '127.0.0.1', port: server.port })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server[Symbol.asyncDispose]()
  })

  test('does not wait longer than its bound for a client that does not read', async () => {
    const server = await startServer()
    const deaf = connect({ path: server.socketPath })
    deaf.on('error', () => {}) // it is cut
    deaf.pause()
    deaf.write('{"jsonrpc":"2.0","id":1,"method":"much","params":[30000000]}\n')
    await soon(() => [server.state.much, server.clock.pendingTimers], [1, 1])
    let isStopped = false
    const stopping = server.server.stop().then(() => {
      isStopped = true
    })
    await server.clock.advance(1_999)
    expect(isStopped).toBe(false)
    await server.clock.advance(1)
    await stopping
    deaf.destroy()
    await server[Symbol.asyncDispose]()
  })

  test('during start is a stop', async () => {
    const server = bare({
      listen: [
        { kind: 'unix', path: join(folder, 'a.sock') },
        { kind: 'unix', path: join(folder, 'b.sock') },
      ],
    })
    const starting = server.start()
    await server.stop()
    await starting
    expect(server.addresses).toEqual([])
    expect([existsSync(join(folder, 'a.sock')), existsSync(join(folder, 'b.sock'))]).toEqual([false, false])
  })

  test('without a start is nothing', async () => {
    const server = bare({ listen: [{ kind: 'unix', path: join(folder, 'a.sock') }] })
    await server.stop()
    expect(server.addresses).toEqual([])
  })

  test('lets the process end', { timeout: 30_000 }, () => {
    const path = join(folder, 'rpc.sock')
    const program = `
      import { createRpcServer } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      import { request } from 'node:http'
      const listen = [{ kind: 'unix', path: ${JSON.stringify(path)} }]
      const server = createRpcServer({ listen, methods: [], serverInfo: { name: 'x', version: '0' } })
      await server.start()
      const status = await new Promise((resolve) => request({ socketPath: ${JSON.stringify(path)} }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      }).end())
      await server.stop()
      console.log(status)`
    const args = ['--no-warnings', '--conditions=@dchat/source', '--input-type=module', '--eval', program]
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 }).trim()).toBe('200')
  })
})
