/** The quick switcher: goes to a room or a person by a few letters of the name. Pure. */
import { previousBoundary } from '../input/graphemes.ts'
import { MAX_SWITCHER_QUERY } from '../limits.ts'
import { destinations } from '../state/switcher.ts'
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler, OverlayVerdict } from './overlay.ts'

/** Places up or down of each action. */
const MOVES: Readonly<Record<string, number>> = {
  'input-up': -1,
  'input-down': 1,
  'complete-back': -1,
  complete: 1,
  'room-previous': -1,
  'room-next': 1,
}

export const switcher: OverlayHandler<'switcher'> = {
  key({ state, overlay: { query, at } }, action) {
    if (action.type === 'wheel') return showing(query, at)
    if (action.type !== 'action') {
      const typed = `${query}${action.text.replaceAll(/\s+/gu, ' ')}`
      return showing(typed.slice(0, MAX_SWITCHER_QUERY), 0)
    }
    const places = destinations(state, query)
    const by = MOVES[action.name]
    if (by !== undefined) return showing(query, places.length === 0 ? 0 : (at + by + places.length) % places.length)
    if (action.name === 'delete-left') return showing(query.slice(0, previousBoundary(query, query.length)), 0)
    if (action.name === 'delete-line-start' || action.name === 'delete-blank-left') return showing('', 0)
    const place = places[at]
    if (action.name === 'submit')
      return place === undefined ? showing(query, at) : { changes: [CLOSE], isTaken: true, goesTo: place }
    if (isLeaving(action) || action.name === 'open-switcher') return { changes: [CLOSE], isTaken: true }
    return { changes: [CLOSE], isTaken: false }
  },
}

function showing(query: string, at: number): OverlayVerdict {
  return { changes: [{ type: 'overlay', overlay: { kind: 'switcher', query, at } }], isTaken: true }
}
