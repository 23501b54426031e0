/** Keys while the help, a question or the history search is open. Pure. */
import { insertText, setText } from '../input/editor.ts'
import { previousBoundary } from '../input/graphemes.ts'
import { searchFor, searchOlder } from '../input/history-search.ts'
import type { HistorySearch } from '../input/history-search.ts'
import type { KeyAction } from '../input/keys.ts'
import type { ChatState, Overlay, ScreenAction } from '../state/model.ts'
import { buildScreen, lastHelpTop } from '../view/screen.ts'
import type { ScreenContext } from '../view/screen.ts'

export interface OverlayVerdict {
  readonly changes: readonly ScreenAction[]
  /** Whether the key is done with; else it goes on to the input line. */
  readonly isTaken: boolean
  readonly submits?: boolean
  /** What was said to a question. */
  readonly answer?: 'yes' | 'no'
}

const CLOSE: ScreenAction = { type: 'overlay', overlay: null }
const IGNORED: OverlayVerdict = { changes: [], isTaken: true }

export function overlayKey(
  place: { state: ChatState; overlay: Overlay; context: ScreenContext },
  action: KeyAction,
): OverlayVerdict {
  const { state, overlay, context } = place
  switch (overlay.kind) {
    case 'help':
      return helpKey({ state, context, top: overlay.top }, action)
    case 'paste':
      return pasteKey(state, overlay.text, action)
    case 'search':
      return searchKey(state, overlay.search, action)
    case 'ask':
      return askKey(state, action)
  }
}

/** A slash in an empty input may begin `/yes`: the question stays open until the line is sent. */
function askKey(state: ChatState, action: KeyAction): OverlayVerdict {
  if (state.editor.text === '' && action.type === 'insert' && action.text.startsWith('/'))
    return { changes: [CLOSE], isTaken: false }
  return { changes: [CLOSE], isTaken: true, answer: isYes(action) ? 'yes' : 'no' }
}

/** Anything else is no, so that no key that was meant for something else says yes. */
function isYes(action: KeyAction): boolean {
  return action.type === 'insert' && /^y(?:es)?$/iu.test(action.text)
}

function helpKey(place: { state: ChatState; context: ScreenContext; top: number }, action: KeyAction): OverlayVerdict {
  const { state, context, top } = place
  const page = Math.max(1, buildScreen(state, context).view.height - 1)
  const moves: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    linesUp: -3,
    linesDown: 3,
    pageUp: -page,
    pageDown: page,
    toStart: -1e6,
    toEnd: 1e6,
    home: -1e6,
    end: 1e6,
  }
  const by = action.type === 'screen' ? moves[action.command] : undefined
  if (by !== undefined) {
    const next = Math.min(lastHelpTop(state, context), Math.max(0, top + by))
    return { changes: [{ type: 'overlay', overlay: { kind: 'help', top: next } }], isTaken: true }
  }
  const isLeaving = action.type === 'screen' && ['escape', 'submit', 'interrupt', 'cancel'].includes(action.command)
  const isAgain = action.type === 'insert' && (action.text === '?' || action.text === 'q')
  return { changes: [CLOSE], isTaken: isLeaving || isAgain }
}

function pasteKey(state: ChatState, text: string, action: KeyAction): OverlayVerdict {
  const inserted: ScreenAction = { type: 'edited', editor: insertText(state.editor, text) }
  if (action.type === 'screen' && action.command === 'submit') return { changes: [CLOSE, inserted], isTaken: true, submits: true }
  if (action.type === 'edit' && action.command === 'lineEnd') return { changes: [CLOSE, inserted], isTaken: true }
  if (action.type === 'screen' && ['escape', 'interrupt', 'cancel'].includes(action.command))
    return { changes: [CLOSE], isTaken: true }
  return IGNORED
}

function searchKey(state: ChatState, search: HistorySearch, action: KeyAction): OverlayVerdict {
  const { entries } = state.recall
  if (action.type === 'insert') return searching(state, searchFor(entries, search, search.query + action.text))
  if (action.type === 'edit' && action.command === 'backspace') {
    return searching(
      state,
      searchFor(entries, search, search.query.slice(0, previousBoundary(search.query, search.query.length))),
    )
  }
  if (action.type === 'screen') {
    if (action.command === 'searchHistory') return searching(state, searchOlder(entries, search))
    if (action.command === 'submit') return { changes: [CLOSE], isTaken: true }
    if (['escape', 'interrupt', 'cancel'].includes(action.command)) {
      return { changes: [CLOSE, { type: 'edited', editor: setText(state.editor, search.draft) }], isTaken: true }
    }
  }
  return { changes: [CLOSE], isTaken: false }
}

/** The line found stands in the input, so that it is seen before it is taken. */
function searching(state: ChatState, search: HistorySearch): OverlayVerdict {
  const text = search.at === null ? search.draft : state.recall.entries[search.at]!
  return {
    changes: [
      { type: 'edited', editor: setText(state.editor, text) },
      { type: 'overlay', overlay: { kind: 'search', search } },
    ],
    isTaken: true,
  }
}
