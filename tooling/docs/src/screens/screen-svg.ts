/** A terminal's screen as an SVG picture: text that can be searched and copied, in the colours of its cells. */
import type { CellColor, TerminalCell, TestTerminal } from 'dchat-tui/e2e'

export interface SvgLook {
  /** What the terminal's own colours are. */
  readonly color: string
  readonly background: string
  /** For those who do not see it, one sentence. */
  readonly title: string
}

export const DARK = { color: '#d6d6d6', background: '#16181d' } as const
export const LIGHT = { color: '#24272c', background: '#fbfbf8' } as const

/** Pixels of a column and a row: those of most monospaced fonts at 14 px. */
const COLUMN = 8.4
const ROW = 18
const BASELINE = 13
const MARGIN = 10

/** The first 16 colours, as terminals have them about. */
const BASE = [
  '#2e3436', '#d0393f', '#4e9a06', '#b58900', '#3f7fd0', '#9a5fb0', '#159a9c', '#c8ccc8',
  '#7a7e7a', '#ef5a5a', '#7fce3a', '#e5c441', '#6ea8f0', '#bf8ad0', '#3ccfd0', '#f2f4f2',
] as const // prettier-ignore

export function screenSvg(terminal: Pick<TestTerminal, 'cells' | 'rows' | 'cursor'>, look: SvgLook): string {
  const rows = terminal.rows.map((_, row) => terminal.cells(row))
  const columns = Math.max(...rows.map((cells) => cells.reduce((sum, cell) => sum + cell.columns, 0)))
  const [width, height] = [columns * COLUMN + 2 * MARGIN, rows.length * ROW + 2 * MARGIN].map((size) => size.toFixed(0))
  const { x, y } = terminal.cursor
  const cursor = rect({ column: x, columns: 1, row: y, color: look.color, opacity: 0.5 })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(look.title)}</title>`,
    `<rect width="100%" height="100%" rx="6" fill="${look.background}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...rows.flatMap((cells, row) => rowSvg(runsOf(cells), row, look)),
    cursor,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** Cells beside each other that look the same. */
interface Run extends TerminalCell {
  readonly column: number
}

function runsOf(cells: readonly TerminalCell[]): Run[] {
  const runs: Run[] = []
  let column = 0
  for (const cell of cells) {
    const last = runs.at(-1)
    if (last !== undefined && isAlike(last, cell)) {
      runs[runs.length - 1] = { ...last, text: last.text + cell.text, columns: last.columns + cell.columns }
    } else runs.push({ ...cell, column })
    column += cell.columns
  }
  return runs
}

/** What is not plain ASCII stands alone: fonts give it widths of their own, and the next character keeps its column so. */
function isAlike(run: Run, cell: TerminalCell): boolean {
  if (!PLAIN.test(cell.text) || !PLAIN.test(run.text)) return false
  const [a, b] = [run, cell].map((one) => JSON.stringify({ ...one, text: '', columns: 0, column: 0 }))
  return a === b
}

const PLAIN = /^[\x20-\x7e]+$/u

function rowSvg(runs: readonly Run[], row: number, look: SvgLook): string[] {
  return runs.flatMap((run) => {
    const [front, back] = run.isInverse
      ? [hex(run.background) ?? look.background, hex(run.color) ?? look.color]
      : [hex(run.color) ?? look.color, hex(run.background)]
    const parts = back === null ? [] : [rect({ column: run.column, columns: run.columns, row, color: back, opacity: 1 })]
    const text = run.text.trim()
    if (text === '' || run.isInvisible) return parts
    const columns = run.columns - (run.text.length - text.length)
    const column = run.column + run.text.search(/\S/u)
    const style = [
      run.isBold ? ' font-weight="bold"' : '',
      run.isItalic ? ' font-style="italic"' : '',
      run.isUnderlined ? ' text-decoration="underline"' : '',
      run.isDim ? ' opacity="0.65"' : '',
    ].join('')
    const place = `x="${px(MARGIN + column * COLUMN)}" y="${px(MARGIN + row * ROW + BASELINE)}"`
    return [...parts, `<text ${place} textLength="${px(columns * COLUMN)}" fill="${front}"${style}>${escaped(text)}</text>`]
  })
}

function rect(place: { column: number; columns: number; row: number; color: string; opacity: number }): string {
  const { column, columns, row, color, opacity } = place
  const size = `x="${px(MARGIN + column * COLUMN)}" y="${px(MARGIN + row * ROW)}" width="${px(columns * COLUMN)}" height="${ROW}"`
  return `<rect ${size} fill="${color}" shape-rendering="crispEdges"${opacity === 1 ? '' : ` opacity="${opacity}"`}/>`
}

/** One of the 16, of the cube of 6 by 6 by 6, of the 24 greys, or as it is. */
function hex(color: CellColor): string | null {
  if (color === null) return null
  const { isRgb, value } = color
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`
  const base = BASE[value]
  if (base !== undefined) return base
  const parts =
    value >= 232
      ? [0, 0, 0].map(() => 8 + 10 * (value - 232))
      : [36, 6, 1].map((step) => level(Math.floor((value - 16) / step) % 6))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function level(step: number): number {
  return step === 0 ? 0 : 55 + 40 * step
}

function px(value: number): string {
  return value.toFixed(1).replace('.0', '')
}

/** Viewers make one space of several. */
function escaped(text: string): string {
  return text
    .replaceAll(/ {2,}/gu, (spaces) => '\u00a0'.repeat(spaces.length))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
