/** Lists of a file and of a flag, told about alike. */
import { FlagError } from './errors.ts'
import { flagValue } from './flags.ts'
import type { TomlTable } from './toml-document.ts'
import type { Parsed } from './values.ts'

/** Values that know where they stand. */
export interface PlacedList<T> {
  readonly items: readonly T[]
  /** The line of a warning about an item, with its place. */
  remark(reason: string, index: number): string
  /** What to throw about an item, with its place. */
  error(reason: string, index: number): Error
}

/**
 * A list of a table, empty when it is not there.
 * @throws {ConfigError} for an item that `parseValue` does not understand
 */
export function listOfTable<T>(table: TomlTable, key: string, parseValue: (text: string) => Parsed<T>): PlacedList<T> {
  return {
    items: table.parsedList(key, parseValue) ?? [],
    remark: (reason, index) => table.remark(key, { reason, index }),
    error: (reason, index) => table.error(key, { reason, index }),
  }
}

/**
 * The values of a list flag.
 * @throws {FlagError} for one that `parseValue` does not understand
 */
export function listOfFlag<T>(name: string, texts: readonly string[], parseValue: (text: string) => Parsed<T>): PlacedList<T> {
  return {
    items: texts.map((text) => flagValue(name, text, parseValue)),
    remark: (reason) => `--${name}: ${reason}`,
    error: (reason) => new FlagError('FLAG_VALUE', { flag: `--${name}`, reason, hint: null }),
  }
}

/** A warning for each reason that `reasonOf` has, at the first address it is about, with their number when there are more. */
export function listWarnings<T>(list: PlacedList<T>, reasonOf: (item: T) => string | undefined): string[] {
  const found = new Map<string, { index: number; count: number }>()
  for (const [index, item] of list.items.entries()) {
    const reason = reasonOf(item)
    if (reason === undefined) continue
    const first = found.get(reason)
    if (first === undefined) found.set(reason, { index, count: 1 })
    else first.count += 1
  }
  return [...found].map(([reason, { index, count }]) =>
    list.remark(count === 1 ? reason : `${reason} (${count} addresses)`, index),
  )
}
