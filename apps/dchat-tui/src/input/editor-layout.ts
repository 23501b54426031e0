/** The input as rows on the screen, and moving the caret between them. Rows break between graphemes, wherever the width ends. */
import { sanitizeText } from '@dchat/system'
import { fitText, graphemeWidth, isPlainAscii, textWidth } from '../view/width.ts'
import { toBoundary } from './graphemes.ts'
import type { Editor } from './editor.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export interface InputRow {
  /** What is drawn. */
  readonly text: string
  /** Code units of the input at which the row begins and ends, without its newline. */
  readonly start: number
  readonly end: number
}

export interface InputLayout {
  readonly rows: readonly InputRow[]
  readonly caretRow: number
  readonly caretColumn: number
}

/** The rows of `editor` at `width` columns, 2 at least, and where the caret is; the caret never stands outside the width. */
export function layoutInput(editor: Pick<Editor, 'text' | 'caret'>, width: number): InputLayout {
  const rows: InputRow[] = []
  let start = 0
  for (const line of editor.text.split('\n')) {
    pushLine(rows, { line, start }, width)
    start += line.length + 1
  }
  const caretRow = rowOf(rows, editor.caret)
  const before = editor.text.slice(rows[caretRow]!.start, editor.caret)
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
  const starts = isPlainAscii(line) ? everyColumn(line.length, width) : rowStarts(line, width)
  for (const [index, from] of starts.entries()) {
    rows.push(inputRow(source, { from, to: starts[index + 1] ?? line.length, width }))
  }
  if (textWidth(rows.at(-1)!.text) >= width) rows.push({ text: '', start: start + line.length, end: start + line.length })
}

function everyColumn(length: number, width: number): number[] {
  return Array.from({ length: Math.max(1, Math.ceil(length / width)) }, (_, index) => index * width)
}

function rowStarts(line: string, width: number): number[] {
  const starts = [0]
  let columns = 0
  for (const { segment, index } of segmenter.segment(line)) {
    const segmentWidth = shownWidth(segment)
    if (columns + segmentWidth > width && index > starts.at(-1)!) {
      starts.push(index)
      columns = 0
    }
    columns += segmentWidth
  }
  return starts
}

/** Columns of a grapheme as it is drawn: without what the sanitiser takes from it. */
function shownWidth(grapheme: string): number {
  return graphemeWidth(grapheme.length === 1 ? grapheme : sanitizeText(grapheme))
}

/** What the sanitiser takes away may leave its neighbours joined and wider than they were apart: the row is cut then. */
function inputRow(source: { line: string; start: number }, place: { from: number; to: number; width: number }): InputRow {
  const raw = source.line.slice(place.from, place.to)
  const clean = sanitizeText(raw)
  const text = clean === raw ? clean : fitText(clean, place.width, '')
  return { text, start: source.start + place.from, end: source.start + place.to }
}

/** The last row that begins at or before `caret`. */
function rowOf(rows: readonly InputRow[], caret: number): number {
  let found = 0
  for (const [index, row] of rows.entries()) if (row.start <= caret) found = index
  return found
}
