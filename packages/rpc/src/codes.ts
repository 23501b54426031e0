/** The error codes of the RPC, in one table; documents are printed from it. Codes are never reused. */

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
  | 'too_late'
  | 'no_key'
  | 'ambiguous'
  | 'would_leak'

export interface RpcErrorEntry {
  readonly code: number
  /** `message` of the answer; the texts of -32601 and -32602 are those existing clients know. */
  readonly message: string
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean
  /** `data.hint` of an answer that has none of its own: what to do. */
  readonly hint: string
}

export const RPC_ERRORS: Readonly<Record<RpcErrorKind, RpcErrorEntry>> = {
  parse_error: { code: -32700, message: 'parse error', retryable: false, hint: 'send JSON in UTF-8' },
  invalid_request: { code: -32600, message: 'invalid request', retryable: false, hint: 'send a JSON-RPC 2.0 request' },
  method_not_found: { code: -32601, message: 'method not found', retryable: false, hint: 'help lists the methods there are' },
  invalid_params: { code: -32602, message: 'invalid params', retryable: false, hint: 'help {method} says what it takes' },
  internal: { code: -32603, message: 'internal error', retryable: false, hint: 'the log of the program says what went wrong' },
  unauthorized: {
    code: -32001,
    message: 'unauthorized',
    retryable: false,
    hint: 'show the cookie, or a token',
  },
  too_large: { code: -32002, message: 'too large', retryable: false, hint: 'send or ask for less at a time' },
  too_many: { code: -32003, message: 'too many', retryable: true, hint: 'wait a little, or end what is open' },
  not_found: { code: -32004, message: 'not found', retryable: false, hint: 'there is none of this name or number' },
  connect_failed: { code: -32005, message: 'connect failed', retryable: true, hint: 'the peer may be reached later' },
  stopping: { code: -32006, message: 'stopping', retryable: true, hint: 'the program is being stopped: ask again once it runs' },
  store_failed: { code: -32007, message: 'store failed', retryable: true, hint: 'nothing was stored: there may be no room left' },
  forbidden: { code: -32008, message: 'forbidden', retryable: false, hint: 'this token may not call that method' },
  too_late: { code: -32009, message: 'too late', retryable: false, hint: 'somebody may have it already' },
  no_key: {
    code: -32010,
    message: 'no key',
    retryable: true,
    hint: 'nothing can be encrypted to the other yet: his node tells its box key when it runs; hold keeps the message until then',
  },
  ambiguous: {
    code: -32011,
    message: 'ambiguous',
    retryable: false,
    hint: 'several keys go by this name: give the key, or nick#tag',
  },
  would_leak: {
    code: -32012,
    message: 'would leak',
    retryable: false,
    hint: 'everybody reads this room, and the text holds an invitation: send it to somebody with to, or set in_clear if you mean it',
  },
}

/** What any call may end with. */
export const COMMON_ERRORS: readonly RpcErrorKind[] = [
  'invalid_request',
  'method_not_found',
  'invalid_params',
  'internal',
  'unauthorized',
  'too_large',
  'too_many',
  'stopping',
  'forbidden',
]
