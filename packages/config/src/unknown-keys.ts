/** What becomes of keys nobody knows: the reference's files hold some, in our own tables they are slips. */
import type { TomlTable, UnknownKey } from './toml-document.ts'

/**
 * One line for each key of `table` and the tables below it that nothing asked for: `file:line: key: unknown key; …`.
 * @param hintFor what the program knows of a key; without a word of it the nearest known name is the hint
 */
export function unknownKeyWarnings(
  table: TomlTable,
  hintFor: (unknown: UnknownKey) => string | undefined = () => undefined,
): string[] {
  return table.unknownKeys().map((unknown) => {
    const hint = hintFor(unknown) ?? nearestHint(unknown)
    return unknown.table.remark(unknown.key, { reason: 'unknown key, ignored', hint })
  })
}

/** @throws {ConfigError} CONFIG_UNKNOWN_KEY for the first key of `table` that nothing asked for. */
export function refuseUnknownKeys(table: TomlTable): void {
  const [first] = table.unknownKeys()
  if (first === undefined) return
  const hint = nearestHint(first) ?? `${table.name} takes ${table.knownKeys.join(', ')}`
  throw first.table.error(first.key, { code: 'CONFIG_UNKNOWN_KEY', reason: 'unknown key', hint })
}

function nearestHint({ nearest }: UnknownKey): string | undefined {
  return nearest === undefined ? undefined : `did you mean ${nearest}?`
}
