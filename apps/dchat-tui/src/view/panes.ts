/** The columns of the screen: list of rooms, talk, people and peers; and rows put together from them. Pure. */
import { LEAST_TALK_COLUMNS, PANES_FROM, ROOMS_PANE_FROM } from '../limits.ts'
import type { ChatState } from '../state/model.ts'
import type { Row, Span } from './item-rows.ts'
import type { Glyphs } from './theme.ts'
import { fitText, textWidth } from './width.ts'

/** Columns of each part, 0 of what is hidden; between two there is one more for a line. */
export interface PaneColumns {
  readonly left: number
  readonly talk: number
  readonly right: number
}

/** What each column has: one entry a row, each exactly as wide as its column; empty for a hidden pane. */
export interface PaneRows {
  readonly left: readonly (readonly Span[])[]
  readonly right: readonly (readonly Span[])[]
}

/** How `columns` are shared out. The widths follow from the screen alone, so that no count that grows moves the talk. */
export function paneColumns(state: Pick<ChatState, 'settings' | 'rooms' | 'overlay'>, columns: number): PaneColumns {
  // What is selected there with the terminal is to be the talk and nothing else.
  if (columns < PANES_FROM || state.overlay?.kind === 'bare') return { left: 0, talk: columns, right: 0 }
  const left = isRoomsPaneOn(state, columns) ? within(Math.floor(columns / 6), 14, 24) : 0
  const beside = columns - (left === 0 ? 0 : left + 1)
  const right = state.settings.peersPane === 'on' ? within(Math.floor(columns / 5), 18, 30) : 0
  const talk = beside - (right === 0 ? 0 : right + 1)
  return talk < LEAST_TALK_COLUMNS ? { left, talk: beside, right: 0 } : { left, talk, right }
}

/** Whether the list of rooms is wanted on a screen of `columns`. */
export function isRoomsPaneOn({ settings, rooms }: Pick<ChatState, 'settings' | 'rooms'>, columns: number): boolean {
  if (settings.roomsPane === 'auto') return columns >= ROOMS_PANE_FROM && rooms.length > 1
  return settings.roomsPane === 'on'
}

/** `talk` with the panes beside it; the rows themselves where there is none. */
export function besidePanes(
  talk: readonly Row[],
  panes: PaneRows,
  place: { readonly columns: PaneColumns; readonly glyphs: Glyphs },
): readonly Row[] {
  const { columns, glyphs } = place
  if (columns.left === 0 && columns.right === 0) return talk
  const line: Span = { text: glyphs.separator, style: 'dim' }
  return talk.map((row, index) => {
    const before = columns.left === 0 ? [] : [...panes.left[index]!, line]
    const after = columns.right === 0 ? [] : [...filledTo(row.spans, columns.talk), line, ...panes.right[index]!]
    return { ...row, spans: [...before, ...(columns.right === 0 ? row.spans : after)] }
  })
}

/** `spans` cut or filled with spaces to exactly `columns`. */
export function paneCell(spans: readonly Span[], columns: number, glyphs: Pick<Glyphs, 'ellipsis'>): Span[] {
  const cut: Span[] = []
  let used = 0
  for (const span of spans) {
    const width = textWidth(span.text)
    if (used + width > columns) {
      cut.push({ ...span, text: fitText(span.text, columns - used, glyphs.ellipsis) })
      break
    }
    cut.push(span)
    used += width
  }
  return filledTo(cut, columns)
}

function filledTo(spans: readonly Span[], columns: number): Span[] {
  const used = spans.reduce((sum, span) => sum + textWidth(span.text), 0)
  return used >= columns ? [...spans] : [...spans, { text: ' '.repeat(columns - used), style: 'text' }]
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
