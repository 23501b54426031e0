/** One place that the outbound session keeps filled. */

export type SlotState =
  | { readonly at: 'sleeping' }
  | { readonly at: 'connecting'; readonly url: string }
  | { readonly at: 'connected'; readonly url: string; readonly channelId: number }
  | { readonly at: 'stopped' }

/** A slot's number and what it does now. */
export class Slot {
  /** Counts from 0, as dnet shows it. */
  readonly index: number
  state: SlotState = { at: 'stopped' }

  constructor(index: number) {
    this.index = index
  }

  /** The id of the slot's channel, 0 while it has none. */
  get channelId(): number {
    return this.state.at === 'connected' ? this.state.channelId : 0
  }
}

/** Lets one task wait until another says so; a wake-up while nobody waits is remembered once. */
export class WakeUp {
  #isSet = false
  #waiters: (() => void)[] = []

  wake(): void {
    this.#isSet = true
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }

  /** @throws the signal's reason when it aborts first */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (!this.#isSet) {
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason as Error)
        signal.addEventListener('abort', onAbort, { once: true })
        this.#waiters.push(() => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        })
      })
    }
    this.#isSet = false
  }
}
