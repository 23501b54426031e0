/** Makes log fields fit for a line of JSON: bounded, without secrets, without names the line itself uses. */
import type { LogFields } from '@dchat/system'
import { fileKey } from './setting-names.ts'

export interface RecordOptions {
  /** Longest text, in characters. */
  readonly maxValueLength: number
  /** Whether errors that have a code show their stack; others, which are bugs, always do. */
  readonly stacks: boolean
}

/** Names every line has. */
const RESERVED = new Set(['level', 'time', 'msg'])
const SECRET = /^(?:cookie|token|secret|password|passphrase|authorization|privateKey|secretKey)$/i

/** Holds names of settings, which are shown as the configuration file has them. */
const CHANGED = 'changed'

/** How deep errors name their causes, and lists and objects are followed. */
const MAX_DEPTH = 4
/** Items shown of a list or an object. */
const MAX_ITEMS = 64

/** The fields as they go into the line; never throws, whatever they hold. */
export function logRecord(fields: LogFields | undefined, options: RecordOptions): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (value === undefined) continue
    const shown =
      key === CHANGED && Array.isArray(value)
        ? value.map((name: unknown) => (typeof name === 'string' ? fileKey(name) : name))
        : value
    record[RESERVED.has(key) ? `${key}_` : key] = SECRET.test(key) ? '[redacted]' : plain(shown, options, 0)
  }
  return record
}

function plain(value: unknown, options: RecordOptions, depth: number): unknown {
  if (typeof value === 'string') return cut(value, options.maxValueLength)
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return `[function ${value.name}]`
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return errorRecord(value, options, depth)
  if (value instanceof Uint8Array)
    return cut(Buffer.from(value.subarray(0, options.maxValueLength)).toString('hex'), options.maxValueLength)
  if (value instanceof Date || value instanceof URL) return String(value)
  if (depth >= MAX_DEPTH) return '[…]'
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => plain(item, options, depth + 1))
  if (value instanceof Map || value instanceof Set) return plain([...value], options, depth)
  const entries = Object.entries(value).slice(0, MAX_ITEMS)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, SECRET.test(key) ? '[redacted]' : plain(item, options, depth + 1)]),
  )
}

function errorRecord(error: Error, options: RecordOptions, depth: number): Record<string, unknown> {
  const code: unknown = Reflect.get(error, 'code')
  const hasCode = typeof code === 'string'
  const hasStack = error.stack !== undefined && (options.stacks || !hasCode)
  const hasCause = error.cause !== undefined && depth < MAX_DEPTH
  return {
    type: error.name,
    message: cut(error.message, options.maxValueLength),
    ...(hasCode ? { code } : {}),
    ...(hasStack ? { stack: cut(error.stack!, MAX_STACK_LENGTH) } : {}),
    ...(hasCause ? { cause: plain(error.cause, options, depth + 1) } : {}),
  }
}

/** A stack of Node's default ten frames fits. */
const MAX_STACK_LENGTH = 8192

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}
