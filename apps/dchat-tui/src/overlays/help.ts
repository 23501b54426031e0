/** The help over the talk. Pure. */
import { helpSections } from '../commands/help-text.ts'
import { keyMapWith } from '../input/key-map.ts'
import type { KeyBindings } from '../input/key-map.ts'
import { helpRows } from '../view/help-rows.ts'
import type { Row } from '../view/item-rows.ts'

import { CLOSE, isLeaving } from './overlay.ts'
import type { OverlayHandler, OverlaySize } from './overlay.ts'
import { inSight, scrolledTop } from './scrolled-text.ts'

export const help: OverlayHandler<'help'> = {
  key({ state, overlay, size }, action) {
    const top = scrolledTop({ top: overlay.top, count: rowsOf(size, state.settings.keys).length, height: size.height }, action)
    if (top !== undefined) return { changes: [{ type: 'overlay', overlay: { kind: 'help', top } }], isTaken: true }
    const isAgain = action.type === 'insert' && (action.text === '?' || action.text === 'q')
    const isEnter = action.type === 'action' && action.name === 'submit'
    return { changes: [CLOSE], isTaken: isLeaving(action) || isAgain || isEnter }
  },
  draw: ({ state, overlay, size }) => inSight(rowsOf(size, state.settings.keys), overlay.top, size),
}

function rowsOf({ columns, glyphs }: OverlaySize, bindings: KeyBindings): Row[] {
  return helpRows(helpSections(glyphs, keyMapWith(bindings)), columns)
}
