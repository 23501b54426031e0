/** A list of a configuration whose items know where they stand, for warnings and for checks of several lists together. */
import type { TomlTable } from './toml-document.ts'

export interface PlacedList<T> {
  readonly items: readonly T[]
  /** The line of a warning about an item, with its place. */
  remark(reason: string, index: number): string
  /** What to throw about an item, with its place. */
  error(reason: string, index: number): Error
}

/** @param items as they were read of the key, empty when it is not there */
export function placedList<T>(table: TomlTable, key: string, items: readonly T[]): PlacedList<T> {
  return {
    items,
    remark: (reason, index) => table.remark(key, { reason, index }),
    error: (reason, index) => table.error(key, { reason, index }),
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
