/** The error codes of the RPC, in one table; the one in README.md is checked against it. Codes are never reused. */

/** Which error it is, in a word: `data.kind` of an error answer. */
export type RpcErrorKind =
  | 'parse_error'
  | 'invalid_request'
  | 'method_not_found'
  | 'invalid_params'
  | 'internal'
  | 'unauthorized'
  | 'too_large'
  | 'too_many'
  | 'not_found'
  | 'connect_failed'
  | 'stopping'
  | 'store_failed'
  | 'forbidden'

export interface RpcErrorEntry {
  readonly code: number
  /** `message` of the answer; the texts of -32601 and -32602 are those existing clients know. */
  readonly message: string
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean
}

export const RPC_ERRORS: Readonly<Record<RpcErrorKind, RpcErrorEntry>> = {
  parse_error: { code: -32700, message: 'parse error', retryable: false },
  invalid_request: { code: -32600, message: 'invalid request', retryable: false },
  method_not_found: { code: -32601, message: 'method not found', retryable: false },
  invalid_params: { code: -32602, message: 'invalid params', retryable: false },
  internal: { code: -32603, message: 'internal error', retryable: false },
  unauthorized: { code: -32001, message: 'unauthorized', retryable: false },
  too_large: { code: -32002, message: 'too large', retryable: false },
  too_many: { code: -32003, message: 'too many', retryable: true },
  not_found: { code: -32004, message: 'not found', retryable: false },
  connect_failed: { code: -32005, message: 'connect failed', retryable: true },
  stopping: { code: -32006, message: 'stopping', retryable: true },
  store_failed: { code: -32007, message: 'store failed', retryable: true },
  forbidden: { code: -32008, message: 'forbidden', retryable: false },
}
