/** Keys while earlier input lines are searched. Pure. */
import { setText } from '../input/editor.ts'
import { previousBoundary } from '../input/graphemes.ts'
import { searchFor, searchOlder } from '../input/history-search.ts'
import type { HistorySearch } from '../input/history-search.ts'
import type { ChatState } from '../state/model.ts'
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler, OverlayVerdict } from './overlay.ts'

export const historySearch: OverlayHandler<'search'> = {
  key({ state, overlay: { search } }, action) {
    const { entries } = state.recall
    if (action.type === 'insert') return searching(state, searchFor(entries, search, search.query + action.text))
    if (action.type !== 'action') return { changes: [CLOSE], isTaken: false }
    if (action.name === 'delete-left') {
      const shorter = search.query.slice(0, previousBoundary(search.query, search.query.length))
      return searching(state, searchFor(entries, search, shorter))
    }
    if (action.name === 'history-search') return searching(state, searchOlder(entries, search))
    if (action.name === 'submit') return { changes: [CLOSE], isTaken: true }
    if (isLeaving(action))
      return { changes: [CLOSE, { type: 'edited', editor: setText(state.editor, search.draft) }], isTaken: true }
    return { changes: [CLOSE], isTaken: false }
  },
}

/** The line found stands in the input, so that it is seen before it is taken. */
function searching(state: ChatState, search: HistorySearch): OverlayVerdict {
  const text = search.at === null ? search.draft : state.recall.entries[search.at]!.text
  return {
    changes: [
      { type: 'edited', editor: setText(state.editor, text) },
      { type: 'overlay', overlay: { kind: 'search', search } },
    ],
    isTaken: true,
  }
}
