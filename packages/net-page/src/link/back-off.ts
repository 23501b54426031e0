/** How long to wait before the next try: twice as long after each, and never with all other pages at once. Pure but for `random`. */
import { RETRY_FIRST_MS, RETRY_LONGEST_MS } from '../limits.ts'

export class BackOff {
  readonly #random: () => number
  #tries = 0

  /** @param random gives 0 to 1 */
  constructor(random: () => number) {
    this.#random = random
  }

  /** Milliseconds: half of the wait for certain, the rest by chance. */
  next(): number {
    const wait = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** this.#tries)
    this.#tries = Math.min(this.#tries + 1, 10)
    return Math.round(wait * (0.5 + this.#random() / 2))
  }

  /** It went well: the next wait is the first again. */
  reset(): void {
    this.#tries = 0
  }
}
