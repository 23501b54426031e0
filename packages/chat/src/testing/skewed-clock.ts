/** A wall clock that is wrong, and may be set; durations are right. */
import type { Clock, Timer } from '@dchat/system'

export class SkewedClock implements Clock {
  readonly #clock: Clock
  /** How much it goes ahead; negative: behind. */
  aheadMs: number

  /** @param aheadMs how much it goes ahead; negative: behind */
  constructor(clock: Clock, aheadMs: number) {
    this.#clock = clock
    this.aheadMs = aheadMs
  }

  nowMs(): number {
    return this.#clock.nowMs() + this.aheadMs
  }

  nowNs(): bigint {
    return this.#clock.nowNs() + BigInt(this.aheadMs) * 1_000_000n
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs()
  }

  setTimer(delayMs: number, run: () => void, options?: { background?: boolean }): Timer {
    return this.#clock.setTimer(delayMs, run, options)
  }

  defer(run: () => void): void {
    this.#clock.defer(run)
  }
}
