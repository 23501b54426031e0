/** Says in the room that is shown what the daemon warns of, once for as long as it warns. */
import type { Clock } from '@dchat/system'
import type { Store } from '../state/store.ts'
import { StateWatcher } from './state-watcher.ts'

export interface WarningNoticeDeps {
  readonly store: Store
  readonly clock: Clock
}

export class WarningNotice extends StateWatcher<WarningNoticeDeps> {
  #told = new Set<string>()

  protected override look(): void {
    const { store, clock } = this.deps
    const { node } = store.state
    if (node === null) return
    const untold = node.warnings.filter(({ kind }) => !this.#told.has(kind))
    this.#told = new Set(node.warnings.map(({ kind }) => kind))
    for (const { text, hint } of untold)
      store.dispatch({ type: 'notice', level: 'error', text: `${text} ${hint}`, at: clock.nowMs() })
  }
}
