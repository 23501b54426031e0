/** The one way text is measured: columns by grapheme, as the renderer below us counts them. */
import stringWidth from 'string-width'
import { MAX_KNOWN_GRAPHEME_UNITS, MAX_KNOWN_WIDTHS } from '../limits.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/** Columns `text` takes on one row. */
export function textWidth(text: string): number {
  return stringWidth(text)
}

/** Columns of one grapheme. */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1) {
    const code = grapheme.charCodeAt(0)
    if ((code >= 0x20 && code < 0x7f) || (code > 0xa0 && code < 0x300 && code !== 0xad)) return 1
  }
  const known = knownWidths.get(grapheme)
  if (known !== undefined) return known
  const width = stringWidth(grapheme)
  if (grapheme.length > MAX_KNOWN_GRAPHEME_UNITS) return width
  if (knownWidths.size >= MAX_KNOWN_WIDTHS) knownWidths.clear()
  knownWidths.set(grapheme, width)
  return width
}

/** Reckoning one takes microseconds, and a talk has the same characters again and again. */
const knownWidths = new Map<string, number>()

/** Whether every code unit of `text` takes one column. */
export function isPlainAscii(text: string): boolean {
  return PRINTABLE_ASCII.test(text)
}

export interface Cell {
  readonly text: string
  readonly width: number
}

/** `text` (without newlines) as graphemes with their columns. One wider than `maxWidth` comes apart into code points, of 2 columns at most. */
export function toCells(text: string, maxWidth: number): Cell[] {
  const cells: Cell[] = []
  if (isPlainAscii(text)) {
    for (let index = 0; index < text.length; index += 1) cells.push({ text: text[index]!, width: 1 })
    return cells
  }
  for (const { segment } of segmenter.segment(text)) {
    const width = graphemeWidth(segment)
    if (width <= maxWidth) {
      cells.push({ text: segment, width })
      continue
    }
    for (const point of segment) cells.push({ text: point, width: stringWidth(point) })
  }
  return cells
}

/** `text` cut to `width` columns, the last of which is `ellipsis` when something was cut. */
export function fitText(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text
  const room = width - textWidth(ellipsis)
  if (room < 0) return ''
  let used = 0
  let result = ''
  for (const cell of toCells(text, Number.POSITIVE_INFINITY)) {
    if (used + cell.width > room) break
    used += cell.width
    result += cell.text
  }
  return result + ellipsis
}

/** `text` cut or filled with spaces to exactly `width` columns. */
export function padText(text: string, width: number, options: { ellipsis: string; align: 'left' | 'right' }): string {
  const fitted = fitText(text, width, options.ellipsis)
  const space = ' '.repeat(width - textWidth(fitted))
  return options.align === 'left' ? fitted + space : space + fitted
}
