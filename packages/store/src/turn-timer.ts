/** One pending call, at once or after a delay: never one for each message. */
import type { Clock, Timer } from '@dchat/system'

export class TurnTimer {
  readonly #clock: Clock
  readonly #run: () => void
  /** The call at the end of this turn; another object, or none, once it was cancelled. */
  #atOnce: object | undefined
  #timer: Timer | undefined

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock
    this.#run = run
  }

  /** Calls in the next turn of the loop (0 or less) or after `delayMs`; a call that is due earlier stays. */
  in(delayMs: number): void {
    if (this.#atOnce !== undefined) return
    if (delayMs <= 0) {
      this.#timer?.cancel()
      this.#timer = undefined
      const call = {}
      this.#atOnce = call
      this.#clock.defer(() => {
        if (this.#atOnce === call) this.#fire()
      })
    } else {
      this.#timer ??= this.#clock.setTimer(delayMs, () => this.#fire())
    }
  }

  cancel(): void {
    this.#timer?.cancel()
    this.#atOnce = undefined
    this.#timer = undefined
  }

  #fire(): void {
    this.cancel()
    this.#run()
  }
}
