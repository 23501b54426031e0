/** Whether a line is to wait for peers while there are none: asked once, as long as there are none. Pure. */
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler } from './overlay.ts'

export const hold: OverlayHandler<'hold'> = {
  key(_place, action) {
    if (action.type === 'action' && action.name === 'submit')
      return { changes: [CLOSE, { type: 'holdAgreed' }], isTaken: true, submits: true }
    return { changes: [CLOSE], isTaken: isLeaving(action) }
  },
}
