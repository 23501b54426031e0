import { useEffect } from 'react'
import type { ChatState } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import type { TalkView } from '../view/screen.ts'

/** Follows the newest line again once it is on screen, however it came there. */
export function useFollow(store: Store, state: ChatState, view: TalkView): void {
  const { talk, scroll, loading } = shownView(state)
  const isBack = scroll !== 'end' && view.viewport.isAtEnd && !talk.hasNewer && loading === null
  useEffect(() => {
    if (isBack) store.dispatch({ type: 'scrolled', scroll: 'end' })
  }, [isBack, store])
}
