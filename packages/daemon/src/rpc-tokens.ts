/** The tokens of an RPC, `[[rpc.token]]`. */
import { readKeys, refuseUnknownKeys } from '@dchat/config'
import type { Places, TomlTable } from '@dchat/config'
import { nearestName, readStart } from '@dchat/system'
import { parseHash, TOKEN_KEYS } from './rpc-keys.ts'

export interface RpcToken {
  readonly name: string
  /** Of the token, 64 hex digits in lower case. */
  readonly sha256: string
  /** Names, `prefix.*`, `*` or `readonly`; at least one. */
  readonly methods: readonly string[]
  /** Requests a second. */
  readonly rateLimit: number
}

/** A file with a hash holds one line; what is larger is another file. */
const MAX_HASH_FILE_BYTES = 4_096

/**
 * @param rpc the table `[rpc]`
 * @param options.rateLimit of a token that has none of its own
 * @throws {ConfigError}
 */
export function readTokens(rpc: TomlTable, { rateLimit, ...places }: Places & { rateLimit: number }): readonly RpcToken[] {
  const names = new Set<string>()
  return (rpc.tables('token') ?? []).map((table) => {
    const values = readKeys(table, TOKEN_KEYS, places)
    const name = table.required('name', values.name)
    if (names.has(name)) throw table.error('name', { reason: `there is a token "${name}" already` })
    names.add(name)
    const methods = table.required('methods', values.methods)
    if (methods.length === 0)
      throw table.error('methods', { reason: 'is empty', hint: 'name what the token may ask, as in ["readonly"]' })
    const sha256 = readHash(table, values)
    refuseUnknownKeys(table)
    return { name, sha256, methods, rateLimit: values.rate_limit ?? rateLimit }
  })
}

function readHash(
  table: TomlTable,
  { hash, hash_file: path }: { hash: string | undefined; hash_file: string | undefined },
): string {
  if (path === undefined) return table.required('hash', hash)
  if (hash !== undefined) throw table.error('hash_file', { reason: 'there is hash too', hint: 'set one of them' })
  const text = readHashFile(table, path).trim()
  const parsed = parseHash(text)
  if ('value' in parsed) return parsed.value
  throw table.error('hash_file', { reason: `what is in "${path}" ${parsed.reason}`, hint: parsed.hint })
}

function readHashFile(table: TomlTable, path: string): string {
  try {
    return readStart(path, MAX_HASH_FILE_BYTES).toString('utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw table.error('hash_file', { reason: `"${path}" cannot be read (${code})` })
  }
}

/** What is named and stands for no method, and what was meant. @param known the methods of the program */
export function unknownMethods(
  patterns: readonly string[],
  known: readonly string[],
): readonly { readonly pattern: string; readonly nearest: string | undefined }[] {
  return patterns
    .filter((pattern) => !matches(pattern, known))
    .map((pattern) => ({ pattern, nearest: nearestName(pattern, [...known, 'readonly']) }))
}

function matches(pattern: string, known: readonly string[]): boolean {
  if (pattern === '*' || pattern === 'readonly') return true
  return pattern.endsWith('.*') ? known.some((name) => name.startsWith(pattern.slice(0, -1))) : known.includes(pattern)
}

/** A line for each method that a token names and that does not exist: it may ask for less than was meant. */
export function tokenWarnings(tokens: readonly RpcToken[], known: readonly string[]): string[] {
  return tokens.flatMap(({ name, methods }) =>
    unknownMethods(methods, known).map(({ pattern, nearest }) => {
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
      return `the token "${name}": there is no method "${pattern}"${hint}`
    }),
  )
}
