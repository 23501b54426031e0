/** The whole screen as rows, from the state alone. What the components draw and what scrolling reckons with. */
import { layoutInput } from '../input/editor-layout.ts'
import { MAX_INPUT_ROWS } from '../limits.ts'
import { overlayRows } from '../overlays/index.ts'
import type { OverlaySize } from '../overlays/overlay.ts'
import { mentionWords } from '../state/mention.ts'
import type { ChatState } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import { currentHint, hintRows } from './hint-lines.ts'
import type { HintText } from './hint-lines.ts'
import type { Row, RowContext } from './item-rows.ts'
import { statusLine } from './status-line.ts'
import { talkSource } from './talk.ts'
import type { RowCache } from './talk.ts'
import type { Glyphs } from './theme.ts'
import { viewportAt } from './virtual-list.ts'
import type { ListSource, Viewport } from './virtual-list.ts'
import { textWidth } from './width.ts'

export interface ScreenContext {
  readonly glyphs: Glyphs
  readonly cache: RowCache
}

export interface Screen {
  /** Rows of the talk, or of the help over it; exactly as many as there is room for. */
  readonly talk: readonly Row[]
  readonly hints: readonly HintText[]
  /** Null on screens too low for it. */
  readonly status: string | null
  readonly input: readonly string[]
  /** Where the terminal's cursor stands. */
  readonly cursor: { readonly x: number; readonly y: number }
  readonly view: TalkView
}

/** The talk as it is scrolled now. */
export interface TalkView {
  readonly source: ListSource<Row>
  readonly height: number
  readonly viewport: Viewport<Row>
}

/** Rows are laid out for at least this many columns; a narrower terminal cuts them. */
const LEAST_COLUMNS = 8
/** Rows of a hint. On screens with fewer rows than the second number hints have one, but for questions. */
const MAX_HINT_ROWS = 3
const ROWS_FOR_LONG_HINTS = 12

/** The columns there are for the input beside its prompt. */
export function inputWidth(columns: number, glyphs: Glyphs): number {
  return Math.max(2, columns - textWidth(glyphs.prompt))
}

export function buildScreen(state: ChatState, context: ScreenContext): Screen {
  const { glyphs } = context
  const columns = Math.max(LEAST_COLUMNS, state.screen.columns)
  const { rows } = state.screen
  const layout = layoutInput(state.editor, inputWidth(columns, glyphs))
  const inputRows = Math.min(layout.rows.length, Math.max(1, Math.min(MAX_INPUT_ROWS, rows - 3)))
  const hasStatus = rows - inputRows >= 2
  const roomForHints = Math.max(0, rows - inputRows - (hasStatus ? 1 : 0) - 1)
  const isLong = rows >= ROWS_FOR_LONG_HINTS || state.overlay !== null
  const hints = hintRows(currentHint(state), columns, Math.min(isLong ? MAX_HINT_ROWS : 1, roomForHints))
  const height = Math.max(0, rows - inputRows - (hasStatus ? 1 : 0) - hints.length)
  const view = talkView(state, context, { columns, height })
  const over = overlayRows(state, { columns, height, glyphs })
  const firstInput = Math.max(0, layout.caretRow - inputRows + 1)
  return {
    talk: over === undefined ? filled(view.viewport.rows, height) : toppedUp(over, height),
    hints,
    status: hasStatus ? statusLine(statusInput(state, view, glyphs), columns) : null,
    input: inputTexts(
      layout.rows.map((row) => row.text),
      { first: firstInput, count: inputRows, glyphs },
    ),
    cursor: {
      x: Math.min(textWidth(glyphs.prompt) + layout.caretColumn, Math.max(0, state.screen.columns - 1)),
      y: rows - inputRows + layout.caretRow - firstInput,
    },
    view,
  }
}

/** What an overlay has to draw on. */
export function overlaySize(state: ChatState, context: ScreenContext): OverlaySize {
  const columns = Math.max(LEAST_COLUMNS, state.screen.columns)
  return { columns, height: buildScreen(state, context).view.height, glyphs: context.glyphs }
}

function talkView(state: ChatState, context: ScreenContext, size: { columns: number; height: number }): TalkView {
  const rowContext = rowContextOf(state, size.columns, context.glyphs)
  const view = shownView(state)
  const source = talkSource(view, rowContext, context.cache)
  return { source, height: size.height, viewport: viewportAt(source, view.scroll, size.height) }
}

function rowContextOf(state: ChatState, width: number, glyphs: Glyphs): RowContext {
  const { showTime, timeFormat, nickColumns } = state.settings
  return { width, glyphs, ...mentionWords(state), timeFormat: showTime ? timeFormat : null, nickColumns }
}

function statusInput(state: ChatState, view: TalkView, glyphs: Glyphs): Parameters<typeof statusLine>[0] {
  const { talk } = shownView(state)
  const below = view.viewport.lastIndex === -1 ? 0 : talk.items.countMessages(view.viewport.lastIndex + 1)
  return { state, newer: below + talk.leftOut, isAtEnd: view.viewport.isAtEnd && !talk.hasNewer, glyphs }
}

const BLANK: Row = { key: '', offset: 0, spans: [] }

/** New lines appear at the bottom, beside the input, from the first one on. */
function filled(rows: readonly Row[], height: number): Row[] {
  return [...Array.from({ length: Math.max(0, height - rows.length) }, () => BLANK), ...rows]
}

/** Views over the talk begin at its top. */
function toppedUp(rows: readonly Row[], height: number): Row[] {
  return [...rows.slice(0, height), ...Array.from({ length: Math.max(0, height - rows.length) }, () => BLANK)]
}

function inputTexts(texts: readonly string[], part: { first: number; count: number; glyphs: Glyphs }): string[] {
  const indent = ' '.repeat(textWidth(part.glyphs.prompt))
  return texts.map((text, index) => (index === 0 ? part.glyphs.prompt : indent) + text).slice(part.first, part.first + part.count)
}
