/** One pending call, at once or after a delay: never one for each message. */
import type { Clock, Timer } from '@dchat/system'

export class TurnTimer {
  readonly #clock: Clock
  readonly #run: () => void
  #immediate: NodeJS.Immediate | undefined
  #timer: Timer | undefined

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock
    this.#run = run
  }

  /** Calls in the next turn of the loop (0 or less) or after `delayMs`; a call that is due earlier stays. */
  in(delayMs: number): void {
    if (this.#immediate !== undefined) return
    if (delayMs <= 0) {
      this.#timer?.cancel()
      this.#timer = undefined
      this.#immediate = setImmediate(() => this.#fire())
    } else {
      this.#timer ??= this.#clock.setTimer(delayMs, () => this.#fire())
    }
  }

  cancel(): void {
    if (this.#immediate !== undefined) clearImmediate(this.#immediate)
    this.#timer?.cancel()
    this.#immediate = undefined
    this.#timer = undefined
  }

  #fire(): void {
    this.cancel()
    this.#run()
  }
}
