/** The input as rows on the screen, and moving the caret between them. Rows break between graphemes, wherever the width ends. */
import { sanitizeText } from '@dchat/system'
import { MAX_KNOWN_GRAPHEME_UNITS, MAX_KNOWN_WIDTHS } from '../limits.ts'
import { fitText, graphemeWidth, isPlainAscii, textWidth } from '../view/width.ts'
import { isNarrow, isSimple, toBoundary } from './graphemes.ts'
import type { Editor } from './editor.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** A row: the code units of the input at which it begins and ends, without its newline. */
export interface InputRow {
  readonly start: number
  readonly end: number
}

export interface InputLayout {
  readonly rows: readonly InputRow[]
  readonly caretRow: number
  readonly caretColumn: number
}

/** The layouts of editors that are still about, each at the width it was asked for last: a frame and a key ask several times. */
const layouts = new WeakMap<Pick<Editor, 'text' | 'caret'>, { width: number; layout: InputLayout }>()

/** The rows of `editor` at `width` columns, 2 at least, and where the caret is; the caret never stands outside the width. */
export function layoutInput(editor: Pick<Editor, 'text' | 'caret'>, width: number): InputLayout {
  const known = layouts.get(editor)
  if (known?.width === width) return known.layout
  const layout = laidOut(editor, width)
  layouts.set(editor, { width, layout })
  return layout
}

/**
 * What is drawn of a row. What the sanitiser takes away may leave its neighbours joined and wider than they were apart: the row is cut
 * then.
 */
export function rowText(text: string, row: InputRow, width: number): string {
  const raw = text.slice(row.start, row.end)
  const clean = sanitizeText(raw)
  return clean === raw ? clean : fitText(clean, width, '')
}

function laidOut({ text, caret }: Pick<Editor, 'text' | 'caret'>, width: number): InputLayout {
  const rows: InputRow[] = []
  let start = 0
  for (const line of text.split('\n')) {
    pushLine(rows, { line, start }, width)
    start += line.length + 1
  }
  const caretRow = rowOf(rows, caret)
  const before = text.slice(rows[caretRow]!.start, caret)
  return { rows, caretRow, caretColumn: Math.min(width, textWidth(sanitizeText(before))) }
}

/** The caret one row up or down, as near to its column as the graphemes allow; null when there is no such row. */
export function movedBetweenRows(editor: Editor, move: { width: number; by: 1 | -1 }): Editor | null {
  const { rows, caretRow, caretColumn } = layoutInput(editor, move.width)
  const row = rows[caretRow + move.by]
  if (row === undefined) return null
  const goal = editor.goal ?? caretColumn
  const isLastOfLine = editor.text[row.end] === '\n' || row.end === editor.text.length
  let caret = row.start
  let column = 0
  for (const { segment, index } of segmenter.segment(editor.text.slice(row.start, row.end))) {
    const next = column + shownWidth(segment)
    const end = row.start + index + segment.length
    if (next > goal || (end === row.end && !isLastOfLine)) break
    column = next
    caret = end
  }
  return { ...editor, caret: toBoundary(editor.text, caret), last: 'other', goal }
}

/** A full last row is followed by an empty one, so that the caret at the end has a column to stand on. */
function pushLine(rows: InputRow[], source: { line: string; start: number }, width: number): void {
  const { line, start } = source
  const { starts, lastColumns } = isPlainAscii(line) ? everyColumn(line.length, width) : rowStarts(line, width)
  for (const [index, from] of starts.entries())
    rows.push({ start: start + from, end: start + (starts[index + 1] ?? line.length) })
  if (lastColumns >= width) rows.push({ start: start + line.length, end: start + line.length })
}

interface LineRows {
  readonly starts: readonly number[]
  /** Columns of the last row. */
  readonly lastColumns: number
}

function everyColumn(length: number, width: number): LineRows {
  const starts = Array.from({ length: Math.max(1, Math.ceil(length / width)) }, (_, index) => index * width)
  return { starts, lastColumns: length - starts.at(-1)! }
}

function rowStarts(line: string, width: number): LineRows {
  const starts = [0]
  let columns = 0
  const add = (index: number, graphemeColumns: number): void => {
    if (columns + graphemeColumns > width && index > starts.at(-1)!) {
      starts.push(index)
      columns = 0
    }
    columns += graphemeColumns
  }
  for (let at = 0; at < line.length;) {
    const unit = line.charCodeAt(at)
    if (isSimple(unit) && (at + 1 === line.length || isSimple(line.charCodeAt(at + 1)))) {
      add(at, isNarrow(unit) ? 1 : 2)
      at += 1
      continue
    }
    const end = simpleAfter(line, at)
    for (const { segment, index } of segmenter.segment(line.slice(at, end))) add(at + index, shownWidth(segment))
    at = end
  }
  return { starts, lastColumns: columns }
}

/** Where, after `from`, a simple character follows another: a grapheme ends there, whatever is before. */
function simpleAfter(line: string, from: number): number {
  let at = from + 1
  while (at < line.length && !(isSimple(line.charCodeAt(at)) && isSimple(line.charCodeAt(at - 1)))) at += 1
  return at
}

/** What was measured lately: a text has the same graphemes again and again. */
const widths = new Map<string, number>()

/** Columns of a grapheme as it is drawn: without what the sanitiser takes from it. */
function shownWidth(grapheme: string): number {
  const known = widths.get(grapheme)
  if (known !== undefined) return known
  const width = graphemeWidth(grapheme.length === 1 ? grapheme : sanitizeText(grapheme))
  if (grapheme.length > MAX_KNOWN_GRAPHEME_UNITS) return width
  if (widths.size >= MAX_KNOWN_WIDTHS) widths.clear()
  widths.set(grapheme, width)
  return width
}

/** The last row that begins at or before `caret`. */
function rowOf(rows: readonly InputRow[], caret: number): number {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (rows[middle]!.start <= caret) low = middle
    else high = middle - 1
  }
  return low
}
