/** All that is known of one line, over the talk. Pure. */
import { detailRows } from '../view/detail-rows.ts'
import { lineKey } from './line-keys.ts'
import { isLeaving } from './overlay.ts'
import type { OverlayHandler } from './overlay.ts'
import { inSight, scrolledTop } from './scrolled-text.ts'

export const detail: OverlayHandler<'detail'> = {
  key({ overlay, state, size }, action) {
    const count = detailRows(overlay, state, size).length
    const top = scrolledTop({ top: overlay.top, count, height: size.height }, action)
    if (top !== undefined) return { changes: [{ type: 'overlay', overlay: { ...overlay, top } }], isTaken: true }
    const verdict = lineKey(overlay.message, action)
    if (verdict !== undefined) return verdict
    const isBack = isLeaving(action) || (action.type === 'action' && action.name === 'submit')
    return { changes: isBack ? [{ type: 'overlay', overlay: overlay.back }] : [], isTaken: true }
  },
  draw: ({ overlay, state, size }) => inSight(detailRows(overlay, state, size), overlay.top, size),
}
