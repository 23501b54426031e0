/** Counts durations in buckets: what a histogram of a metric is made of. One comparison a bucket, two additions. */

/** From 100 µs to 10 s: what a commit on a fast disk takes, up to what no caller waits for. */
const BOUNDS_MS: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000]

export class DurationCounts {
  /** The upper bound of each bucket but the last, which takes what is above all, in milliseconds. */
  readonly boundsMs: readonly number[]
  readonly #counts: number[]
  #sumMs = 0

  constructor(boundsMs: readonly number[] = BOUNDS_MS) {
    this.boundsMs = boundsMs
    this.#counts = Array.from({ length: boundsMs.length + 1 }, () => 0)
  }

  /** How many fell into each bucket; the last is for what is above all bounds. */
  get counts(): readonly number[] {
    return this.#counts
  }

  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0)
  }

  get sumMs(): number {
    return this.#sumMs
  }

  add(durationMs: number): void {
    const { boundsMs } = this
    let bucket = 0
    while (bucket < boundsMs.length && durationMs > boundsMs[bucket]!) bucket += 1
    this.#counts[bucket]! += 1
    this.#sumMs += durationMs
  }
}
