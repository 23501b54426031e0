/** Counts something against so many a second, with a burst (GCRA). */

export interface Rate {
  /** Above 0. */
  readonly perSecond: number
  /** How many may come at once, at least 1. */
  readonly burst: number
}

/** Of a sum of intervals, so that who waits as long as told is let in. */
const ROUNDING_MS = 1e-3

/** Times are monotonic milliseconds. */
export class RateLimiter {
  readonly #intervalMs: number
  readonly #toleranceMs: number
  /** When the next would be due if they came evenly. */
  #dueMs: number

  constructor({ perSecond, burst }: Rate, nowMs: number) {
    this.#intervalMs = 1_000 / perSecond
    this.#toleranceMs = (burst - 1) * this.#intervalMs
    this.#dueMs = nowMs
  }

  /** Takes one, if there is one. @returns 0 when it was taken, else the milliseconds until there is one */
  take(nowMs: number): number {
    const earlyMs = this.#dueMs - nowMs - this.#toleranceMs
    if (earlyMs > ROUNDING_MS) return Math.ceil(earlyMs - ROUNDING_MS)
    this.#dueMs = Math.max(this.#dueMs, nowMs) + this.#intervalMs
    return 0
  }
}
