import { expect, test } from 'vitest'
import { RpcAddressError, formatRpcAddress, isLoopbackHost, parseRpcAddress } from './address.ts'

test.each([
  ['tcp://127.0.0.1:51054', { kind: 'tcp', host: '127.0.0.1', port: 51_054, tls: false }],
  ['http+tcp://localhost:0', { kind: 'tcp', host: 'localhost', port: 0, tls: false }],
  ['tcp://[::1]:65535/', { kind: 'tcp', host: '::1', port: 65_535, tls: false }],
  ['TCP://127.0.0.1:1', { kind: 'tcp', host: '127.0.0.1', port: 1, tls: false }],
  ['tcp+tls://127.0.0.1:1', { kind: 'tcp', host: '127.0.0.1', port: 1, tls: true }],
  ['http+tcp+tls://[::1]:1', { kind: 'tcp', host: '::1', port: 1, tls: true }],
  ['http+tls://chat.lan:1', { kind: 'tcp', host: 'chat.lan', port: 1, tls: true }],
  ['unix:///run/user/1000/dchat/dchatd.sock', { kind: 'unix', path: '/run/user/1000/dchat/dchatd.sock' }],
  ['http+unix:///tmp/a b.sock', { kind: 'unix', path: '/tmp/a b.sock' }],
])('%s', (text, address) => {
  expect(parseRpcAddress(text)).toEqual(address)
})

test.each([
  ['127.0.0.1:51054', 'RPC_ADDRESS_INVALID', 'not a URL'],
  ['ftp://127.0.0.1:1', 'RPC_ADDRESS_INVALID', 'unknown scheme "ftp"'],
  ['tcp://127.0.0.1', 'RPC_ADDRESS_INVALID', 'needs a host and a port'],
  ['tcp://:1', 'RPC_ADDRESS_INVALID', 'needs a host and a port'],
  ['tcp://127.0.0.1:1/path', 'RPC_ADDRESS_INVALID', 'nothing after it'],
  ['tcp://127.0.0.1:65536', 'RPC_ADDRESS_INVALID', '0 to 65535'],
  ['unix://relative.sock', 'RPC_ADDRESS_INVALID', 'must be absolute'],
  ['unix:///folder/', 'RPC_ADDRESS_INVALID', 'must name a file'],
  [`unix:///${'x'.repeat(103)}`, 'RPC_ADDRESS_INVALID', 'at most 103 bytes'],
  ['tcp+tls://127.0.0.1', 'RPC_ADDRESS_INVALID', 'needs a host and a port'],
  ['unix+tls:///a', 'RPC_ADDRESS_INVALID', 'unknown scheme "unix+tls"'],
])('%s is refused', (text, code, reason) => {
  let error: unknown
  try {
    parseRpcAddress(text)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(RpcAddressError)
  expect(error).toMatchObject({ code, data: { address: text, reason: expect.stringContaining(reason) as string } })
})

test('a socket path of exactly the bound is taken', () => {
  const path = `/${'x'.repeat(102)}`
  expect(parseRpcAddress(`unix://${path}`)).toEqual({ kind: 'unix', path })
})

test.each(['tcp://127.0.0.1:51054', 'tcp://[::1]:1', 'tcp+tls://[::1]:1', 'unix:///a/b'])(
  '%s is written as it was read',
  (text) => {
    expect(formatRpcAddress(parseRpcAddress(text))).toBe(text)
  },
)

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['::1', true],
  ['[::1]', true],
  ['localhost', true],
  ['LocalHost', true],
  ['0:0:0:0:0:0:0:1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.1.1.1', false],
  ['example.org', false],
  ['127.0.0.1.nip.io', false],
])('%s is loopback: %s', (host, isLoopback) => {
  expect(isLoopbackHost(host)).toBe(isLoopback)
})

test('a password in an address is refused and not repeated', () => {
  for (const text of ['tcp://me:secret@127.0.0.1:1', 'ftp://secret@127.0.0.1:1'])
    expect(() => parseRpcAddress(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') as string }) as Error,
    )
})
