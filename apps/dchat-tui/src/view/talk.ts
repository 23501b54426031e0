/** The talk as a list of rows: the rows of an item are made once a width, separators stand above the items they belong to. */
import type { Item } from '../state/items.ts'
import type { ItemList } from '../state/item-list.ts'
import { isIgnored } from '../state/ignores.ts'
import type { Ignore } from '../state/ignores.ts'
import { newsIndex } from '../state/news.ts'
import type { RoomView } from '../state/room-view.ts'
import { bareRows } from './bare.ts'
import { dayRow, hiddenRows, itemRows, newsRow } from './item-rows.ts'
import type { Row, RowContext } from './item-rows.ts'
import { hiding } from './shown-items.ts'
import type { ShownItems } from './shown-items.ts'
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

/** The talk as a list: of what has a place on the screen, of which several items may share one. */
export interface TalkSource extends ListSource<Row> {
  /** The index of the first item at a place, and that after the last item for the place after the last. */
  indexOf(place: number): number
  placeOf(index: number): number
}

const hidings = new WeakMap<readonly Ignore[], ReturnType<typeof hiding>>()

function shownOf(items: ItemList, ignores: readonly Ignore[]): ShownItems {
  let known = hidings.get(ignores)
  if (known === undefined) {
    known = hiding((message) => isIgnored(ignores, message))
    hidings.set(ignores, known)
  }
  return known(items)
}

/** The talk of a room as the list that `viewportAt` takes. */
export function talkSource(view: Pick<RoomView, 'talk' | 'news'>, context: RowContext, cache: RowCache): TalkSource {
  const shown = shownOf(view.talk.items, context.ignores)
  const firstNew = newsIndex(view)
  const newsPlace = firstNew === -1 ? -1 : shown.placeOf(firstNew)
  return placedSource({ items: view.talk.items, shown }, (place) => {
    const { item, hidden } = shown.at(place)
    const rows = hidden > 0 ? hiddenRows(item, hidden, context) : cache.get(item, context)
    const hasDay = beginsDay(shown, place)
    if (!hasDay && place !== newsPlace) return rows
    const news = place === newsPlace ? [newsRow(item, view.news!.count, context)] : []
    return [...(hasDay ? [dayRow(item, context)] : []), ...news, ...rows]
  })
}

/** The talk as plain text. Nothing is kept of it: only the rows on screen are made. */
export function bareSource(items: ItemList, context: RowContext): TalkSource {
  const shown = shownOf(items, context.ignores)
  return placedSource({ items, shown }, (place) => {
    const { item, hidden } = shown.at(place)
    return hidden > 0 ? hiddenRows(item, hidden, context) : bareRows(item, context)
  })
}

function placedSource(
  { items, shown }: { items: ItemList; shown: ShownItems },
  rowsOf: (place: number) => readonly Row[],
): TalkSource {
  return {
    count: shown.length,
    rowsOf,
    find(key, at) {
      const from = items.firstNot((item) => item.at < at)
      for (let index = from; index < items.length && items.at(index)!.at === at; index += 1) {
        if (items.at(index)!.key === key) return shown.placeOf(index)
      }
      return shown.placeOf(from)
    },
    atOf: (place) => shown.at(place).item.at,
    indexOf: (place) => shown.indexOf(place),
    placeOf: (index) => shown.placeOf(index),
  }
}

/** Notices between two messages that are looked through for the one before. */
const MAX_NOTICES_BETWEEN = 100

/** Whether the message at `place` is the first of its day, and not the first in memory. */
function beginsDay(shown: ShownItems, place: number): boolean {
  const { item } = shown.at(place)
  if (item.type === 'notice') return false
  for (let before = place - 1; before >= Math.max(0, place - 1 - MAX_NOTICES_BETWEEN); before -= 1) {
    const previous = shown.at(before).item
    if (previous.type !== 'notice') return dayKey(previous.at) !== dayKey(item.at)
  }
  return false
}
