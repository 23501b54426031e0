/** Which posts reconciliations ask for, over all channels: nobody is asked for what another is, unless that one lets it wait. Facts: docs/chat.md, *History*. */
import { HISTORY_LIMITS } from './history-limits.ts'

const HANDOVER_MS = HISTORY_LIMITS.FETCH_HANDOVER_MS.value

interface Ask {
  /** Monotonic time from which somebody asks for it. */
  readonly sinceMs: number
  askers: number
}

/** By `idKey`. Holds what is asked for, and nothing else. */
export class SharedAsks {
  readonly #asks = new Map<string, Ask>()

  get size(): number {
    return this.#asks.size
  }

  /**
   * Whether the caller is to ask for the post: nobody does, or whoever does has let it wait. Once it has waited, everybody that
   * offers it is asked, so that no chain of liars holds it back.
   * @param nowMs monotonic @returns true: the caller has to `leave`, unless the post is settled
   */
  join(key: string, nowMs: number): boolean {
    const ask = this.#asks.get(key)
    if (ask === undefined) {
      this.#asks.set(key, { sinceMs: nowMs, askers: 1 })
      return true
    }
    if (nowMs - ask.sinceMs < HANDOVER_MS) return false
    ask.askers += 1
    return true
  }

  /** The caller does not ask for it any more. */
  leave(key: string): void {
    const ask = this.#asks.get(key)
    if (ask === undefined) return
    ask.askers -= 1
    if (ask.askers === 0) this.#asks.delete(key)
  }

  /** The post has come. */
  settle(key: string): void {
    this.#asks.delete(key)
  }
}
