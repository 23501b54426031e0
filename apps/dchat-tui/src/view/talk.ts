/** The talk as a list of rows: the rows of an item are made once a width, separators stand above the items they belong to. */
import type { Item } from '../state/items.ts'
import type { ItemList } from '../state/item-list.ts'
import { newsIndex } from '../state/news.ts'
import type { RoomView } from '../state/room-view.ts'
import { dayRow, itemRows, newsRow } from './item-rows.ts'
import type { Row, RowContext } from './item-rows.ts'
import { dayKey } from './time.ts'
import type { ListSource } from './virtual-list.ts'

/** Keeps the rows of items while these are in memory, and nothing else changes what they look like. */
export class RowCache {
  #rows = new WeakMap<Item, readonly Row[]>()
  #context: RowContext | undefined

  get(item: Item, context: RowContext): readonly Row[] {
    if (this.#context === undefined || !isSame(this.#context, context)) this.#rows = new WeakMap()
    this.#context = context
    const known = this.#rows.get(item)
    if (known !== undefined) return known
    const rows = itemRows(item, context)
    this.#rows.set(item, rows)
    return rows
  }
}

function isSame(a: RowContext, b: RowContext): boolean {
  if (a === b) return true
  return (Object.keys(a) as (keyof RowContext)[]).every((name) => a[name] === b[name])
}

/** The talk of a room as the list that `viewportAt` takes. */
export function talkSource(view: Pick<RoomView, 'talk' | 'news'>, context: RowContext, cache: RowCache): ListSource<Row> {
  const { items } = view.talk
  const firstNew = newsIndex(view)
  return {
    count: items.length,
    rowsOf(index) {
      const item = items.at(index)!
      const rows = cache.get(item, context)
      const hasDay = beginsDay(items, index)
      if (!hasDay && index !== firstNew) return rows
      const news = index === firstNew ? [newsRow(item, view.news!.count, context)] : []
      return [...(hasDay ? [dayRow(item, context)] : []), ...news, ...rows]
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

/** Notices between two messages that are looked through for the one before. */
const MAX_NOTICES_BETWEEN = 100

/** Whether the message at `index` is the first of its day, and not the first in memory. */
function beginsDay(items: ItemList, index: number): boolean {
  const item = items.at(index)!
  if (item.type === 'notice') return false
  for (let before = index - 1; before >= Math.max(0, index - 1 - MAX_NOTICES_BETWEEN); before -= 1) {
    const previous = items.at(before)!
    if (previous.type !== 'notice') return dayKey(previous.at) !== dayKey(item.at)
  }
  return false
}
