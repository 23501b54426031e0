/** What looks at the state after each change, from its start to its stop. */
import type { Unsubscribe } from '@dchat/system'
import type { Store } from '../state/store.ts'

export interface StateWatcherDeps {
  readonly store: Pick<Store, 'subscribe'>
}

export abstract class StateWatcher<D extends StateWatcherDeps> {
  protected readonly deps: D
  #unsubscribe: Unsubscribe | undefined

  constructor(deps: D) {
    this.deps = deps
  }

  start(): void {
    this.#unsubscribe ??= this.deps.store.subscribe(() => this.look())
  }

  /** Idempotent. */
  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  protected get isStarted(): boolean {
    return this.#unsubscribe !== undefined
  }

  /** The state is another one, perhaps. */
  protected abstract look(): void
}
