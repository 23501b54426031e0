import type { Store } from '../state/store.ts'
import type { ChatState } from '../state/model.ts'

/** Resolves once `holds`, looking after each turn of the event loop; the test's own time limit is the only one. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Resolves once the state of `store` is so. */
export function stateWhere(store: Store, holds: (state: ChatState) => boolean): Promise<ChatState> {
  return new Promise((resolve) => {
    const check = (): boolean => {
      if (!holds(store.state)) return false
      unsubscribe()
      resolve(store.state)
      return true
    }
    const unsubscribe = store.subscribe(check)
    check()
  })
}
