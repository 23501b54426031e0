/** Lines of cells as rows: in columns where there is room, else one after the other, wrapped. Pure. */
import { sanitizeText } from '@dchat/system'
import type { Span } from './item-rows.ts'
import type { Glyphs, StyleName } from './theme.ts'
import { fitText, padText, textWidth } from './width.ts'
import { wrapText } from './wrap.ts'

export interface Cell {
  readonly text: string
  /** @default text */
  readonly style?: StyleName
  /** @default left */
  readonly align?: 'left' | 'right'
}

export interface TablePlace {
  /** Columns there are, at least 8. */
  readonly columns: number
  readonly glyphs: Glyphs
}

const INDENT = 2
const GAP = 2

/**
 * The column that is made narrower where not all fits, and what it keeps: with less the cells stand one after the other, whole. The
 * last cell of a line goes on below, others are cut.
 */
export interface Flexible {
  readonly column: number
  readonly least: number
}

/**
 * One row a line where all fits. Columns in which no line has anything take no room. No row is wider than
 * `place.columns`.
 */
export function tableRows(lines: readonly (readonly Cell[])[], flexible: Flexible, place: TablePlace): Span[][] {
  const safe = lines.map((line) => line.map((cell) => ({ ...cell, text: sanitizeText(cell.text) })))
  const widths = columnWidths(safe)
  const used = widths.filter((width) => width > 0).length
  const total = INDENT + sumOf(widths) + GAP * Math.max(0, used - 1)
  const cut = (widths[flexible.column] ?? 0) - Math.max(0, total - place.columns)
  if (total > place.columns && cut < flexible.least) return safe.flatMap((line) => wrappedCells(line, place))
  const fitted = widths.map((width, index) => (index === flexible.column ? Math.min(width, cut) : width))
  const before = INDENT + sumOf(fitted.slice(0, flexible.column).map((width) => (width > 0 ? width + GAP : 0)))
  return safe.flatMap((line) => {
    const cell = line[flexible.column]
    const isLast = line.slice(flexible.column + 1).every(({ text }) => text === '')
    if (cell === undefined || !isLast || textWidth(cell.text) <= cut) return [alignedCells(line, fitted, place.glyphs)]
    const [first, ...rest] = wrapText(cell.text, { first: cut, rest: cut })
    const begun = line.map((other, index) => (index === flexible.column ? { ...other, text: first!.text } : other))
    const more = rest.map(({ text }): Span[] => [{ text: ' '.repeat(before) + text, style: cell.style ?? 'text' }])
    return [alignedCells(begun, fitted, place.glyphs), ...more]
  })
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** `text` in rows that are indented, those after the first one more. */
export function indentedRows(text: string, style: StyleName, place: TablePlace): Span[][] {
  const first = Math.max(1, place.columns - INDENT)
  const rest = Math.max(1, place.columns - 2 * INDENT)
  return wrapText(sanitizeText(text), { first, rest }).map((row, index) => [
    { text: ' '.repeat(index === 0 ? INDENT : 2 * INDENT) + row.text, style },
  ])
}

function columnWidths(lines: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = []
  for (const line of lines) {
    for (const [index, { text }] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, textWidth(text))
  }
  return widths
}

function alignedCells(line: readonly Cell[], widths: readonly number[], glyphs: Glyphs): Span[] {
  const spans: Span[] = [{ text: ' '.repeat(INDENT), style: 'text' }]
  let isFirst = true
  for (const [index, { text, style = 'text', align = 'left' }] of line.entries()) {
    const width = widths[index]!
    if (width === 0) continue
    const isLast = line.slice(index + 1).every(({ text: later }) => later === '')
    const { ellipsis } = glyphs
    const shown = isLast && align === 'left' ? fitText(text, width, ellipsis) : padText(text, width, { ellipsis, align })
    spans.push({ text: (isFirst ? '' : ' '.repeat(GAP)) + shown, style })
    isFirst = false
  }
  return spans
}

function wrappedCells(line: readonly Cell[], place: TablePlace): Span[][] {
  const texts = line.map(({ text }) => text.trim()).filter((text) => text !== '')
  return indentedRows(texts.join('  '), line[0]?.style ?? 'text', place)
}
