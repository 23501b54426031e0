/** Long work in turns of the event loop. */
import type { Clock } from '@dchat/system'
import { SEARCH_TURN_MS, SEARCH_TURN_STEPS } from '../limits.ts'

/** So many steps, for so long, then the loop goes on first. */
export class Turns {
  readonly #clock: Clock
  readonly #checkOpen: () => void
  #deadlineMs = 0
  #steps = 0

  /** @param checkOpen throws when the work has to end; asked at the begin of each turn */
  constructor(clock: Clock, checkOpen: () => void) {
    this.#clock = clock
    this.#checkOpen = checkOpen
    this.#begin()
  }

  get nowMs(): number {
    return this.#clock.monotonicMs()
  }

  get isSpent(): boolean {
    return this.#steps <= 0 || this.#clock.monotonicMs() >= this.#deadlineMs
  }

  /** Takes `steps` out of the turn; false when it is spent. The clock is asked for one step in 16. */
  take(steps = 1): boolean {
    const before = this.#steps
    this.#steps -= steps
    if (this.#steps <= 0) return false
    return before >> 4 === this.#steps >> 4 || this.#clock.monotonicMs() < this.#deadlineMs
  }

  /** Resolves in the next turn. @throws what `checkOpen` throws */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.defer(resolve))
    this.#checkOpen()
    this.#begin()
  }

  #begin(): void {
    this.#deadlineMs = this.#clock.monotonicMs() + SEARCH_TURN_MS
    this.#steps = SEARCH_TURN_STEPS
  }
}
