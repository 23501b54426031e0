import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findEndpoint } from './endpoint.ts'
import type { FindEndpointOptions, RpcEndpoint } from './endpoint.ts'
import { RpcUnreachable } from './errors.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dchat-endpoint-'))
  mkdirSync(join(home, 'run'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function find(options: FindEndpointOptions = {}): RpcEndpoint {
  return findEndpoint({ home, env: {}, ...options })
}

function failure(options: FindEndpointOptions): RpcUnreachable {
  try {
    find(options)
  } catch (error) {
    if (error instanceof RpcUnreachable) return error
  }
  throw new Error('an RpcUnreachable was expected')
}

test('the Unix socket of the home, once there is one', () => {
  const error = failure({})
  expect(error.code).toBe('RPC_NOT_RUNNING')
  expect(error.reason).toContain(join(home, 'run/dchatd.sock'))
  expect(error.hint).toContain('dchatd')
  writeFileSync(join(home, 'run/dchatd.sock'), '')
  expect(find()).toEqual({ kind: 'unix', path: join(home, 'run/dchatd.sock') })
})

test('without a socket, the first address that the daemon has noted, with its cookie', () => {
  writeFileSync(join(home, 'run/rpc-address'), 'tcp://127.0.0.1:4711\ntcp://127.0.0.1:4712\n')
  writeFileSync(join(home, 'run/cookie'), 'secret\n')
  expect(find()).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 4711, tls: false, cookie: 'secret' })
  writeFileSync(join(home, 'run/dchatd.sock'), '')
  expect(find()).toEqual({ kind: 'unix', path: join(home, 'run/dchatd.sock') })
})

test.each(['', 'nonsense\n'])('a note that says %j is as good as none', (text) => {
  writeFileSync(join(home, 'run/rpc-address'), text)
  expect(failure({}).code).toBe('RPC_NOT_RUNNING')
})

test("the machine's own daemon is for who has none and names no home", () => {
  const systemRuntimeDir = join(home, 'system')
  mkdirSync(systemRuntimeDir)
  const system = { kind: 'unix', path: join(systemRuntimeDir, 'dchatd.sock') }
  const env = { HOME: home, XDG_RUNTIME_DIR: join(home, 'xdg') }
  expect(() => findEndpoint({ env, systemRuntimeDir })).toThrow(RpcUnreachable)
  writeFileSync(system.path, '')
  expect(findEndpoint({ env, systemRuntimeDir })).toEqual(system)
  expect(() => findEndpoint({ env: { ...env, DCHAT_HOME: home }, systemRuntimeDir })).toThrow(RpcUnreachable)
  expect(() => findEndpoint({ home, env, systemRuntimeDir })).toThrow(RpcUnreachable)
  mkdirSync(join(home, 'xdg/dchat'), { recursive: true })
  const own = { kind: 'unix', path: join(home, 'xdg/dchat/dchatd.sock') }
  writeFileSync(own.path, '')
  expect(findEndpoint({ env, systemRuntimeDir })).toEqual(own)
})

test('a cookie or token comes from the file that is named: by the option, then by the variable', () => {
  for (const name of ['flag', 'variable']) writeFileSync(join(home, name), `of the ${name}\n`)
  writeFileSync(join(home, 'run/cookie'), 'of the home')
  const rpc = 'tcp://127.0.0.1:1'
  const env = { DCHAT_RPC_COOKIE_FILE: join(home, 'variable') }
  expect(find({ rpc, env, cookieFile: join(home, 'flag') })).toMatchObject({ cookie: 'of the flag' })
  expect(find({ rpc, env })).toMatchObject({ cookie: 'of the variable' })
  expect(find({ rpc, env: { DCHAT_RPC_COOKIE_FILE: '' } })).toMatchObject({ cookie: 'of the home' })
  expect(failure({ rpc, env: { DCHAT_RPC_COOKIE_FILE: join(home, 'none') } }).code).toBe('RPC_COOKIE_UNREADABLE')
})

test('an address that is given comes first: the flag, then the variable', () => {
  expect(find({ rpc: 'unix:///a', env: { DCHAT_RPC: 'unix:///b' } })).toEqual({ kind: 'unix', path: '/a' })
  expect(find({ env: { DCHAT_RPC: 'unix:///b' } })).toEqual({ kind: 'unix', path: '/b' })
  expect(failure({ env: { DCHAT_RPC: '' } }).code).toBe('RPC_NOT_RUNNING')
  expect(failure({ rpc: 'nonsense' })).toMatchObject({
    code: 'RPC_ADDRESS_INVALID',
    reason: expect.stringContaining('unix:///path') as string,
  })
})

test('the cookie for TCP is read from the home, from a named file, or missing', () => {
  const tcp = { kind: 'tcp', host: '127.0.0.1', port: 1, tls: false }
  expect(find({ rpc: 'tcp://127.0.0.1:1' })).toEqual(tcp)
  writeFileSync(join(home, 'run/cookie'), 'secret\n')
  expect(find({ rpc: 'tcp://127.0.0.1:1' })).toEqual({ ...tcp, cookie: 'secret' })
  writeFileSync(join(home, 'other'), 'another')
  expect(find({ rpc: 'tcp://127.0.0.1:1', cookieFile: join(home, 'other') })).toEqual({ ...tcp, cookie: 'another' })
})

test("another machine gets nothing of this one's daemon unless it is named", () => {
  writeFileSync(join(home, 'run/cookie'), 'secret')
  writeFileSync(join(home, 'run/tls-fingerprint'), 'ab'.repeat(32))
  const there = { kind: 'tcp', host: '192.0.2.7', port: 1, tls: true }
  const rpc = 'tcp+tls://192.0.2.7:1'
  expect(find({ rpc })).toEqual(there)
  expect(find({ rpc, fingerprint: 'cd'.repeat(32) })).toEqual({ ...there, fingerprint: 'cd'.repeat(32) })
  const cookieFile = join(home, 'run/cookie')
  expect(find({ rpc, cookieFile })).toEqual({ ...there, cookie: 'secret', fingerprint: 'ab'.repeat(32) })
  writeFileSync(join(home, 'run/rpc-address'), 'tcp://192.0.2.7:2')
  expect(find()).toMatchObject({ port: 2, cookie: 'secret' })
})

test("a seed's fingerprint lies beside its cookie, under its name", () => {
  writeFileSync(join(home, 'run/lilith.cookie'), 'secret')
  writeFileSync(join(home, 'run/tls-fingerprint'), 'ab'.repeat(32))
  writeFileSync(join(home, 'run/lilith.tls-fingerprint'), 'cd'.repeat(32))
  const cookieFile = join(home, 'run/lilith.cookie')
  expect(find({ rpc: 'tcp+tls://localhost:1', cookieFile })).toMatchObject({ fingerprint: 'cd'.repeat(32) })
})

test('a cookie file that was named must be readable', () => {
  const error = failure({ rpc: 'tcp://127.0.0.1:1', cookieFile: join(home, 'none') })
  expect(error).toMatchObject({ code: 'RPC_COOKIE_UNREADABLE', reason: expect.stringContaining('ENOENT') as string })
})

test('a cookie that cannot be read is an error, not a missing one', () => {
  mkdirSync(join(home, 'run/cookie'))
  expect(failure({ rpc: 'tcp://127.0.0.1:1' })).toMatchObject({
    code: 'RPC_COOKIE_UNREADABLE',
    reason: expect.stringContaining('EISDIR') as string,
  })
})
