/** The two ways a call fails: the server said so, or there was no server to say anything. */
import { RPC_ERRORS } from './codes.ts'
import type { RpcErrorKind } from './codes.ts'

/** `data` of an error answer. */
export interface RpcErrorData {
  /** One of `RpcErrorKind`; a newer server may send others. */
  kind: string
  /** What is wrong with this call, or what to do about it. */
  hint?: string
  /** Whether the same call may succeed later without being changed. */
  retryable: boolean
  /** With `ambiguous`: hex of the keys it may be. */
  keys?: readonly string[]
}

/** An error answer: thrown by handlers on the server, and by the client that received it. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data?: RpcErrorData

  constructor(code: number, message: string, data?: RpcErrorData) {
    super(message)
    this.code = code
    if (data !== undefined) this.data = data
  }
}

/** The error of `kind`, with its code and text from the table. @param hint default: that of the table */
export function rpcError(
  kind: RpcErrorKind,
  hint: string = RPC_ERRORS[kind].hint,
  more: Pick<RpcErrorData, 'keys'> = {},
): RpcError {
  const { code, message, retryable } = RPC_ERRORS[kind]
  return new RpcError(code, message, { kind, hint, retryable, ...more })
}

/** Whether the daemon answered with an error of `kind`. */
export function isRpcError(error: unknown, kind: RpcErrorKind): error is RpcError {
  return error instanceof RpcError && error.code === RPC_ERRORS[kind].code
}

/** Why there is no answer. */
export type UnreachableCode =
  | 'RPC_NOT_RUNNING'
  | 'RPC_ADDRESS_INVALID'
  | 'RPC_COOKIE_UNREADABLE'
  | 'RPC_FINGERPRINT_INVALID'
  | 'RPC_CONNECT_FAILED'
  /** TLS failed, or the certificate is not the one wanted: nothing was sent. */
  | 'RPC_TLS_FAILED'
  | 'RPC_CERTIFICATE_WRONG'
  | 'RPC_UNAUTHORIZED'
  | 'RPC_TIMEOUT'
  | 'RPC_CONNECTION_LOST'
  | 'RPC_BAD_ANSWER'
  | 'RPC_CLOSED'

/** No daemon could be asked, or the connection ended before the answer came. */
export class RpcUnreachable extends Error {
  override readonly name = 'RpcUnreachable'
  readonly code: UnreachableCode
  /** What happened, one line. */
  readonly reason: string
  /** What the user can do about it, one line. */
  readonly hint: string

  constructor(code: UnreachableCode, text: { reason: string; hint: string }, options: { cause?: unknown } = {}) {
    super(text.reason, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.reason = text.reason
    this.hint = text.hint
  }
}

/** Whether a call failed: the daemon said so, or there was no answer. Anything else that it throws is a bug. */
export function isCallFailure(error: unknown): error is RpcError | RpcUnreachable {
  return error instanceof RpcError || error instanceof RpcUnreachable
}
