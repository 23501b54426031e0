/** Notices that the machine's clock was put right, after posts were refused because they lay ahead of it. */
import type { Clock, Timer } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'

const LOOK_MS = HISTORY_LIMITS.EARLY_LOOK_MS.value
const SET_LEAST_MS = HISTORY_LIMITS.EARLY_SET_LEAST_MS.value
/** A reconciliation reaches what is older than so many whole seconds. */
const REACHED_MS = HISTORY_LIMITS.SYNC_YOUNGEST_MS.value + 1_000

export interface EarlyWatchDeps {
  readonly clock: Clock
  /** The clock was set forward since a post was refused, by so much; what was refused is old enough to be reconciled. */
  onSetForward(byMs: number): void
}

/** Holds a timer from the first refusal on, until the clock was set or `stop`. */
export class EarlyWatch {
  readonly #deps: EarlyWatchDeps
  /** What the wall clock was ahead of monotonic time, least of all times at which a post was refused. */
  #leastMs = Infinity
  /** Monotonic time at which a post was refused last. */
  #lastMs = -Infinity
  #timer: Timer | undefined

  constructor(deps: EarlyWatchDeps) {
    this.#deps = deps
  }

  /** A post was refused. */
  note(): void {
    this.#leastMs = Math.min(this.#leastMs, this.#aheadMs)
    this.#lastMs = this.#deps.clock.monotonicMs()
    this.#timer ??= this.#lookLater()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#leastMs = Infinity
  }

  get #aheadMs(): number {
    const { clock } = this.#deps
    return clock.nowMs() - clock.monotonicMs()
  }

  #lookLater(): Timer {
    return this.#deps.clock.setTimer(LOOK_MS, () => this.#look(), { background: true })
  }

  #look(): void {
    const byMs = this.#aheadMs - this.#leastMs
    if (byMs < SET_LEAST_MS || this.#deps.clock.monotonicMs() - this.#lastMs < REACHED_MS) {
      this.#timer = this.#lookLater()
      return
    }
    this.stop()
    this.#deps.onSetForward(byMs)
  }
}
