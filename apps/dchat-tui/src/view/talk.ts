/** The talk as a list of rows: item rows are made once a width, day separators stand between items of different days. */
import type { Item } from '../state/items.ts'
import { dayRow, itemRows } from './item-rows.ts'
import type { Row, RowContext } from './item-rows.ts'
import { dayKey } from './time.ts'
import type { ListSource } from './virtual-list.ts'

interface CachedRows {
  readonly signature: string
  readonly rows: readonly Row[]
  readonly withDay: readonly Row[]
}

/** Keeps the rows of items while these are in memory. */
export class RowCache {
  readonly #rows = new WeakMap<Item, CachedRows>()

  get(item: Item, context: RowContext): CachedRows {
    const { width, ownNick, timeFormat, nickColumns } = context
    const signature = `${width} ${nickColumns} ${ownNick ?? ''} ${timeFormat ?? ''}`
    const cached = this.#rows.get(item)
    if (cached?.signature === signature) return cached
    const rows = itemRows(item, context)
    const made = { signature, rows, withDay: [dayRow(item, context), ...rows] }
    this.#rows.set(item, made)
    return made
  }
}

/** `items` as the list that `viewportAt` takes. */
export function talkSource(items: readonly Item[], context: RowContext, cache: RowCache): ListSource<Row> {
  return {
    count: items.length,
    rowsOf(index) {
      const item = items[index]!
      const previous = items[index - 1]
      const made = cache.get(item, context)
      return previous !== undefined && dayKey(previous.at) !== dayKey(item.at) ? made.withDay : made.rows
    },
    find(key, at) {
      const from = firstAtOrAfter(items, at)
      for (let index = from; index < items.length && items[index]!.at === at; index += 1) {
        if (items[index]!.key === key) return index
      }
      return from
    },
    atOf: (index) => items[index]!.at,
  }
}

/** The index of the first item at or after `at` in time order; `items.length` when there is none. */
export function firstAtOrAfter(items: readonly Item[], at: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (items[middle]!.at < at) low = middle + 1
    else high = middle
  }
  return low
}
