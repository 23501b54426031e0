/** How a connection came, and what it has to show. */

export interface Entrance {
  /** The remote address, or `unix`. */
  readonly address: string
  /** Over TLS, or else in the clear. */
  readonly isSecured: boolean
  /** Host names are checked on TCP only: what reaches a Unix socket is on this machine. */
  readonly checksHost: boolean
  /** Whether HTTP and WebSocket have to show a secret, and lines if `rpc_compat` does not let them in without. */
  readonly needsSecret: boolean
}
