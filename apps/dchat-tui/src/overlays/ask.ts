/** A question whose answer is no, unless it is said to be yes. Pure. */
import type { KeyAction } from '../input/keys.ts'
import { CLOSE } from './overlay.ts'
import type { OverlayHandler } from './overlay.ts'

export const ask: OverlayHandler<'ask'> = {
  /** A slash in an empty input may begin `/yes`: the question stays open until the line is sent. */
  key({ state, overlay }, action) {
    if (state.editor.text === '' && action.type === 'insert' && action.text.startsWith('/'))
      return { changes: [CLOSE], isTaken: false }
    const isAlways = overlay.canRemember === true && action.type === 'insert' && /^a$/iu.test(action.text)
    return { changes: [CLOSE], isTaken: true, answer: isAlways ? 'always' : isYes(action) ? 'yes' : 'no' }
  },
}

/** Anything else is no, so that no key that was meant for something else says yes. */
function isYes(action: KeyAction): boolean {
  return action.type === 'insert' && /^y(?:es)?$/iu.test(action.text)
}
