/** Why a server could not start, or not take over a certificate. */

export interface RpcServerErrorData {
  /** Another process listens there. */
  RPC_ADDRESS_IN_USE: { address: string }
  RPC_LISTEN_FAILED: { address: string; reason: string }
  /** `rpc_compat` lets anybody in who reaches the address, so it is for loopback only. */
  RPC_LISTEN_EXPOSED: { address: string }
  /** TCP needs a cookie. */
  RPC_COOKIE_MISSING: { address: string }
  /** Another machine could read the credentials on their way. */
  RPC_LISTEN_UNENCRYPTED: { address: string }
  /** TLS needs a certificate and its key. */
  RPC_TLS_MISSING: { address: string }
  /** The certificate or its key is none, or they do not fit; `reason` is OpenSSL's. */
  RPC_TLS_INVALID: { reason: string }
}

export type RpcServerErrorCode = keyof RpcServerErrorData

const TEXTS: { readonly [C in RpcServerErrorCode]: (data: RpcServerErrorData[C]) => string } = {
  RPC_ADDRESS_IN_USE: ({ address }) => `${address} is in use by another process`,
  RPC_LISTEN_FAILED: ({ address, reason }) => `cannot listen on ${address}: ${reason}`,
  RPC_LISTEN_EXPOSED: ({ address }) => `${address} is not loopback, and rpc_compat would let anybody in who reaches it`,
  RPC_COOKIE_MISSING: ({ address }) => `${address} needs a cookie`,
  RPC_LISTEN_UNENCRYPTED: ({ address }) => `${address} is not loopback, and credentials would travel to it unencrypted`,
  RPC_TLS_MISSING: ({ address }) => `${address} needs a certificate and its key`,
  RPC_TLS_INVALID: ({ reason }) => `the certificate of the RPC and its key cannot be used: ${reason}`,
}

export const RPC_SERVER_ERROR_CODES: readonly RpcServerErrorCode[] = Object.keys(TEXTS) as RpcServerErrorCode[]

/** `code` and `data` are the contract, `message` is for people. */
export class RpcServerError<C extends RpcServerErrorCode = RpcServerErrorCode> extends Error {
  override readonly name = 'RpcServerError'
  readonly code: C
  readonly data: RpcServerErrorData[C]

  constructor(code: C, data: RpcServerErrorData[C], options: { cause?: unknown } = {}) {
    super(TEXTS[code](data), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = data
  }
}
