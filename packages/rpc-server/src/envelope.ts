/** Reads JSON-RPC 2.0 requests from bytes, as strictly as the specification: what is no request never reaches a method. */
import { isUtf8 } from 'node:buffer'
import { rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'

export type RequestId = string | number | null

/** A request; without `id` it is a notification. */
export interface RpcRequest {
  readonly jsonrpc: '2.0'
  readonly id?: RequestId
  readonly method: string
  readonly params?: unknown
}

export type Entry =
  | { readonly ok: true; readonly request: RpcRequest }
  | { readonly ok: false; readonly id: RequestId; readonly error: RpcError }

export type Envelope =
  | { readonly kind: 'single'; readonly entry: Entry }
  | { readonly kind: 'batch'; readonly entries: readonly Entry[] }

export interface EnvelopeLimits {
  readonly maxDepth: number
  readonly maxBatch: number
}

/** Never throws. A batch that is empty or too long is one error, as the specification wants for the empty one. */
export function readEnvelope(bytes: Buffer, limits: EnvelopeLimits): Envelope {
  if (!isUtf8(bytes)) return single(refuse(null, rpcError('parse_error', 'the text is not UTF-8')))
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return single(refuse(null, rpcError('parse_error', 'the text is not JSON')))
  }
  if (!Array.isArray(value)) return single(readEntry(value, limits.maxDepth))
  if (value.length === 0) return single(refuse(null, rpcError('invalid_request', 'a batch holds at least one request')))
  if (value.length > limits.maxBatch)
    return single(refuse(null, rpcError('too_many', `a batch holds at most ${limits.maxBatch} requests`)))
  return { kind: 'batch', entries: value.map((member) => readEntry(member, limits.maxDepth - 1)) }
}

function single(entry: Entry): Envelope {
  return { kind: 'single', entry }
}

function refuse(id: RequestId, error: RpcError): Entry {
  return { ok: false, id, error }
}

function readEntry(value: unknown, maxDepth: number): Entry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(null, rpcError('invalid_request', 'a request is an object'))
  }
  const { jsonrpc, id, method, params } = value as Record<string, unknown>
  const hasId = Object.hasOwn(value, 'id')
  if (hasId && !isId(id)) return refuse(null, rpcError('invalid_request', 'id is a string, a number below 2^53, or null'))
  const problem =
    findProblem({ jsonrpc, method, params }) ?? (isDeeper(value, maxDepth) ? `nested deeper than ${maxDepth}` : undefined)
  if (problem !== undefined) return refuse(hasId ? (id as RequestId) : null, rpcError('invalid_request', problem))
  return {
    ok: true,
    request: {
      jsonrpc: '2.0',
      method: method as string,
      ...(hasId ? { id: id as RequestId } : {}),
      ...(params === undefined ? {} : { params }),
    },
  }
}

function findProblem({ jsonrpc, method, params }: { jsonrpc: unknown; method: unknown; params: unknown }): string | undefined {
  if (jsonrpc !== '2.0') return 'jsonrpc must be "2.0"'
  if (typeof method !== 'string') return 'method must be a string'
  if (params !== undefined && (typeof params !== 'object' || params === null)) return 'params must be an object or an array'
  return undefined
}

/** Larger integers would come back changed, and their sender would wait for ever. */
function isId(id: unknown): id is RequestId {
  if (typeof id === 'number') return Number.isFinite(id) && Math.abs(id) <= Number.MAX_SAFE_INTEGER
  return typeof id === 'string' || id === null
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((member) => isDeeper(member, levels - 1))
}
