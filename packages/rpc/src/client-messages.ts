/** Reads what a server sends: an answer, or a notification. */
import { RpcError } from './errors.ts'
import type { RpcErrorData } from './errors.ts'

export type Incoming =
  | { kind: 'result'; id: number; result: unknown }
  /** `id` is null when the server could not tell which request it was, or refused the connection as a whole. */
  | { kind: 'error'; id: number | null; error: RpcError }
  | { kind: 'notification'; method: string; params: unknown }
  | { kind: 'garbage' }

/** Never throws: whatever is no JSON-RPC message is garbage. */
export function readIncoming(line: Buffer): Incoming {
  const value = parse(line)
  if (!isRecord(value)) return { kind: 'garbage' }
  const { id, method } = value
  if (typeof method === 'string' && id === undefined) return { kind: 'notification', method, params: value['params'] }
  if (isRecord(value['error']) && (id === null || typeof id === 'number')) return readError(id, value['error'])
  if (typeof id === 'number' && Object.hasOwn(value, 'result')) return { kind: 'result', id, result: value['result'] }
  return { kind: 'garbage' }
}

function readError(id: number | null, error: Record<string, unknown>): Incoming {
  const { code, message, data } = error
  if (typeof code !== 'number' || typeof message !== 'string') return { kind: 'garbage' }
  return { kind: 'error', id, error: new RpcError(code, message, readData(data)) }
}

function readData(data: unknown): RpcErrorData | undefined {
  if (!isRecord(data) || typeof data['kind'] !== 'string') return undefined
  const known: RpcErrorData = { kind: data['kind'], retryable: data['retryable'] === true }
  if (typeof data['hint'] === 'string') known.hint = data['hint']
  const { keys } = data
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) known.keys = keys
  return known
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
