/** Answers of HTTP's own: each has a status and a JSON-RPC error as its body, so that a client reads one kind of error. */
import { basename } from 'node:path'
import { RPC_ERRORS, rpcError } from '@dchat/rpc'
import type { RpcError, RpcErrorKind } from '@dchat/rpc'
import { encodeError } from './encode.ts'

export interface HttpRefusal {
  readonly status: number
  readonly error: RpcError
  readonly headers?: Readonly<Record<string, string>>
}

type HttpRefusalName =
  | 'badRequest'
  | 'host'
  | 'origin'
  | 'notFound'
  | 'rpcMethod'
  | 'getOnly'
  | 'notAcceptable'
  | 'timeout'
  | 'tooLarge'
  | 'upgrade'
  | 'inFlight'
  | 'connections'
  | 'headersTooLarge'
  | 'failed'

/** What there is, told to who opens the address in a browser. */
export const HINT = 'POST JSON-RPC 2.0 to /, open a WebSocket at /ws, or GET /events, /metrics, /livez, /readyz'

export const HTTP_REFUSALS: Readonly<Record<HttpRefusalName, HttpRefusal>> = {
  badRequest: { status: 400, error: rpcError('invalid_request', 'this is not HTTP') },
  host: {
    status: 403,
    error: rpcError('unauthorized', 'the Host header names another machine; list it in [rpc] allowed_hosts to allow it'),
  },
  origin: {
    status: 403,
    error: rpcError('unauthorized', 'web pages are not let in; list the Origin in [rpc] allowed_origins to allow it'),
  },
  notFound: { status: 404, error: rpcError('not_found', HINT) },
  rpcMethod: { status: 405, error: rpcError('invalid_request', 'use POST'), headers: { allow: 'GET, HEAD, POST' } },
  getOnly: { status: 405, error: rpcError('invalid_request', 'use GET'), headers: { allow: 'GET' } },
  notAcceptable: { status: 406, error: rpcError('invalid_request', 'events come as text/event-stream only') },
  timeout: { status: 408, error: rpcError('invalid_request', 'the request took too long to come') },
  tooLarge: { status: 413, error: rpcError('too_large', 'the body has more than 1 MiB') },
  upgrade: {
    status: 426,
    error: rpcError('invalid_request', 'this path is for WebSocket'),
    headers: { upgrade: 'websocket', connection: 'upgrade' },
  },
  inFlight: { status: 429, error: rpcError('too_many', 'wait for answers before sending more on this connection') },
  connections: { status: 429, error: rpcError('too_many', 'too many connections are open') },
  headersTooLarge: { status: 431, error: rpcError('too_large', 'the headers are too large') },
  failed: { status: 500, error: rpcError('internal') },
}

/**
 * 401. Tells how to find the cookie, neither what it is nor where this machine has it: who asks without one may be a stranger.
 * @param cookiePath its last part is told
 */
export function needsSecret(cookiePath: string): HttpRefusal {
  const how = 'send the cookie or a token: Authorization: Bearer, or Basic with any user name (curl -u)'
  const where = 'run in its --home, else $XDG_RUNTIME_DIR/dchat, else ~/.local/state/dchat/run'
  const hint = `${how}. The cookie is the file "${basename(cookiePath)}" in the daemon's runtime folder (${where}), new at each start`
  return { status: 401, error: rpcError('unauthorized', hint), headers: { 'www-authenticate': 'Bearer realm="dchat"' } }
}

/** Too many wrong secrets came from the address. */
export function failsTooOften(waitMs: number): HttpRefusal {
  return {
    status: 429,
    error: rpcError('too_many', 'too many wrong secrets came from this address'),
    headers: retryAfter(waitMs),
  }
}

/** Whole seconds, as HTTP wants them. */
export function retryAfter(waitMs: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) }
}

/** Statuses of requests that are no JSON-RPC themselves. Others are errors of ours. */
const STATUSES: Partial<Record<RpcErrorKind, number>> = {
  invalid_request: 400,
  invalid_params: 400,
  unauthorized: 401,
  forbidden: 403,
  method_not_found: 404,
  not_found: 404,
  too_many: 429,
  stopping: 503,
  store_failed: 503,
}

/** The status for the code of a JSON-RPC error. */
export function statusOf(code: number): number {
  const kind = (Object.keys(STATUSES) as RpcErrorKind[]).find((one) => RPC_ERRORS[one].code === code)
  return (kind === undefined ? undefined : STATUSES[kind]) ?? 500
}

export function refusalBody({ error }: HttpRefusal): string {
  return encodeError(null, error)
}

/** Not imported: an import of `node:http` loads all that it could export, a client of HTTP too, which every start would wait for. */
const statusTexts = (): Readonly<Record<number, string | undefined>> => process.getBuiltinModule('node:http').STATUS_CODES

/** A whole answer, for connections that no HTTP server works on. */
export function rawHttpAnswer(refusal: HttpRefusal): string {
  const body = refusalBody(refusal)
  const status = `HTTP/1.1 ${refusal.status} ${statusTexts()[refusal.status] ?? 'Error'}`
  const length = Buffer.byteLength(body)
  return `${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${body}`
}
