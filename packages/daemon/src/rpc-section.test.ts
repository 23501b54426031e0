import { expect, test } from 'vitest'
import { parseToml } from '@dchat/config'
import { rpcKeys } from './rpc-keys.ts'
import { checkRpcExposure, readRpcSection } from './rpc-section.ts'
import type { RpcConfig } from './rpc-section.ts'

const DEFAULTS = { socketPath: '/run/u/dchatd.sock', home: '/home/u', base: '/etc' }
const keysFor = (listen: string): ReturnType<typeof rpcKeys> => rpcKeys({ listen, socketName: 'dchatd.sock' })
const KEYS = keysFor('tcp://127.0.0.1:51054')
const read = (text: string): RpcConfig => readRpcSection(parseToml(text, 'f.toml'), KEYS, DEFAULTS)

test('has defaults for everything', () => {
  expect(read('')).toEqual({
    listen: { kind: 'tcp', host: '127.0.0.1', port: 51_054, tls: false },
    disabledMethods: [],
    compat: false,
    socketPath: '/run/u/dchatd.sock',
    socketMode: 0o600,
    allowedHosts: [],
    allowedOrigins: [],
    tokens: [],
    tls: undefined,
    allowRemote: false,
    maxConnections: 64,
  })
})

test('reads every key', () => {
  const text = `[rpc]
rpc_listen = "http+tcp://[::1]:0"
rpc_disabled_methods = ["p2p.get_info"]
rpc_compat = true
rpc_socket = "~/s.sock"
rpc_socket_mode = "0660"
allowed_hosts = ["Chat.example"]
allowed_origins = ["https://chat.example"]
allow_remote = true
rate_limit = 7
max_connections = 3`
  expect(read(text)).toEqual({
    listen: { kind: 'tcp', host: '::1', port: 0, tls: false },
    disabledMethods: ['p2p.get_info'],
    compat: true,
    socketPath: '/home/u/s.sock',
    socketMode: 0o660,
    allowedHosts: ['chat.example'],
    allowedOrigins: ['https://chat.example'],
    tokens: [],
    tls: undefined,
    allowRemote: true,
    maxConnections: 3,
  })
})

test('an empty text switches an address off', () => {
  expect(read('[rpc]\nrpc_listen = ""\nrpc_socket = ""')).toMatchObject({ listen: undefined, socketPath: undefined })
})

test.each([
  ['rpc_listen = "127.0.0.1:51054"', 'f.toml:2: rpc.rpc_listen: "127.0.0.1:51054": not a URL'],
  ['rpc_listen = "tcp+tls://127.0.0.1"', 'f.toml:2: rpc.rpc_listen: "tcp+tls://127.0.0.1": needs a host and a port'],
  ['rpc_listen = "udp://127.0.0.1:51054"', 'f.toml:2: rpc.rpc_listen: "udp://127.0.0.1:51054": unknown scheme "udp"'],
  ['rpc_listen = 51054', 'f.toml:2: rpc.rpc_listen: must be a string, is a number'],
  [`rpc_socket = "/${'x'.repeat(103)}"`, 'f.toml:2: rpc.rpc_socket: "/xxx'],
  ['rpc_socket_mode = "0666"', 'f.toml:2: rpc.rpc_socket_mode: must be "0600" or "0660", is "0666"'],
  ['rpc_socket_mode = 0o660', 'f.toml:2: rpc.rpc_socket_mode: must be a string, is a number'],
  ['rpc_compat = 1', 'f.toml:2: rpc.rpc_compat: must be true or false, is a number'],
  ['allowed_hosts = ["*"]', 'f.toml:2: rpc.allowed_hosts: "*" is not a host name'],
  ['allowed_origins = ["*"]', 'f.toml:2: rpc.allowed_origins: "*" is not an origin'],
  ['rate_limit = 0', 'f.toml:2: rpc.rate_limit: must be a whole number from 1 to 1000000, is 0'],
  ['max_connections = 0', 'f.toml:2: rpc.max_connections: must be a whole number from 1 to 10000, is 0'],
])('%s', (line, message) => {
  expect(() => read(`[rpc]\n${line}`)).toThrow(message)
})

test('a default socket path that is too long is an error too', () => {
  const defaults = { ...DEFAULTS, socketPath: `/${'x'.repeat(200)}` }
  expect(() => readRpcSection(parseToml('', 'f.toml'), KEYS, defaults)).toThrow(
    /^f\.toml: rpc\.rpc_socket: .*; set a shorter path, or "" for no socket$/,
  )
})

/** Reads a file that says nothing of the address, and looks at the exposure of `listen`. */
function exposure(listen: string, lines: string, change: Partial<RpcConfig> = {}): string | undefined {
  const root = parseToml(`[rpc]\n${lines}\n`, 'f.toml')
  return checkRpcExposure(root, { ...readRpcSection(root, keysFor(listen), DEFAULTS), ...change })
}

test.each(['tcp://127.0.0.1:1', 'tcp://127.1.2.3:1', 'tcp://[::1]:1', 'tcp://localhost:1', 'unix:///run/x'])(
  '%s is for this machine',
  (listen) => {
    expect(exposure(listen, 'rpc_compat = true')).toBeUndefined()
  },
)

test.each(['tcp://0.0.0.0:1', 'tcp://127.example.org:1', 'tcp://[::ffff:127.0.0.1]:1', 'tcp://192.168.1.1:1'])(
  '%s is not: it needs credentials, and TLS unless that is waived',
  (listen) => {
    expect(() => exposure(listen, 'rpc_compat = true')).toThrow(/^f\.toml:2: rpc\.rpc_compat: would let anyone who reaches/)
    expect(() => exposure(listen, 'rpc_compat = true\nallow_remote = true')).toThrow(/rpc_compat: would let anyone/)
    expect(() => exposure(listen, `rpc_listen = "${listen}"`)).toThrow(
      /^f\.toml:2: rpc\.rpc_listen: .* without TLS everything travels unencrypted; listen on a loopback address, or on tcp\+tls:/,
    )
    expect(exposure(listen, 'allow_remote = true')).toMatch(
      /^f\.toml:2: rpc\.allow_remote: the RPC at .* can be reached from other machines/,
    )
    const secured = { listen: { kind: 'tcp', host: 'example.org', port: 1, tls: true } } as const
    expect(exposure(listen, '', secured)).toBeUndefined()
    expect(() => exposure(listen, 'rpc_compat = true', secured)).toThrow(/rpc_compat: would let anyone/)
  },
)
