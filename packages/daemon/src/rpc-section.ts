/** The `[rpc]` table, the same for every daemon. Facts: docs/node.md, *Settings*; docs/rpc.md. */
import { readKeys } from '@dchat/config'
import type { KeyTable, Places, TomlTable } from '@dchat/config'
import { MAX_SOCKET_PATH_BYTES, isLoopbackHost } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import type { RpcValues } from './rpc-keys.ts'
import { readRpcTls } from './rpc-tls.ts'
import type { RpcTls } from './rpc-tls.ts'
import { readTokens } from './rpc-tokens.ts'
import type { RpcToken } from './rpc-tokens.ts'

export interface RpcConfig {
  /** `rpc_listen`: where the RPC listens besides its Unix socket, undefined for none. Port 0 takes a free one. */
  readonly listen: RpcAddress | undefined
  /** `rpc_disabled_methods`: answered as if they did not exist. */
  readonly disabledMethods: readonly string[]
  /** `rpc_compat`: line clients on a loopback address need no credentials. */
  readonly compat: boolean
  /** `rpc_socket`: path of the Unix socket; undefined when switched off with "". */
  readonly socketPath: string | undefined
  /** `rpc_socket_mode`: permissions of the socket. */
  readonly socketMode: 0o600 | 0o660
  /** `allowed_hosts`: Host headers let in besides loopback addresses and localhost. */
  readonly allowedHosts: readonly string[]
  /** `allowed_origins`: Origin headers let in. */
  readonly allowedOrigins: readonly string[]
  /** `[[rpc.token]]`: names are unique. */
  readonly tokens: readonly RpcToken[]
  /** `tls_cert` and `tls_key`, read and found to fit; undefined for a certificate that is made. */
  readonly tls: RpcTls | undefined
  /** `allow_remote`: other machines may reach an address that has no TLS. */
  readonly allowRemote: boolean
  /** `max_connections`: clients at a time. */
  readonly maxConnections: number
}

export interface RpcDefaults extends Places {
  readonly socketPath: string
}

/**
 * Reads `[rpc]`; every key has a default.
 * @throws {ConfigError} when a value will not do, or two do not go together.
 */
export function readRpcSection(root: TomlTable, keys: KeyTable<RpcValues>, defaults: RpcDefaults): RpcConfig {
  const table = root.section('rpc')
  const values = readKeys(table, keys, defaults)
  const socketPath = table.has('rpc_socket') ? values.rpc_socket : defaults.socketPath
  if (socketPath !== undefined && Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES) {
    const reason = `"${socketPath}" is longer than the ${MAX_SOCKET_PATH_BYTES} bytes a socket's path may have`
    throw table.error('rpc_socket', { reason, hint: 'set a shorter path, or "" for no socket' })
  }
  return {
    listen: values.rpc_listen,
    disabledMethods: values.rpc_disabled_methods,
    compat: values.rpc_compat,
    socketPath,
    socketMode: values.rpc_socket_mode === '0660' ? 0o660 : 0o600,
    allowedHosts: values.allowed_hosts,
    allowedOrigins: values.allowed_origins,
    tokens: readTokens(table, { ...defaults, rateLimit: values.rate_limit }),
    tls: readRpcTls(table, values),
    allowRemote: values.allow_remote,
    maxConnections: values.max_connections,
  }
}

/**
 * Refuses an RPC that other machines could drive without credentials, or listen in on unless that is allowed.
 * @returns a warning when other machines can listen in.
 * @throws {ConfigError} at `rpc_compat` or `rpc_listen`.
 */
export function checkRpcExposure(root: TomlTable, { listen, compat, allowRemote }: RpcConfig): string | undefined {
  if (listen?.kind !== 'tcp' || isLoopbackHost(listen.host)) return undefined
  const table = root.section('rpc')
  const address = `${listen.host}:${listen.port}`
  if (compat) {
    const reason = `would let anyone who reaches ${address} drive this node`
    throw table.error('rpc_compat', { reason, hint: 'listen on a loopback address, or set it to false' })
  }
  if (listen.tls) return undefined
  if (!allowRemote) {
    const reason = `${address} can be reached from other machines, and without TLS everything travels unencrypted`
    const hint = 'listen on a loopback address, or on tcp+tls://, or set allow_remote = true'
    throw table.error('rpc_listen', { reason, hint })
  }
  return table.remark('allow_remote', {
    reason: `the RPC at ${address} can be reached from other machines, and cookie, tokens and messages travel unencrypted`,
  })
}
