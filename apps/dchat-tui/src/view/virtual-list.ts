/** Which rows of a long list are on screen. Looks only at the items near them, never at the whole list. */

/** A row as far as the list is concerned. */
export interface ListRow {
  readonly key: string
  /** Place in the item's text; -1 for a row above the text. Grows from row to row of an item. */
  readonly offset: number
}

export interface ListSource<R extends ListRow> {
  readonly count: number
  /** Rows of the item at `index`, one at least. */
  rowsOf(index: number): readonly R[]
  /** Where the item with `key` is, or, when it is gone, where the first item at or after `at` is; at most `count`. */
  find(key: string, at: number): number
  /** What `find` takes for the item at `index`. */
  atOf(index: number): number
}

/** The first row on screen: it holds place `offset` of item `key`. Stays true when the list grows or the width changes. */
export interface Anchor {
  readonly key: string
  readonly at: number
  readonly offset: number
}

/** `end`: follow the newest row. */
export type Scroll = 'end' | Anchor

export interface Viewport<R extends ListRow> {
  /** At most `height` rows, fewer only when the list has no more. */
  readonly rows: readonly R[]
  /** Whether the first row of the list is among them. */
  readonly isAtStart: boolean
  /** Whether the last row of the list is among them. */
  readonly isAtEnd: boolean
  /** Items of which no row is on screen and which come after those that are. */
  readonly itemsBelow: number
  /** Where the first and last rows on screen are from, -1 without rows. */
  readonly firstIndex: number
  readonly lastIndex: number
}

interface Position {
  readonly index: number
  readonly row: number
}

/** What `height` rows of `source` show at `scroll`; an anchor too near the end shows the last `height` rows. */
export function viewportAt<R extends ListRow>(source: ListSource<R>, scroll: Scroll, height: number): Viewport<R> {
  if (source.count === 0 || height <= 0) {
    return { rows: [], isAtStart: true, isAtEnd: true, itemsBelow: 0, firstIndex: -1, lastIndex: -1 }
  }
  const top = topPosition(source, scroll, height)
  const rows: R[] = []
  let { index, row } = top
  for (;;) {
    const itemRows = source.rowsOf(index)
    const taken = itemRows.slice(row, row + height - rows.length)
    rows.push(...taken)
    const isItemWhole = row + taken.length === itemRows.length
    if (rows.length === height || index === source.count - 1) {
      const isAtEnd = index === source.count - 1 && isItemWhole
      const isAtStart = top.index === 0 && top.row === 0
      return { rows, isAtStart, isAtEnd, itemsBelow: source.count - 1 - index, firstIndex: top.index, lastIndex: index }
    }
    index += 1
    row = 0
  }
}

/** Where `scroll` is after `by` rows (negative: up): an anchor, or `end` once the last row is on screen. */
export function scrolledBy<R extends ListRow>(
  source: ListSource<R>,
  scroll: Scroll,
  move: { height: number; by: number },
): Scroll {
  if (source.count === 0) return 'end'
  const from = topPosition(source, scroll, move.height)
  const to = walk(source, from, move.by)
  const lowest = endPosition(source, move.height)
  return isBefore(to, lowest) ? anchorAt(source, to) : 'end'
}

/** What is on screen at `scroll`, as an anchor that stays there when lines follow. */
export function anchorOf<R extends ListRow>(source: ListSource<R>, scroll: Scroll, height: number): Scroll {
  return source.count === 0 ? 'end' : anchorAt(source, topPosition(source, scroll, height))
}

/** The first row of the list as an anchor; `end` when all of it fits. */
export function scrolledToStart<R extends ListRow>(source: ListSource<R>, height: number): Scroll {
  return scrolledToItem(source, 0, height)
}

/** The first row of the item at `index` as an anchor; `end` when it is on the last screen. */
export function scrolledToItem<R extends ListRow>(source: ListSource<R>, index: number, height: number): Scroll {
  if (index >= source.count) return 'end'
  const position = { index, row: 0 }
  return isBefore(position, endPosition(source, height)) ? anchorAt(source, position) : 'end'
}

function topPosition<R extends ListRow>(source: ListSource<R>, scroll: Scroll, height: number): Position {
  const lowest = endPosition(source, height)
  if (scroll === 'end') return lowest
  const index = source.find(scroll.key, scroll.at)
  if (index >= source.count) return lowest
  const rows = source.rowsOf(index)
  const isSame = rows[0]!.key === scroll.key
  let row = 0
  if (isSame) while (row + 1 < rows.length && rows[row + 1]!.offset <= scroll.offset) row += 1
  const position = { index, row }
  return isBefore(position, lowest) ? position : lowest
}

/** The top row when the last row of the list is at the bottom. */
function endPosition<R extends ListRow>(source: ListSource<R>, height: number): Position {
  const lastIndex = source.count - 1
  return walk(source, { index: lastIndex, row: source.rowsOf(lastIndex).length - 1 }, 1 - height)
}

/** `by` rows further, stopping at both ends of the list. */
function walk<R extends ListRow>(source: ListSource<R>, from: Position, by: number): Position {
  let { index } = from
  let row = from.row + by
  while (row < 0 && index > 0) {
    index -= 1
    row += source.rowsOf(index).length
  }
  if (row < 0) return { index: 0, row: 0 }
  while (row >= source.rowsOf(index).length) {
    if (index === source.count - 1) return { index, row: source.rowsOf(index).length - 1 }
    row -= source.rowsOf(index).length
    index += 1
  }
  return { index, row }
}

function anchorAt<R extends ListRow>(source: ListSource<R>, position: Position): Anchor {
  const row = source.rowsOf(position.index)[position.row]!
  return { key: row.key, at: source.atOf(position.index), offset: row.offset }
}

function isBefore(a: Position, b: Position): boolean {
  return a.index < b.index || (a.index === b.index && a.row < b.row)
}
