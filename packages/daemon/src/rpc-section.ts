/** The `[rpc]` table, the same for every daemon. Facts: docs/node.md, *Settings*; docs/rpc.md. */
import { isIP } from 'node:net'
import { MAX_SOCKET_PATH_BYTES, parseRpcAddress, RpcAddressError } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import type { TomlTable } from './toml-document.ts'
import type { Parsed } from './values.ts'
import { parseHost, parseOrigin, parsePath } from './values.ts'

export interface RpcConfig {
  /** `rpc_listen`: where the RPC listens besides its Unix socket, undefined for none. Port 0 takes a free one. */
  readonly listen: RpcAddress | undefined
  /** `rpc_disabled_methods`: answered as if they did not exist. @default [] */
  readonly disabledMethods: readonly string[]
  /** `rpc_compat`: line clients on a loopback address need no credentials. @default false */
  readonly compat: boolean
  /** `rpc_socket`: path of the Unix socket (mode 0600); undefined when switched off with "". */
  readonly socketPath: string | undefined
  /** `allowed_hosts`: Host headers let in besides loopback addresses and localhost. @default [] */
  readonly allowedHosts: readonly string[]
  /** `allowed_origins`: Origin headers let in. @default [] */
  readonly allowedOrigins: readonly string[]
}

export interface RpcDefaults {
  /** As `rpc_listen` would have it. */
  readonly listen: string
  readonly socketPath: string
  /** What `~/` stands for. */
  readonly home: string
  /** Folder that relative paths are taken from. */
  readonly base: string
}

/**
 * Reads `[rpc]`; every key has a default.
 * @throws {ConfigError} when a value will not do.
 */
export function readRpcSection(root: TomlTable, defaults: RpcDefaults): RpcConfig {
  const table = root.section('rpc')
  const isSocketOff = table.string('rpc_socket') === ''
  const socketPath = isSocketOff ? undefined : (table.parsed('rpc_socket', parsePath(defaults)) ?? defaults.socketPath)
  if (socketPath !== undefined && Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES) {
    const reason = `"${socketPath}" is longer than the ${MAX_SOCKET_PATH_BYTES} bytes a socket's path may have`
    throw table.error('rpc_socket', { reason, hint: 'set a shorter path, or "" for no socket' })
  }
  return {
    listen: table.has('rpc_listen') ? table.parsed('rpc_listen', parseRpcListen) : accepted(parseRpcListen(defaults.listen)),
    disabledMethods: table.strings('rpc_disabled_methods') ?? [],
    compat: table.boolean('rpc_compat') ?? false,
    socketPath,
    allowedHosts: table.parsedList('allowed_hosts', parseHost) ?? [],
    allowedOrigins: table.parsedList('allowed_origins', parseOrigin) ?? [],
  }
}

/**
 * Refuses an RPC that other machines could drive without credentials. To be asked once flags have had their say.
 * @returns a warning when other machines can reach it at all.
 * @throws {ConfigError} at `rpc_compat`.
 */
export function checkRpcExposure(root: TomlTable, { listen, compat }: RpcConfig): string | undefined {
  if (listen?.kind !== 'tcp' || isLoopback(listen.host)) return undefined
  const address = `${listen.host}:${listen.port}`
  if (compat) {
    const reason = `would let anyone who reaches ${address} drive this node`
    throw root.section('rpc').error('rpc_compat', { reason, hint: 'listen on a loopback address, or set it to false' })
  }
  return `the RPC at ${address} can be reached from other machines: only the cookie protects it, and it travels unencrypted`
}

/** `rpc_listen`: an address as `parseRpcAddress` takes it, or "" for none. */
export function parseRpcListen(text: string): Parsed<RpcAddress | undefined> {
  if (text === '') return { value: undefined }
  try {
    return { value: parseRpcAddress(text) }
  } catch (error) {
    if (error instanceof RpcAddressError) return { reason: `"${text}": ${error.data.reason}` }
    throw error
  }
}

/** Whether only this machine can reach the address. A name other than localhost counts as reachable. */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version === 4) return host.startsWith('127.')
  return version === 6 ? host === '::1' : host === 'localhost'
}

function accepted<T>(result: Parsed<T>): T {
  if ('value' in result) return result.value
  throw new TypeError(result.reason)
}
