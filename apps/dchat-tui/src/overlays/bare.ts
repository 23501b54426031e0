/** The talk as plain text, which `buildScreen` draws in place of the talk: what scrolls the talk scrolls it. Pure. */
import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler } from './overlay.ts'

export const bare: OverlayHandler<'bare'> = {
  key(_place, action) {
    if (action.type === 'wheel') return { changes: [], isTaken: false }
    if (action.type !== 'action')
      return { changes: action.type === 'insert' && action.text === 'q' ? [CLOSE] : [], isTaken: true }
    if (action.name === 'bare-view' || action.name === 'submit' || isLeaving(action)) return { changes: [CLOSE], isTaken: true }
    const isScroll = action.name.startsWith('scroll-') || ['home', 'end', 'redraw'].includes(action.name)
    return { changes: [], isTaken: !isScroll }
  },
}
