/** Whether a paste of many lines is meant. Pure. */
import { insertText } from '../input/editor.ts'
import type { ScreenAction } from '../state/model.ts'
import { CLOSE, IGNORED, isLeaving } from './overlay.ts'
import type { OverlayHandler } from './overlay.ts'

export const paste: OverlayHandler<'paste'> = {
  key({ state, overlay }, action) {
    const inserted: ScreenAction = { type: 'edited', editor: insertText(state.editor, overlay.text) }
    if (action.type !== 'action') return IGNORED
    if (action.name === 'submit' && overlay.fits) return { changes: [CLOSE, inserted], isTaken: true, submits: true }
    if (action.name === 'line-end') return { changes: [CLOSE, inserted], isTaken: true }
    return isLeaving(action) ? { changes: [CLOSE], isTaken: true } : IGNORED
  },
}
