/** Remembers that the card of the first run was seen, once it is gone. */
import type { Unsubscribe } from '@dchat/system'
import type { OwnFile } from '../settings/own-file.ts'
import type { Store } from '../state/store.ts'

export interface FirstRunDeps {
  readonly store: Store
  readonly own: Pick<OwnFile, 'update'>
  /** It cannot be remembered: why. */
  readonly onFailure: (reason: string) => void
}

export class FirstRun {
  readonly #deps: FirstRunDeps
  #unsubscribe: Unsubscribe | undefined

  constructor(deps: FirstRunDeps) {
    this.#deps = deps
  }

  start(): void {
    const { store } = this.#deps
    if (store.state.isFirstRun) this.#unsubscribe = store.subscribe(() => this.#look())
  }

  /** Idempotent. */
  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  #look(): void {
    const { store, own, onFailure } = this.#deps
    if (store.state.isFirstRun) return
    this.stop()
    try {
      own.update((data) => ({ ...data, isFirstRunSeen: true }))
    } catch (error) {
      onFailure((error as Error).message)
    }
  }
}
