/** Whether somebody looks at the end of the room that is shown. Pure. */
import { isTalkCovered } from '../overlays/index.ts'
import type { ChatState } from './model.ts'
import { shownView } from './selectors.ts'

/** The terminal has the keyboard, and the newest line is in sight. */
export function isBeingRead(state: ChatState): boolean {
  const { talk, scroll, isLoaded } = shownView(state)
  const isEndShown = isLoaded && scroll === 'end' && !talk.hasNewer && !isTalkCovered(state)
  return state.isFocused && state.link.at === 'ready' && isEndShown
}
