/** Breaks text into rows: at spaces and beside wide characters, inside a word only when it is longer than a row. */
import { toCells } from './width.ts'
import type { Cell } from './width.ts'

export interface WrappedRow {
  readonly text: string
  /** Code units of the wrapped text before this row. Grows from row to row. */
  readonly offset: number
}

export interface WrapOptions {
  /** Columns of the first row, at least 1. */
  readonly first: number
  /** Columns of all others, at least 1. */
  readonly rest: number
}

/**
 * `text` in rows, one at least. Newlines start a row; the space a row breaks at belongs to neither row; all other
 * characters are kept, in order.
 */
export function wrapText(text: string, options: WrapOptions): WrappedRow[] {
  const rows: WrappedRow[] = []
  let start = 0
  for (const line of text.split('\n')) {
    wrapLine(rows, { line, start }, options)
    start += line.length + 1
  }
  return rows
}

function wrapLine(rows: WrappedRow[], source: { line: string; start: number }, options: WrapOptions): void {
  const cells = toCells(source.line, Math.min(options.first, options.rest))
  let at = 0
  let offset = source.start
  do {
    const width = rows.length === 0 ? options.first : options.rest
    const end = rowEnd(cells, at, width)
    const text = joined(cells, at, end)
    rows.push({ text, offset })
    offset += text.length
    at = end
    if (cells[at]?.text === ' ' && at > 0) {
      at += 1
      offset += 1
    }
  } while (at < cells.length)
}

/** Where the row that begins at cell `at` ends: all that fits, back to the last place to break when there is one. */
function rowEnd(cells: readonly Cell[], at: number, width: number): number {
  let used = 0
  let breakAt = -1
  for (let index = at; index < cells.length; index += 1) {
    const cell = cells[index]!
    if (index > at && canBreakBefore(cells[index - 1]!, cell)) breakAt = index
    used += cell.width
    if (used > width) return breakAt > at ? breakAt : Math.max(at + 1, index)
  }
  return cells.length
}

function canBreakBefore(previous: Cell, cell: Cell): boolean {
  if (cell.text === ' ') return previous.text !== ' '
  return previous.text === ' ' || previous.text === '-' || cell.width > 1 || previous.width > 1
}

function joined(cells: readonly Cell[], from: number, to: number): string {
  let text = ''
  for (let index = from; index < to; index += 1) text += cells[index]!.text
  return text
}
