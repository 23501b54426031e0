/** The talk as a list of rows: item rows are made once a width, day separators stand between items of different days. */
import type { ItemList } from '../state/item-list.ts'
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
export function talkSource(items: ItemList, context: RowContext, cache: RowCache): ListSource<Row> {
  return {
    count: items.length,
    rowsOf(index) {
      const item = items.at(index)!
      const previous = index === 0 ? undefined : items.at(index - 1)
      const made = cache.get(item, context)
      return previous !== undefined && dayKey(previous.at) !== dayKey(item.at) ? made.withDay : made.rows
    },
    find(key, at) {
      const from = items.firstNot((item) => item.at < at)
      for (let index = from; index < items.length && items.at(index)!.at === at; index += 1) {
        if (items.at(index)!.key === key) return index
      }
      return from
    },
    atOf: (index) => items.at(index)!.at,
  }
}
