/** Words that are looked for in the talk while they are typed. Pure. */
import type { ActionName } from '../input/action-table.ts'
import { previousBoundary } from '../input/graphemes.ts'
import { MAX_QUERY_CHARACTERS } from '../limits.ts'
import type { FindOverlay, ScreenAction } from '../state/model.ts'
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler, OverlayVerdict } from './overlay.ts'

const WAYS: Readonly<Partial<Record<ActionName, 'older' | 'newer'>>> = {
  'history-search': 'older',
  'input-up': 'older',
  find: 'newer',
  'input-down': 'newer',
}

export const find: OverlayHandler<'find'> = {
  key({ overlay }, action) {
    const { query } = overlay
    if (action.type === 'insert' || action.type === 'paste') {
      const text = (query + action.text.replaceAll(/\s+/gu, ' ')).slice(0, MAX_QUERY_CHARACTERS)
      return looking(overlay, { query: text })
    }
    if (action.type === 'wheel') return { changes: [], isTaken: false }
    const by = WAYS[action.name]
    if (by !== undefined) return { changes: [], isTaken: true, request: { type: 'find', by } }
    if (action.name === 'delete-left') return looking(overlay, { query: query.slice(0, previousBoundary(query, query.length)) })
    if (action.name === 'delete-line-start') return looking(overlay, { query: '' })
    if (action.name === 'complete') return looking(overlay, { isEverywhere: !overlay.isEverywhere })
    if (action.name === 'submit') return { changes: [CLOSE], isTaken: true }
    if (isLeaving(action)) return { changes: [CLOSE], isTaken: true, request: { type: 'return', to: overlay.origin } }
    return action.name.startsWith('scroll-') ? { changes: [], isTaken: false } : { changes: [CLOSE], isTaken: false }
  },
}

function looking(overlay: FindOverlay, change: Partial<FindOverlay>): OverlayVerdict {
  const changed: ScreenAction = { type: 'overlay', overlay: { ...overlay, outcome: 'idle', reason: null, ...change } }
  return { changes: [changed], isTaken: true, request: { type: 'find', by: 'typing' } }
}
