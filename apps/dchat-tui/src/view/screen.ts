/** The whole screen as rows, from the state alone. What the components draw and what scrolling reckons with. */
import { layoutInput, rowText } from '../input/editor-layout.ts'
import type { InputLayout } from '../input/editor-layout.ts'
import { MAX_INPUT_ROWS } from '../limits.ts'
import { overlayRows } from '../overlays/index.ts'
import type { OverlaySize } from '../overlays/overlay.ts'
import { searchWords } from '../state/find-words.ts'
import { messageKey } from '../state/items.ts'
import { mentionWords } from '../state/mention.ts'
import type { ChatState } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import type { HintText } from './hint-lines.ts'
import type { Row, RowContext } from './item-rows.ts'
import { noticeRows } from './notice-rows.ts'
import { besidePanes, paneColumns } from './panes.ts'
import type { PaneColumns, PaneRows } from './panes.ts'
import { peoplePaneLength, peoplePaneRows } from './people-pane.ts'
import { roomPaneRows } from './room-pane.ts'
import { picked, withMatches } from './row-marks.ts'
import { statusLine } from './status-line.ts'
import { bareSource, talkSource } from './talk.ts'
import type { TalkSource } from './talk.ts'
import type { RowCache } from './talk.ts'
import type { Glyphs } from './theme.ts'
import { topicRow } from './topic-row.ts'
import { viewportAt } from './virtual-list.ts'
import type { Viewport } from './virtual-list.ts'
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
  /** Whether the minute stands in the status bar. */
  readonly isTimeShown: boolean
  readonly input: readonly string[]
  /** Where the terminal's cursor stands. */
  readonly cursor: { readonly x: number; readonly y: number }
  readonly view: TalkView
}

/** The talk as it is scrolled now. */
export interface TalkView {
  readonly source: TalkSource
  readonly height: number
  readonly viewport: Viewport<Row>
}

/** Rows are laid out for at least this many columns; a narrower terminal cuts them. */
const LEAST_COLUMNS = 8

/** The columns there are for the input beside its prompt. */
export function inputWidth(columns: number, glyphs: Glyphs): number {
  return Math.max(2, columns - textWidth(glyphs.prompt))
}

export function buildScreen(state: ChatState, context: ScreenContext): Screen {
  const { glyphs } = context
  const columns = Math.max(LEAST_COLUMNS, state.screen.columns)
  const { rows } = state.screen
  const width = inputWidth(columns, glyphs)
  const layout = layoutInput(state.editor, width)
  const inputRows = Math.min(layout.rows.length, Math.max(1, Math.min(MAX_INPUT_ROWS, rows - 3)))
  const hasStatus = rows - inputRows >= 2
  const room = Math.max(0, rows - inputRows - (hasStatus ? 1 : 0) - 1)
  const hints = noticeRows(state, { columns, room, rows, glyphs })
  const height = Math.max(0, rows - inputRows - (hasStatus ? 1 : 0) - hints.length)
  const panes = paneColumns(state, columns)
  const over = overlayRows(state, { columns: panes.talk, height, glyphs })
  const topic = over === undefined ? topicRow(state, { columns: panes.talk, height, glyphs }) : null
  const above = topic === null ? [] : [topic]
  const view = talkView(state, context, { columns: panes.talk, height: height - above.length })
  const talk = over === undefined ? filled(markedRows(view.viewport.rows, state, glyphs), view.height) : toppedUp(over, height)
  const status = hasStatus ? statusLine(statusInput(state, view, glyphs), columns) : null
  const firstInput = Math.max(0, layout.caretRow - inputRows + 1)
  return {
    talk: besidePanes([...above, ...talk], paneRows(state, { panes, height, glyphs }), { columns: panes, glyphs }),
    hints,
    status: status?.text ?? null,
    isTimeShown: status?.isTimeShown ?? false,
    input: inputTexts(state.editor.text, layout, { first: firstInput, count: inputRows, width, glyphs }),
    cursor: {
      x: Math.min(textWidth(glyphs.prompt) + layout.caretColumn, Math.max(0, state.screen.columns - 1)),
      y: rows - inputRows + layout.caretRow - firstInput,
    },
    view,
  }
}

/** What an overlay has to draw on. */
export function overlaySize(state: ChatState, context: ScreenContext): OverlaySize {
  const { talk } = paneColumns(state, Math.max(LEAST_COLUMNS, state.screen.columns))
  return { columns: talk, height: buildScreen(state, context).view.height, glyphs: context.glyphs }
}

function paneRows(state: ChatState, { panes, height, glyphs }: { panes: PaneColumns; height: number; glyphs: Glyphs }): PaneRows {
  return {
    left: panes.left === 0 ? [] : roomPaneRows(state, { columns: panes.left, height, glyphs }),
    right: panes.right === 0 ? [] : peoplePaneRows(state, { columns: panes.right, height, glyphs, top: state.paneTop }),
  }
}

/** Where the pane right of the talk is after a page in `direction`; null while it is hidden. */
export function pagedPaneTop(state: ChatState, context: ScreenContext, direction: 1 | -1): number | null {
  const { right } = paneColumns(state, Math.max(LEAST_COLUMNS, state.screen.columns))
  if (right === 0) return null
  const { height } = buildScreen(state, context).view
  const last = Math.max(0, peoplePaneLength(state, { columns: right, height, glyphs: context.glyphs }) - height)
  return Math.min(last, Math.max(0, Math.min(last, state.paneTop) + direction * Math.max(1, height - 1)))
}

function talkView(state: ChatState, context: ScreenContext, size: { columns: number; height: number }): TalkView {
  const rowContext = rowContextOf(state, size.columns, context.glyphs)
  const view = shownView(state)
  const isBare = state.overlay?.kind === 'bare'
  const source = isBare ? bareSource(view.talk.items, rowContext) : talkSource(view, rowContext, context.cache)
  return { source, height: size.height, viewport: viewportAt(source, view.scroll, size.height) }
}

const NOTHING_HIDDEN: RowContext['ignores'] = []

function rowContextOf(state: ChatState, width: number, glyphs: Glyphs): RowContext {
  const { showTime, timeFormat, nickColumns } = state.settings
  return {
    width,
    glyphs,
    ...mentionWords(state),
    ignores: state.showsHidden ? NOTHING_HIDDEN : state.ignores,
    timeFormat: showTime ? timeFormat : null,
    nickColumns,
  }
}

function statusInput(state: ChatState, view: TalkView, glyphs: Glyphs): Parameters<typeof statusLine>[0] {
  const { talk } = shownView(state)
  const { source, viewport } = view
  const isAtEnd = viewport.isAtEnd && !talk.hasNewer
  if (viewport.lastIndex === -1) return { state, newer: talk.leftOut, isAtEnd, ageMs: 0, glyphs }
  const newer = talk.items.countMessages(source.indexOf(viewport.lastIndex + 1)) + talk.leftOut
  return { state, newer, isAtEnd, ageMs: Math.max(0, state.nowMs - source.atOf(viewport.lastIndex)), glyphs }
}

/** The rows in sight, with what is picked out or looked for marked. */
function markedRows(rows: readonly Row[], { overlay }: ChatState, glyphs: Glyphs): readonly Row[] {
  const line = overlay?.kind === 'select' ? overlay.message : overlay?.kind === 'find' ? overlay.found : null
  const words = overlay?.kind === 'find' ? searchWords(overlay.query) : []
  if (line === null && words.length === 0) return rows
  const key = line === null ? null : messageKey(line)
  return rows.map((row) => {
    const found = withMatches(row, words)
    return row.key === key && row.offset >= 0 ? picked(found, glyphs) : found
  })
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

/** The rows of the input that are in sight; no other is looked at. */
function inputTexts(
  text: string,
  layout: InputLayout,
  part: { first: number; count: number; width: number; glyphs: Glyphs },
): string[] {
  const { first, count, width, glyphs } = part
  const indent = ' '.repeat(textWidth(glyphs.prompt))
  return layout.rows
    .slice(first, first + count)
    .map((row, index) => (first + index === 0 ? glyphs.prompt : indent) + rowText(text, row, width))
}
