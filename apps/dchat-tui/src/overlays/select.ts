/** A line of the talk that is picked out: the talk stays in sight, with the line marked. Pure. */
import type { ActionName } from '../input/action-table.ts'
import { lineKey } from './line-keys.ts'
import { CLOSE, IGNORED, isLeaving } from './overlay.ts'
import type { OverlayHandler } from './overlay.ts'

const MOVES: Readonly<Partial<Record<ActionName, 1 | -1>>> = {
  'select-up': -1,
  'input-up': -1,
  'select-down': 1,
  'input-down': 1,
}

export const select: OverlayHandler<'select'> = {
  key({ overlay }, action) {
    const { message, back } = overlay
    const verdict = lineKey(message, action)
    if (verdict !== undefined) return verdict
    if (action.type === 'insert') return IGNORED
    if (action.type === 'wheel') return { changes: [], isTaken: false }
    if (action.type === 'paste') return { changes: [CLOSE], isTaken: false }
    const by = MOVES[action.name]
    if (by !== undefined) return { changes: [], isTaken: true, request: { type: 'select', by } }
    if (action.name === 'submit') return { changes: [], isTaken: true, request: { type: 'detail', message, back: overlay } }
    if (isLeaving(action)) return { changes: [{ type: 'overlay', overlay: back }], isTaken: true }
    return action.name.startsWith('scroll-') ? { changes: [], isTaken: false } : { changes: [CLOSE], isTaken: false }
  },
}
