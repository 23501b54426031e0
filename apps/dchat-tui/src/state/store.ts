/** Holds the state: actions in, one value out, listeners told after each change. */
import type { Unsubscribe } from '@dchat/system'
import type { ChatAction, ChatState } from './model.ts'
import { reduce } from './reducer.ts'

export class Store {
  #state: ChatState
  readonly #listeners = new Set<() => void>()

  constructor(state: ChatState) {
    this.#state = state
  }

  get state(): ChatState {
    return this.#state
  }

  /** Applies `action`; listeners run before this returns, when the state changed. */
  readonly dispatch = (action: ChatAction): void => this.dispatchAll([action])

  /** Applies `actions` in order, as one change. */
  readonly dispatchAll = (actions: readonly ChatAction[]): void => {
    const next = actions.reduce(reduce, this.#state)
    if (next === this.#state) return
    this.#state = next
    for (const listener of [...this.#listeners]) listener()
  }

  readonly subscribe = (listener: () => void): Unsubscribe => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
