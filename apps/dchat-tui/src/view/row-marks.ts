/** Marks what is picked out, and what was looked for, in rows that are on screen. Pure. */
import { wordRanges } from '../state/find-words.ts'
import type { Row, Span } from './item-rows.ts'
import type { Glyphs } from './theme.ts'

/** The row of a line that is picked out: the bar before its text becomes a pointer, so that it is seen without colours too. */
export function picked(row: Row, glyphs: Pick<Glyphs, 'pointer'>): Row {
  const spans = row.spans.map((span, index): Span => {
    const text = row.textAt !== undefined && index === row.textAt - 1 ? pointed(span.text, glyphs.pointer) : span.text
    return { text, style: span.style === 'match' ? 'match' : 'selected' }
  })
  return { ...row, spans }
}

/** The row with each of `words` marked where it stands in the text of the item. */
export function withMatches(row: Row, words: readonly string[]): Row {
  const { textAt, spans } = row
  const body = textAt === undefined ? undefined : spans[textAt]
  if (textAt === undefined || body === undefined) return row
  const ranges = wordRanges(body.text, words)
  if (ranges.length === 0) return row
  const pieces: Span[] = []
  let at = 0
  for (const { from, to } of ranges) {
    pieces.push({ text: body.text.slice(at, from), style: body.style }, { text: body.text.slice(from, to), style: 'match' })
    at = to
  }
  pieces.push({ text: body.text.slice(at), style: body.style })
  const filled = pieces.filter((piece) => piece.text !== '')
  return { ...row, spans: [...spans.slice(0, textAt), ...filled, ...spans.slice(textAt + 1)] }
}

/** `text` with the pointer, one column wide, in place of its first character that is none. */
function pointed(text: string, pointer: string): string {
  const at = Math.max(0, text.search(/\S/u))
  return text.slice(0, at) + pointer + text.slice(at + 1)
}
