import { expect, test } from 'vitest'
import { checkRpcExposure, readRpcSection } from './rpc-section.ts'
import { parseToml } from './toml-document.ts'

const DEFAULTS = { listen: 'tcp://127.0.0.1:51054', socketPath: '/run/u/dchatd.sock', home: '/home/u', base: '/etc' }
const read = (text: string): ReturnType<typeof readRpcSection> => readRpcSection(parseToml(text, 'f.toml'), DEFAULTS)

test('has defaults for everything', () => {
  expect(read('')).toEqual({
    listen: { kind: 'tcp', host: '127.0.0.1', port: 51_054, tls: false },
    disabledMethods: [],
    compat: false,
    socketPath: '/run/u/dchatd.sock',
    allowedHosts: [],
    allowedOrigins: [],
  })
})

test('reads every key', () => {
  const text = `[rpc]
rpc_listen = "http+tcp://[::1]:0"
rpc_disabled_methods = ["p2p.get_info"]
rpc_compat = true
rpc_socket = "~/s.sock"
allowed_hosts = ["Chat.example"]
allowed_origins = ["https://chat.example"]`
  expect(read(text)).toEqual({
    listen: { kind: 'tcp', host: '::1', port: 0, tls: false },
    disabledMethods: ['p2p.get_info'],
    compat: true,
    socketPath: '/home/u/s.sock',
    allowedHosts: ['chat.example'],
    allowedOrigins: ['https://chat.example'],
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
  ['rpc_compat = 1', 'f.toml:2: rpc.rpc_compat: must be true or false, is a number'],
  ['allowed_hosts = ["*"]', 'f.toml:2: rpc.allowed_hosts: "*" is not a host name'],
  ['allowed_origins = ["*"]', 'f.toml:2: rpc.allowed_origins: "*" is not an origin'],
])('%s', (line, message) => {
  expect(() => read(`[rpc]\n${line}`)).toThrow(message)
})

test('a default socket path that is too long is an error too', () => {
  const defaults = { ...DEFAULTS, socketPath: `/${'x'.repeat(200)}` }
  expect(() => readRpcSection(parseToml('', 'f.toml'), defaults)).toThrow(
    /^f\.toml: rpc\.rpc_socket: .*; set a shorter path, or "" for no socket$/,
  )
})

const COMPAT = parseToml('[rpc]\nrpc_compat = true\n', 'f.toml')

test.each(['tcp://127.0.0.1:1', 'tcp://127.1.2.3:1', 'tcp://[::1]:1', 'tcp://localhost:1', 'unix:///run/x'])(
  '%s is for this machine',
  (listen) => {
    expect(checkRpcExposure(COMPAT, readRpcSection(COMPAT, { ...DEFAULTS, listen }))).toBeUndefined()
  },
)

test.each(['tcp://0.0.0.0:1', 'tcp://127.example.org:1', 'tcp://[::ffff:127.0.0.1]:1', 'tcp://192.168.1.1:1'])(
  '%s is not: it needs the cookie',
  (listen) => {
    const rpc = readRpcSection(COMPAT, { ...DEFAULTS, listen })
    expect(() => checkRpcExposure(COMPAT, rpc)).toThrow(/^f\.toml:2: rpc\.rpc_compat: would let anyone who reaches/)
    expect(checkRpcExposure(COMPAT, { ...rpc, compat: false })).toMatch(/^the RPC at .* can be reached from other machines/)
  },
)
