/** The network view over the talk. Pure. */
import { headingRows, netRows } from '../network/net-rows.ts'
import type { NetPlace } from '../network/net-rows.ts'
import { EMPTY_NET } from '../network/net-status.ts'
import type { NetView } from '../network/net-status.ts'
import type { ChatState } from '../state/model.ts'
import type { Row } from '../view/item-rows.ts'
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler, OverlaySize, OverlayVerdict } from './overlay.ts'
import { inSight, lastTop, scrolledTop } from './scrolled-text.ts'

export const net: OverlayHandler<'net'> = {
  key({ state, overlay, size }, action) {
    const rows = rowsOf(state, size)
    const last = lastTop(rows.length, size.height)
    const top = Math.min(last, overlay.top ?? last)
    const scrolled = scrolledTop({ top, count: rows.length, height: size.height }, action)
    if (scrolled !== undefined) return showing(scrolled, last)
    if (action.type === 'action') {
      if (action.name === 'complete') return showing(headingRows(rows).find((row) => row > top) ?? last, last)
      if (action.name === 'complete-back') return showing(headingRows(rows).findLast((row) => row < top) ?? 0, last)
    }
    const isAgain = action.type === 'action' && (action.name === 'open-network' || action.name === 'submit')
    const isQ = action.type === 'insert' && action.text === 'q' && state.editor.text === ''
    if (isLeaving(action) || isAgain || isQ) return { changes: [CLOSE], isTaken: true }
    const isRedraw = action.type === 'action' && action.name === 'redraw'
    return { changes: isRedraw ? [] : [CLOSE], isTaken: false }
  },
  draw: ({ state, overlay, size }) => {
    const rows = rowsOf(state, size)
    return inSight(rows, overlay.top ?? rows.length, size)
  },
}

/** At the end it stays there: the newest event comes last. */
function showing(top: number, last: number): OverlayVerdict {
  const isEnd = top >= last && last > 0
  return { changes: [{ type: 'overlay', overlay: { kind: 'net', top: isEnd ? null : Math.min(top, last) } }], isTaken: true }
}

/** The rows of a view as it was drawn last: a key asks for them again, and a busy node has hundreds. */
const drawn = new WeakMap<NetView, { readonly place: NetPlace; readonly rows: Row[] }>()

function rowsOf(state: ChatState, { columns, glyphs }: OverlaySize): Row[] {
  const view = state.net ?? EMPTY_NET
  const { link } = state
  const isOld = view.status === null ? '' : ': what stands here is what it told last'
  const away = link.at === 'away' ? `the daemon is away${isOld}` : null
  const place: NetPlace = { columns, glyphs, now: Math.max(view.at, state.nowMs), away }
  const known = drawn.get(view)
  if (known !== undefined && isSamePlace(known.place, place)) return known.rows
  const rows = netRows(view, place)
  drawn.set(view, { place, rows })
  return rows
}

function isSamePlace(a: NetPlace, b: NetPlace): boolean {
  return a.columns === b.columns && a.glyphs === b.glyphs && a.now === b.now && a.away === b.away
}
