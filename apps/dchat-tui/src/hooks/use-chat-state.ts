import { useSyncExternalStore } from 'react'
import type { ChatState } from '../state/model.ts'
import type { Store } from '../state/store.ts'

/** The state, now and after each change. */
export function useChatState(store: Store): ChatState {
  return useSyncExternalStore(store.subscribe, () => store.state)
}
