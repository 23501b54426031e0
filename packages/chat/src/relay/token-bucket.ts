/** How many of something may happen in a time. Times are monotonic milliseconds. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #filledMs: number

  /** @param perSecond what comes back in a second, up to `burst` */
  constructor(rate: { readonly perSecond: number; readonly burst: number }, nowMs: number) {
    this.#perMs = rate.perSecond / 1000
    this.#burst = rate.burst
    this.#tokens = rate.burst
    this.#filledMs = nowMs
  }

  /** How many may happen now: a whole number, 0 or more. */
  available(nowMs: number): number {
    this.#fill(nowMs)
    return Math.max(0, Math.floor(this.#tokens))
  }

  /** Counts `count`, which happen in any case. @returns in how many milliseconds the next may happen; 0: at once */
  take(count: number, nowMs: number): number {
    this.#fill(nowMs)
    this.#tokens -= count
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) / this.#perMs
  }

  #fill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#filledMs)
    this.#filledMs = nowMs
    this.#tokens = Math.min(this.#burst, this.#tokens + passedMs * this.#perMs)
  }
}
