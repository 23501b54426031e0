/** How often expensive work for strangers is begun. */
import type { Clock, Timer } from '@dchat/system'

const WINDOW_MS = 1_000

/**
 * Begins work at most so often in any second; what comes faster waits in turn. Bounded by its user, who cancels what it
 * gives up.
 */
export class HandshakePace {
  readonly #clock: Clock
  readonly #maxPerSec: number
  /** When the last `maxPerSec` were begun, in monotonic milliseconds, the oldest first. */
  readonly #begunMs: number[] = []
  readonly #waiting = new Set<() => void>()
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
   * @returns gives the turn up; does nothing once `run` was called
   */
  begin(run: () => void): () => void {
    if (this.#waiting.size === 0 && this.#delayMs() <= 0) {
      this.#run(run)
      return () => {}
    }
    const turn = (): void => run()
    this.#waiting.add(turn)
    this.#timer ??= this.#clock.setTimer(this.#delayMs(), () => this.#onTurn())
    return () => this.#cancel(turn)
  }

  #onTurn(): void {
    this.#timer = undefined
    for (const turn of this.#waiting) {
      const delayMs = this.#delayMs()
      if (delayMs > 0) {
        this.#timer = this.#clock.setTimer(delayMs, () => this.#onTurn())
        return
      }
      this.#waiting.delete(turn)
      this.#run(turn)
    }
  }

  #cancel(turn: () => void): void {
    this.#waiting.delete(turn)
    if (this.#waiting.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #run(run: () => void): void {
    this.#begunMs.push(this.#clock.monotonicMs())
    if (this.#begunMs.length > this.#maxPerSec) this.#begunMs.shift()
    run()
  }

  /** Until the next may be begun; 0 or less when it may be now. */
  #delayMs(): number {
    const [oldest = 0] = this.#begunMs
    return this.#begunMs.length < this.#maxPerSec ? 0 : oldest + WINDOW_MS - this.#clock.monotonicMs()
  }
}
