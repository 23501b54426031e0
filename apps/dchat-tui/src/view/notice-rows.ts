/**
 * The rows between the talk and the status bar: the card of the first run, how far history is, and a hint, question or list. They
 * share what there is: what is asked comes first, the card goes first.
 */
import type { ChatState, Overlay } from '../state/model.ts'
import { switcherRows } from '../overlays/switcher-rows.ts'
import { cardLines } from './first-run-card.ts'
import { currentHint } from './hint-lines.ts'
import type { HintText } from './hint-lines.ts'
import { popupRows } from './popup-rows.ts'
import { syncLine } from './sync-line.ts'
import type { Glyphs } from './theme.ts'
import { fitText } from './width.ts'
import { wrapText } from './wrap.ts'

export interface NoticeSize {
  readonly columns: number
  /** Rows that may be taken: one is left for the talk. */
  readonly room: number
  /** Rows of the screen. */
  readonly rows: number
  readonly glyphs: Glyphs
}

/** Rows of a hint. On screens with fewer rows than the second number hints have one, but for questions. */
const MAX_HINT_ROWS = 3
const ROWS_FOR_LONG_HINTS = 12
/** What needs the rows itself more than its keys need to be told. */
const VIEWS: ReadonlySet<Overlay['kind']> = new Set(['help', 'net', 'select', 'detail', 'results', 'bare'])
/** Rows of the talk that stay in sight under a card. */
const ROWS_BESIDE_CARD = 3

/** At most `size.room` rows, from the top. */
export function noticeRows(state: ChatState, size: NoticeSize): HintText[] {
  if (size.room <= 0) return []
  if (state.overlay?.kind === 'switcher') return switcherRows(state, state.overlay, size)
  const hint = isPopupOpen(state)
    ? popupRows(state.completion, { ...size, rows: Math.ceil(size.room / 2) })
    : hintRows(state, size)
  const left = size.room - hint.length
  const sync = state.sync === null || left < 1 ? [] : [syncRow(state, size)]
  return [...cardRows(state, { ...size, room: left - sync.length }), ...sync, ...hint]
}

/** Whether what can be completed is listed: unless there is something more important to say. */
function isPopupOpen({ completion, overlay, hint }: ChatState): boolean {
  return completion !== null && overlay === null && hint === null
}

function hintRows(state: ChatState, { columns, room, rows }: NoticeSize): HintText[] {
  const hint = currentHint(state)
  if (hint === null) return []
  const isQuestion = state.overlay !== null && !VIEWS.has(state.overlay.kind)
  const most = rows >= ROWS_FOR_LONG_HINTS || isQuestion ? MAX_HINT_ROWS : 1
  const texts = wrapText(hint.text, { first: columns, rest: columns }).slice(0, Math.min(most, room))
  return texts.map(({ text }) => ({ text, style: hint.style }))
}

function syncRow(state: ChatState, { columns, glyphs }: NoticeSize): HintText {
  return { text: syncLine(state.sync!, { columns, glyphs, rooms: state.rooms }), style: 'notice' }
}

/** Whole, with its lines wrapped; a line that says where help is on screens without room for it. */
function cardRows(state: ChatState, { columns, room, glyphs }: NoticeSize): HintText[] {
  if (!state.isFirstRun || state.overlay !== null) return []
  const rule = fitText(`${glyphs.rule.repeat(2)} Welcome to dchat. Esc closes this ${glyphs.rule.repeat(columns)}`, columns, '')
  const texts = cardLines(state).flatMap((line) => wrapText(line, { first: columns, rest: columns }).map(({ text }) => text))
  if (texts.length + 1 <= room - ROWS_BESIDE_CARD)
    return [{ text: rule, style: 'prompt' }, ...texts.map((text): HintText => ({ text, style: 'text' }))]
  if (room < 1) return []
  return [{ text: fitText('? for help, Esc closes', columns, glyphs.ellipsis), style: 'prompt' }]
}
