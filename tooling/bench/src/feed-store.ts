/** Feeds a message store as a socket and the relay do. */
import type { MessageStore } from '@dchat/store'

/**
 * Gives `items` to `add` until it says false, then again after the store's drain; resolves when all of them are committed.
 * @param add `MessageStore.add` or `PostStore.add`
 */
export async function feedStore<T>(store: MessageStore, items: Iterable<T>, add: (item: T) => boolean): Promise<void> {
  const waiting = items[Symbol.iterator]()
  await new Promise<void>((resolve) => {
    const more = (): void => {
      for (let next = waiting.next(); next.done !== true; next = waiting.next()) if (!add(next.value)) return
      stop()
      resolve()
    }
    const stop = store.onDrain(() => setImmediate(more))
    more()
  })
  await store.flush()
}
