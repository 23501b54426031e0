/** The list of lines that were searched for, over the talk. Pure. */
import type { KeyAction } from '../input/keys.ts'
import type { ResultsOverlay } from '../state/model.ts'
import { resultRows } from '../view/result-rows.ts'
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler, OverlayVerdict } from './overlay.ts'
import { rowsOf } from './scrolled-text.ts'

export const results: OverlayHandler<'results'> = {
  key({ overlay, state, size }, action) {
    const by = rowsOf(action, Math.max(1, size.height - 2))
    if (by !== undefined) return moved(overlay, by)
    const message = overlay.messages[overlay.at]
    if (isLetter(action, 'c') && message !== undefined) return { changes: [], isTaken: true, request: { type: 'copy', message } }
    if (isLetter(action, 'q') || isLeaving(action))
      return { changes: [CLOSE], isTaken: true, request: { type: 'return', to: overlay.origin } }
    if (action.type !== 'action') return { changes: [], isTaken: true }
    if (action.name === 'submit' && message !== undefined)
      return { changes: [], isTaken: true, request: { type: 'goTo', message, back: overlay } }
    if (action.name !== 'complete') return { changes: [], isTaken: true }
    return { changes: [], isTaken: true, request: { type: 'resultsOf', room: overlay.room === null ? state.room : null } }
  },
  draw: ({ overlay, state, size }) => resultRows(overlay, state, size),
}

function moved(overlay: ResultsOverlay, by: number): OverlayVerdict {
  const at = Math.min(overlay.messages.length - 1, Math.max(0, overlay.at + by))
  const isAtTop = at === 0 && by < 0 && overlay.more && !overlay.isAsking
  const changes = [{ type: 'overlay', overlay: { ...overlay, at, isAsking: overlay.isAsking || isAtTop } }] as const
  return isAtTop ? { changes, isTaken: true, request: { type: 'moreResults' } } : { changes, isTaken: true }
}

function isLetter(action: KeyAction, letter: string): boolean {
  return action.type === 'insert' && action.text === letter
}
