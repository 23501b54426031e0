/** In-process events with one type map a publisher. */

/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void

/**
 * Calls its listeners at once, in the order they came. A listener that throws does not keep the others from hearing:
 * the error goes to `onListenerError`.
 */
export class Publisher<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>()
  readonly #onListenerError: (error: unknown) => void

  /** @param onListenerError - told of what a listener threw */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError
  }

  /** Hears every later `event` until the returned function is called. */
  subscribe<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): Unsubscribe {
    const set = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, set)
    set.add(listener)
    return () => set.delete(listener)
  }

  /** Calls the listeners of `event`. */
  publish<E extends keyof Events>(event: E, payload: Events[E]): void {
    const set = this.#listeners.get(event)
    if (set === undefined) return
    for (const listener of set as Set<(payload: Events[E]) => void>) {
      try {
        listener(payload)
      } catch (error) {
        this.#onListenerError(error)
      }
    }
  }

  /** How many listeners there are for `event`, or for all events. */
  listenerCount(event?: keyof Events): number {
    if (event !== undefined) return this.#listeners.get(event)?.size ?? 0
    let count = 0
    for (const set of this.#listeners.values()) count += set.size
    return count
  }

  /**
   * Resolves with the next `event` that `matches` (any, by default).
   * @throws the signal's reason when `signal` aborts first.
   */
  once<E extends keyof Events>(event: E, signal: AbortSignal, matches?: (payload: Events[E]) => boolean): Promise<Events[E]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error)
        return
      }
      const onAbort = (): void => {
        unsubscribe()
        reject(signal.reason as Error)
      }
      const unsubscribe = this.subscribe(event, (payload) => {
        if (matches !== undefined && !matches(payload)) return
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
        resolve(payload)
      })
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }
}
