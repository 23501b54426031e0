/** The help as rows: headings and entries, in two columns where there is room for them. Pure. */
import type { HelpSection } from '../commands/help-text.ts'
import type { Row, Span } from './item-rows.ts'
import { padText, textWidth } from './width.ts'
import { wrapText } from './wrap.ts'

/** From this many columns on there are two columns of sections. */
const TWO_FROM = 130
const BETWEEN = 3
/** Columns of what is explained; what is wider has a row of its own. */
const LEFT_COLUMNS = 30
/** Below this many columns the explanation stands under what it explains. */
const BESIDE_FROM = 50

/** No row is wider than `columns`. */
export function helpRows(sections: readonly HelpSection[], columns: number): Row[] {
  const lines = columns < TWO_FROM ? columnOf(sections, columns) : twoColumns(sections, columns)
  return lines.map((spans, index) => ({ key: 'help', offset: index, spans }))
}

type Line = readonly Span[]

function columnOf(sections: readonly HelpSection[], columns: number): Line[] {
  return sections.flatMap(({ title, entries }, index) => [
    ...(index === 0 ? [] : [[]]),
    ...wrapText(title, { first: columns, rest: columns }).map(({ text }): Line => [{ text, style: 'prompt' }]),
    ...entries.flatMap(([left, right]) => entryLines(left, right, columns)),
  ])
}

function twoColumns(sections: readonly HelpSection[], columns: number): Line[] {
  const width = Math.floor((columns - BETWEEN) / 2)
  const heights = sections.map((section) => columnOf([section], width).length + 1)
  const total = heights.reduce((sum, height) => sum + height, 0)
  let first = 0
  for (let height = 0; first < sections.length && height + heights[first]! / 2 < total / 2; first += 1) height += heights[first]!
  const left = columnOf(sections.slice(0, first), width)
  const right = columnOf(sections.slice(first), width)
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const before = left[index] ?? []
    const used = before.reduce((sum, span) => sum + textWidth(span.text), 0)
    return [...before, { text: ' '.repeat(width + BETWEEN - used), style: 'text' }, ...(right[index] ?? [])]
  })
}

function entryLines(left: string, right: string, columns: number): Line[] {
  const isBeside = columns >= BESIDE_FROM
  const indent = isBeside ? LEFT_COLUMNS : 4
  const room = Math.max(1, columns - indent)
  const words = wrapText(right, { first: room, rest: room }).map(({ text }) => text)
  if (isBeside && textWidth(left) + 3 <= LEFT_COLUMNS) {
    const head = padText(`  ${left}`, LEFT_COLUMNS, { ellipsis: '', align: 'left' })
    return words.map((text, index) => [
      { text: index === 0 ? head : ' '.repeat(indent), style: 'own' },
      { text, style: 'text' },
    ])
  }
  const names = wrapText(left, { first: columns - 2, rest: columns - 2 }).map(({ text }): Line => [
    { text: `  ${text}`, style: 'own' },
  ])
  return [...names, ...words.map((text): Line => [{ text: ' '.repeat(indent) + text, style: 'text' }])]
}
