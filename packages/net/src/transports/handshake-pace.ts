/** How often expensive work for strangers is begun. */
import type { Clock, Timer } from '@dchat/system'

const WINDOW_MS = 1_000

/**
 * Begins work at most so often in any second; what comes faster waits. The turn goes to who waits longest of the group that had
 * the fewest of the last turns, so that many of one group wait for each other. Bounded by its user, who cancels what it gives up.
 */
export class HandshakePace {
  readonly #clock: Clock
  readonly #maxPerSec: number
  /** The last `maxPerSec` that were begun, at monotonic times in milliseconds, the oldest first. */
  readonly #begun: { readonly atMs: number; readonly group: string }[] = []
  /** The group of each, in the order they came. */
  readonly #waiting = new Map<() => void, string>()
  #timer: Timer | undefined

  /** @param options.maxPerSec at least 1 */
  constructor(options: { maxPerSec: number }, deps: { clock: Clock }) {
    this.#maxPerSec = options.maxPerSec
    this.#clock = deps.clock
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Calls `run` now, or when its turn comes.
   * @param group - whose turns are shared
   * @returns gives the turn up; does nothing once `run` was called
   */
  begin(group: string, run: () => void): () => void {
    if (this.#waiting.size === 0 && this.#delayMs() <= 0) {
      this.#run(run, group)
      return () => {}
    }
    const turn = (): void => run()
    this.#waiting.set(turn, group)
    this.#timer ??= this.#clock.setTimer(this.#delayMs(), () => this.#onTurn())
    return () => this.#cancel(turn)
  }

  #onTurn(): void {
    this.#timer = undefined
    while (this.#waiting.size > 0) {
      const delayMs = this.#delayMs()
      if (delayMs > 0) {
        this.#timer = this.#clock.setTimer(delayMs, () => this.#onTurn())
        return
      }
      const [turn, group] = this.#next()
      this.#waiting.delete(turn)
      this.#run(turn, group)
    }
  }

  /** Of those that wait, of whom there is one at least. */
  #next(): [turn: () => void, group: string] {
    const counts = new Map<string, number>()
    for (const { group } of this.#begun) counts.set(group, (counts.get(group) ?? 0) + 1)
    const countOf = ([, group]: [unknown, string]): number => counts.get(group) ?? 0
    return [...this.#waiting].reduce((least, each) => (countOf(each) < countOf(least) ? each : least))
  }

  #cancel(turn: () => void): void {
    this.#waiting.delete(turn)
    if (this.#waiting.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #run(run: () => void, group: string): void {
    this.#begun.push({ atMs: this.#clock.monotonicMs(), group })
    if (this.#begun.length > this.#maxPerSec) this.#begun.shift()
    run()
  }

  /** Until the next may be begun; 0 or less when it may be now. */
  #delayMs(): number {
    const [oldest] = this.#begun
    if (oldest === undefined || this.#begun.length < this.#maxPerSec) return 0
    return oldest.atMs + WINDOW_MS - this.#clock.monotonicMs()
  }
}
