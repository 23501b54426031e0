/** How much of one command a channel may carry. Wire: docs/wire.md, *Metering*. */

export interface MeteringConfiguration {
  /** Total live score from which senders sleep; 0 turns metering off. */
  readonly threshold: number
  /** Sleep per point above the threshold, in milliseconds. */
  readonly sleepStepMs: number
  /** Life of an entry, in milliseconds. */
  readonly expiryMs: number
}

export const NO_METERING: MeteringConfiguration = { threshold: 0, sleepStepMs: 0, expiryMs: 0 }

/** The live scores of one command in one direction of one channel. */
export class MeteringQueue {
  readonly configuration: MeteringConfiguration
  /** Times and scores of entries, oldest first. At most a few dozen live: more than the thresholds is a ban. */
  #times: number[] = []
  #scores: number[] = []
  #total = 0

  constructor(configuration: MeteringConfiguration) {
    this.configuration = configuration
  }

  /** Counts a message of `score` points at `nowMs` (monotonic). */
  push(score: number, nowMs: number): void {
    if (this.configuration.threshold === 0 || score === 0) return
    this.#dropExpired(nowMs)
    this.#times.push(nowMs)
    this.#scores.push(score)
    this.#total += score
  }

  /** The sum of the live scores. */
  total(nowMs: number): number {
    this.#dropExpired(nowMs)
    return this.#total
  }

  /** `(total − threshold) × step`: 0 below or at the threshold. A sender waits twice that. */
  sleepMs(nowMs: number): number {
    const { threshold, sleepStepMs } = this.configuration
    if (threshold === 0) return 0
    const total = this.total(nowMs)
    return total < threshold ? 0 : (total - threshold) * sleepStepMs
  }

  #dropExpired(nowMs: number): void {
    let expired = 0
    while (expired < this.#times.length && nowMs - this.#times[expired]! >= this.configuration.expiryMs) {
      this.#total -= this.#scores[expired]!
      expired += 1
    }
    if (expired === 0) return
    this.#times = this.#times.slice(expired)
    this.#scores = this.#scores.slice(expired)
  }
}
