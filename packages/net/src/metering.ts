/** How much of one command a channel may carry. Wire: docs/wire.md, *Metering*. */

export interface MeteringConfiguration {
  /** Total live score from which senders sleep; 0 turns metering off. */
  readonly threshold: number
  /** Sleep per point above the threshold, in milliseconds. */
  readonly sleepStepMs: number
  /** Life of an entry, in milliseconds. */
  readonly expiryMs: number
}

/** No bound on how much of a command a channel may carry. Then `Channel.post` and `P2p.broadcast` send it at once. */
export const NO_METERING: MeteringConfiguration = { threshold: 0, sleepStepMs: 0, expiryMs: 0 }

/** Shared by all queues without entries: a node has more than ten queues a channel, and most of them rest. */
const NO_ENTRIES: readonly number[] = []

/** The live scores of one command in one direction of one channel. */
export class MeteringQueue {
  readonly configuration: MeteringConfiguration
  /** Time, score, time, score…, oldest first. At most a few dozen live: more than the thresholds is a ban. */
  #entries: readonly number[] = NO_ENTRIES
  #total = 0

  constructor(configuration: MeteringConfiguration) {
    this.configuration = configuration
  }

  /** Counts a message of `score` points at `nowMs` (monotonic). */
  push(score: number, nowMs: number): void {
    if (this.configuration.threshold === 0 || score === 0) return
    this.#dropExpired(nowMs)
    // Of the exact length, where push would keep room for sixteen more.
    this.#entries = this.#entries.concat([nowMs, score])
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
    const entries = this.#entries
    let expired = 0
    while (expired < entries.length && nowMs - entries[expired]! >= this.configuration.expiryMs) {
      this.#total -= entries[expired + 1]!
      expired += 2
    }
    if (expired > 0) this.#entries = expired === entries.length ? NO_ENTRIES : entries.slice(expired)
  }
}
