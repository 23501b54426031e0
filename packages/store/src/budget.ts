/** What one slice of background work may still do, so that with its commit the loop is blocked for less than 10 ms. */
import type { Clock } from '@dchat/system'
import { SLICE_LINES, SLICE_MS } from './limits.ts'

/** So many steps, for so long. Spent once, it stays spent. */
export class Budget {
  readonly #clock: Clock
  readonly #deadlineMs: number
  #steps = SLICE_LINES

  constructor(clock: Clock) {
    this.#clock = clock
    this.#deadlineMs = clock.monotonicMs() + SLICE_MS
  }

  /**
   * Takes one step out of the budget; false when it is spent. The first is always there, so that slices go on however long what comes
   * before it took. The clock is asked for one step in 16.
   */
  take(): boolean {
    if (this.#steps === 0) return false
    if (this.#steps < SLICE_LINES && this.#steps % 16 === 0 && this.#clock.monotonicMs() >= this.#deadlineMs) {
      this.#steps = 0
      return false
    }
    this.#steps -= 1
    return true
  }
}
