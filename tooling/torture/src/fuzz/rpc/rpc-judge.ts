/** What JSON-RPC 2.0 says the answer to any bytes is about, and whether an answer is one: written from the specification alone. */
import { isUtf8 } from 'node:buffer'
import { RPC_ERRORS } from '@dchat/rpc'

/** Requests in a batch that are answered one by one; a longer batch is one error. Source: docs/limits.md, `maxBatch`, `maxDepth`. */
const MAX_BATCH = 100
const MAX_DEPTH = 32

const KINDS = new Set(Object.keys(RPC_ERRORS))

/** The ids that an answer to `body` has to carry, as JSON; undefined when there is no answer. */
export function expectedIds(body: Buffer): string | undefined {
  const value = parse(body)
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_BATCH) {
    const id = Array.isArray(value) ? null : idOf(value, MAX_DEPTH)
    return id === undefined ? undefined : JSON.stringify(id)
  }
  const ids = value.map((member) => idOf(member, MAX_DEPTH - 1)).filter((id) => id !== undefined)
  return ids.length === 0 ? undefined : JSON.stringify(ids)
}

function parse(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** Undefined for a notification. Null where the id cannot be told. */
function idOf(request: unknown, maxDepth: number): string | number | null | undefined {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return null
  const { id, jsonrpc, method, params } = request as Record<string, unknown>
  if (!Object.hasOwn(request, 'id')) {
    const hasParams = params === undefined || (typeof params === 'object' && params !== null)
    return jsonrpc === '2.0' && typeof method === 'string' && hasParams && depthOf(request) <= maxDepth ? undefined : null
  }
  if (typeof id === 'string') return id
  return typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER ? id : null
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

/** What a stack, a path of this machine or an inner name looks like. */
const INSIDES = /node:internal|\bat \S+ \(|file:\/\/|\/(?:home|root|tmp|work|usr|var)\/|STORE_|NET_[A-Z]/

export interface Verdict {
  /** As `expectedIds`; undefined for a notification. */
  readonly ids: string | undefined
  /** What is wrong with it. */
  readonly fault: string | undefined
}

/** Looks at what the daemon said. */
export function judge(text: string): Verdict {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ids: undefined, fault: 'it is not JSON' }
  }
  if (!Array.isArray(value)) return judgeOne(value)
  const verdicts = value.map(judgeOne)
  const ids = `[${verdicts.map((verdict) => verdict.ids).join(',')}]`
  return { ids, fault: value.length === 0 ? 'an empty batch' : verdicts.find(({ fault }) => fault !== undefined)?.fault }
}

function judgeOne(value: unknown): Verdict {
  if (typeof value !== 'object' || value === null) return { ids: undefined, fault: 'it is not an object' }
  const { jsonrpc, id, method, error } = value as Record<string, unknown>
  if (jsonrpc !== '2.0') return { ids: undefined, fault: 'jsonrpc is not "2.0"' }
  if (typeof method === 'string') return { ids: undefined, fault: id === undefined ? undefined : 'a notification with an id' }
  const ids = JSON.stringify(id)
  if (Object.hasOwn(value, 'result') === Object.hasOwn(value, 'error'))
    return { ids, fault: 'neither or both of result and error' }
  return { ids, fault: error === undefined ? undefined : faultOf(error) }
}

/** The path in the example of a method: an error may say again what it was asked for. */
const ASKED_FOR = '/home/ann/dchat-2026-11-26.db'

function faultOf(error: unknown): string | undefined {
  const { code, message, data } = error as Record<string, unknown>
  const { kind, retryable } = (data ?? {}) as Record<string, unknown>
  if (!Number.isInteger(code) || typeof message !== 'string') return 'an error without code or message'
  if (typeof kind !== 'string' || !KINDS.has(kind) || typeof retryable !== 'boolean') return 'an error without kind or retryable'
  if (kind === 'internal') return 'an internal error'
  return INSIDES.test(JSON.stringify(error).replaceAll(ASKED_FOR, '')) ? 'an error that tells of the inside' : undefined
}
