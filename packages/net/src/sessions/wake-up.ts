/** Lets a task wait until another says so. */
import type { Clock } from '@dchat/system'

/** A wake-up while nobody waits is remembered once. */
export class WakeUp {
  #isSet = false
  readonly #waiters = new Set<() => void>()

  /** Ends every wait. */
  wake(): void {
    this.#isSet = true
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const waiter of waiters) waiter()
  }

  /** Whether there was a wake-up that nobody waited for; it is forgotten then. */
  take(): boolean {
    const isSet = this.#isSet
    this.#isSet = false
    return isSet
  }

  /** @throws the signal's reason when it aborts first */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (!this.#isSet) await this.#woken(signal)
    this.#isSet = false
  }

  /**
   * Waits at most `ms`.
   * @returns whether there was a wake-up
   * @throws the signal's reason when it aborts first
   */
  async waitWithin(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
    const tooLate = new AbortController()
    const timer = clock.setTimer(ms, () => tooLate.abort())
    try {
      await this.wait(AbortSignal.any([signal, tooLate.signal]))
      return true
    } catch {
      signal.throwIfAborted()
      return false
    } finally {
      timer.cancel()
    }
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onWake = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        this.#waiters.delete(onWake)
        reject(signal.reason as Error)
      }
      this.#waiters.add(onWake)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }
}
