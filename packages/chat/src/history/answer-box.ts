/** Holds the one answer that a session awaits. */
import type { Clock } from '@dchat/system'

export class AnswerBox<T> {
  #answer: T | undefined
  #wake: (() => void) | undefined

  /** @returns false when one is there that was not taken: this one is dropped */
  put(answer: T): boolean {
    if (this.#answer !== undefined) return false
    this.#answer = answer
    this.#wake?.()
    return true
  }

  /**
   * The answer, as soon as it is there; undefined when none comes within `ms`.
   * @throws the signal's reason
   */
  async take(clock: Clock, ms: number, signal: AbortSignal): Promise<T | undefined> {
    signal.throwIfAborted()
    if (this.#answer === undefined) await this.#change(clock, ms, signal)
    signal.throwIfAborted()
    const answer = this.#answer
    this.#answer = undefined
    return answer
  }

  #change(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined
        timer.cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = clock.setTimer(ms, wake)
      signal.addEventListener('abort', wake, { once: true })
      this.#wake = wake
    })
  }
}
