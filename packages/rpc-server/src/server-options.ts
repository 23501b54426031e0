/** What a server is given, and what it offers. */
import type { RpcAddress } from '@dchat/rpc'
import type { Clock, Logger } from '@dchat/system'
import type { RpcLimits } from './limits.ts'
import type { MethodTable } from './methods.ts'
import type { RpcToken } from './rights.ts'
import type { RpcCounts } from './rpc-counts.ts'

/** PEM. */
export interface RpcTls {
  readonly cert: string
  readonly key: string
}

/** Whether the program does what it is there for; told at `GET /readyz` to anybody, so it holds no secrets. */
export interface Readiness {
  readonly ready: boolean
  /** Where the program is in its life. */
  readonly state: string
  /** Why it is not ready, a sentence each. */
  readonly reasons: readonly string[]
}

/** A page that the server shows in a browser, at `/net`. */
export interface ServedPage {
  /** The whole of it: nothing else is loaded. */
  readonly html: string
  /** Its `Content-Security-Policy`. */
  readonly policy: string
}

/** What `reload` takes over; what is left out stays as it is. */
export interface RpcServerChange {
  readonly tokens?: readonly RpcToken[]
  readonly allowedHosts?: readonly string[]
  readonly allowedOrigins?: readonly string[]
  readonly disabledMethods?: readonly string[]
  /** For handshakes from then on. */
  readonly tls?: RpcTls
}

export interface RpcServerOptions extends RpcServerChange {
  /** Where to listen; all of them or none. */
  readonly listen: readonly RpcAddress[]
  readonly methods: MethodTable
  /** What the owner has to show on TCP, and the file it is in. Needed when `listen` has a TCP address. */
  readonly auth?: { readonly cookie: string; readonly cookiePath: string }
  /** Others who may come in, with what each may call. @default [] */
  readonly tokens?: readonly RpcToken[]
  /** Requests a second of a token that says nothing else; twice as many may come at once. @default 100 */
  readonly rateLimit?: number
  /** Certificate and key for addresses with TLS; needed when `listen` has one. */
  readonly tls?: RpcTls
  /** Lets other machines in without TLS. @default false */
  readonly allowRemote?: boolean
  /** Lets line clients on TCP in without the cookie; loopback only. @default false */
  readonly rpcCompat?: boolean
  /** Of Unix sockets: 0o600 or 0o660. A folder that is made for one has 0700 or 0750. @default 0o600 */
  readonly socketMode?: number
  /** Further names a Host header may have, `name` or `name:port`. @default [] */
  readonly allowedHosts?: readonly string[]
  /** Web pages that may call, as `https://host`. @default [] */
  readonly allowedOrigins?: readonly string[]
  /** These are answered with -32601; `rpc.auth` cannot be disabled. @default [] */
  readonly disabledMethods?: readonly string[]
  /** What `GET /readyz` tells. @default ready until the stop */
  readonly probes?: { readiness(): Readiness }
  /** A page, loaded when the first browser asks for it, and the methods that it may call. @default none, and no `net.page` */
  readonly page?: { load(): Promise<ServedPage>; readonly methods: readonly string[] }
  readonly limits?: Partial<RpcLimits>
  /** Counts what it does. @default nobody looks */
  readonly counts?: RpcCounts
  /** @default the machine's clock */
  readonly clock?: Clock
  readonly logger?: Logger
  /** Shown to who opens the address in a browser. */
  readonly serverInfo: { readonly name: string; readonly version: string }
}

export interface RpcServer {
  /**
   * Listens. Resolves when clients can connect.
   * @throws {RpcServerError} RPC_ADDRESS_IN_USE, RPC_LISTEN_FAILED, RPC_LISTEN_EXPOSED, RPC_LISTEN_UNENCRYPTED, RPC_COOKIE_MISSING,
   *   RPC_TLS_MISSING, RPC_TLS_INVALID
   */
  start(): Promise<void>
  /**
   * Takes over settings while it runs, all or none. Connections of tokens that are gone or changed end, once what they asked for is
   * answered.
   * @throws {RpcServerError} RPC_TLS_INVALID
   * @throws {TypeError} for a token whose hash is none
   */
  reload(change: RpcServerChange): void
  /**
   * Accepts nothing more, answers what it works on (handlers that wait are told by their signal), and ends all connections within
   * `stopMs`. Calling it again waits for the same stop. A stopped server does not start again.
   */
  stop(): Promise<void>
  /** Where it listens, with real ports; empty before `start` and after `stop`. */
  readonly addresses: readonly RpcAddress[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Requests a second of a token. */
export const DEFAULT_RATE_LIMIT: number = 100
