/** Addresses of an RPC server as people write them: `tcp://host:port`, `tcp+tls://host:port`, `unix:///path`. */
import { isIPv4, isIPv6 } from 'node:net'
import { MAX_SOCKET_PATH_BYTES } from './limits.ts'

export type RpcAddress = { kind: 'unix'; path: string } | { kind: 'tcp'; host: string; port: number; tls: boolean }

export type RpcAddressErrorCode = 'RPC_ADDRESS_INVALID'

export class RpcAddressError extends Error {
  override readonly name = 'RpcAddressError'
  readonly code: RpcAddressErrorCode
  readonly data: { readonly address: string; readonly reason: string }

  constructor(code: RpcAddressErrorCode, data: { address: string; reason: string }) {
    super(`${data.address}: ${data.reason}`)
    this.code = code
    this.data = data
  }
}

const KNOWN = 'use tcp://host:port, tcp+tls://host:port or unix:///path'
const SCHEMES = new Map<string, 'tcp' | 'unix' | 'tls'>([
  ['tcp', 'tcp'],
  ['http+tcp', 'tcp'],
  ['unix', 'unix'],
  ['http+unix', 'unix'],
  ['tcp+tls', 'tls'],
  ['http+tcp+tls', 'tls'],
  ['http+tls', 'tls'],
])

/**
 * Forms with `http+` mean the same as those without, since one address serves lines, HTTP and WebSocket; `http+tls://` is
 * `tcp+tls://` too. Port 0 is allowed: a server then listens on any free port.
 * @throws {RpcAddressError}
 */
export function parseRpcAddress(address: string): RpcAddress {
  // What stands before an `@` may be a password.
  const shown = address.replace(/:\/\/[^/?#]*@/, '://…@')
  const invalid = (reason: string): RpcAddressError => new RpcAddressError('RPC_ADDRESS_INVALID', { address: shown, reason })
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(address)
  if (match === null) throw invalid(`not a URL; ${KNOWN}`)
  const [, scheme = '', rest = ''] = match
  switch (SCHEMES.get(scheme.toLowerCase())) {
    case 'tcp':
      return { kind: 'tcp', ...parseHostPort(rest, invalid), tls: false }
    case 'tls':
      return { kind: 'tcp', ...parseHostPort(rest, invalid), tls: true }
    case 'unix':
      return { kind: 'unix', path: checkSocketPath(rest, invalid) }
    case undefined:
      throw invalid(`unknown scheme "${scheme}"; ${KNOWN}`)
  }
}

/** The address as `parseRpcAddress` takes it. */
export function formatRpcAddress(address: RpcAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`
  const scheme = address.tls ? 'tcp+tls' : 'tcp'
  return `${scheme}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

function parseHostPort(rest: string, invalid: (reason: string) => RpcAddressError): { host: string; port: number } {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+):([0-9]{1,5})\/?$/i.exec(rest)
  if (match === null) throw invalid('needs a host and a port, and nothing after it, as in tcp://127.0.0.1:51054')
  const [, host = '', digits = ''] = match
  const port = Number(digits)
  if (port > 65_535) throw invalid('the port is 0 to 65535')
  return { host: host.replace(/^\[|\]$/g, ''), port }
}

function checkSocketPath(path: string, invalid: (reason: string) => RpcAddressError): string {
  if (!path.startsWith('/')) throw invalid('the socket path must be absolute: unix:///path')
  if (path.endsWith('/') || path.includes('\0')) throw invalid('the socket path must name a file')
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) throw invalid(`a socket path has at most ${MAX_SOCKET_PATH_BYTES} bytes`)
  return path
}

/** Whether a host can only be reached from this machine: a loopback address, with or without brackets, or `localhost`. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (bare === 'localhost') return true
  if (isIPv4(bare)) return bare.startsWith('127.')
  return isIPv6(bare) && new URL(`http://[${bare}]`).hostname === '[::1]'
}
