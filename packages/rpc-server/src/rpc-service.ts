/** A server as daemons run it: from their `[rpc]` table, with the cookie and the certificate that come and go with it. */
import { chmodSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RpcAddress } from '@dchat/rpc'
import { makeFolder } from '@dchat/system'
import { writeCookie } from './cookie.ts'
import type { CookieFile } from './cookie.ts'
import { DEFAULT_RPC_LIMITS } from './limits.ts'
import type { RpcToken } from './rights.ts'
import { RpcCounts } from './rpc-counts.ts'
import { createRpcServer } from './server.ts'
import type { RpcServer, RpcServerOptions, RpcTls } from './server-options.ts'
import { tlsIdentity } from './tls-identity.ts'
import type { TlsIdentity } from './tls-identity.ts'

/** The `[rpc]` table. */
export interface RpcSettings {
  readonly listen: RpcAddress | undefined
  readonly socketPath: string | undefined
  readonly socketMode: number
  readonly compat: boolean
  readonly disabledMethods: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly tokens: readonly RpcToken[]
  /** Undefined for a certificate that is made. */
  readonly tls: RpcTls | undefined
  readonly allowRemote: boolean
  readonly maxConnections: number
}

export interface RpcServiceOptions extends Pick<
  RpcServerOptions,
  'methods' | 'probes' | 'page' | 'clock' | 'logger' | 'serverInfo'
> {
  readonly settings: RpcSettings
  /** Where the secrets of this start are for who may read them. */
  readonly paths: { readonly cookiePath: string; readonly tlsFingerprintPath: string }
}

export class RpcService {
  /** What its server does. */
  readonly counts: RpcCounts = new RpcCounts()
  readonly #options: RpcServiceOptions
  #cookie: CookieFile | undefined
  #identity: TlsIdentity | undefined
  #server: RpcServer | undefined

  constructor(options: RpcServiceOptions) {
    this.#options = options
  }

  /** Where it listens, with real ports. */
  get addresses(): readonly RpcAddress[] {
    return this.#server?.addresses ?? []
  }

  /**
   * Writes the secrets, then listens. Call `stop` when it fails, too.
   * @throws {RpcServerError} as `RpcServer.start`
   * @throws the file system's error
   */
  async start(): Promise<void> {
    const { settings, paths, ...given } = this.#options
    const { listen, socketPath } = settings
    const secretsFolder = dirname(paths.cookiePath)
    if (settings.socketMode !== OWNER_ONLY && socketPath !== undefined && dirname(socketPath) === secretsFolder)
      openToGroup(secretsFolder)
    if (listen?.kind === 'tcp') this.#cookie = writeCookie(paths.cookiePath)
    await this.#identify(settings)
    const addresses: RpcAddress[] = listen === undefined ? [] : [listen]
    if (socketPath !== undefined) addresses.push({ kind: 'unix', path: socketPath })
    this.#server = createRpcServer({
      ...given,
      counts: this.counts,
      ...serverOptions(settings),
      listen: addresses,
      ...(this.#cookie === undefined ? {} : { auth: { cookie: this.#cookie.cookie, cookiePath: paths.cookiePath } }),
      ...(this.#identity === undefined ? {} : { tls: this.#identity }),
    })
    await this.#server.start()
  }

  /**
   * Takes over tokens, hosts, origins, disabled methods and the certificate; the rest of the settings holds from the next start.
   * @throws {RpcServerError} RPC_TLS_INVALID: everything stays as it was
   */
  async reload(settings: RpcSettings): Promise<void> {
    const { tokens, allowedHosts, allowedOrigins, disabledMethods } = settings
    const tls = settings.tls === undefined ? undefined : await this.#identify({ ...this.#options.settings, tls: settings.tls })
    this.#server?.reload({ tokens, allowedHosts, allowedOrigins, disabledMethods, ...(tls === undefined ? {} : { tls }) })
  }

  /** In any state. */
  async stop(): Promise<void> {
    await this.#server?.stop()
    this.#cookie?.remove()
    this.#identity?.remove()
  }

  /** Has the certificate ready, if there is TLS. */
  async #identify({ listen, tls }: RpcSettings): Promise<TlsIdentity | undefined> {
    if (listen?.kind !== 'tcp' || !listen.tls) return undefined
    const { tlsFingerprintPath: fingerprintPath } = this.#options.paths
    this.#identity = await tlsIdentity({ given: tls, hosts: [listen.host], fingerprintPath })
    return this.#identity
  }
}

/** Mode of a socket for its owner alone. */
const OWNER_ONLY = 0o600

/** Lets the group of the runtime folder, which is the daemon's own, reach the socket in it; the secrets in it guard themselves. */
function openToGroup(folder: string): void {
  makeFolder(folder)
  const { mode, uid } = statSync(folder)
  if ((mode & 0o777) === 0o700 && uid === process.getuid?.()) chmodSync(folder, 0o750)
}

function serverOptions({ compat, maxConnections, ...settings }: RpcSettings): Partial<RpcServerOptions> {
  const { disabledMethods, allowedHosts, allowedOrigins, tokens, socketMode, allowRemote } = settings
  return {
    rpcCompat: compat,
    disabledMethods,
    allowedHosts,
    allowedOrigins,
    tokens,
    socketMode,
    allowRemote,
    limits: connectionLimits(maxConnections),
  }
}

/** A quarter of the places is kept for the Unix socket. */
function connectionLimits(maxConnections: number): { maxConnections: number; reservedForUnix: number } {
  const reserved = Math.min(DEFAULT_RPC_LIMITS.reservedForUnix, Math.ceil(maxConnections / 4))
  return { maxConnections, reservedForUnix: maxConnections > 1 ? reserved : 0 }
}
