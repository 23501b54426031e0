/** Remembers that the card of the first run was seen, once it is gone. */
import type { OwnFile } from '../settings/own-file.ts'
import type { Store } from '../state/store.ts'
import { StateWatcher } from './state-watcher.ts'

export interface FirstRunDeps {
  readonly store: Store
  readonly own: Pick<OwnFile, 'update'>
  /** It cannot be remembered: why. */
  readonly onFailure: (reason: string) => void
}

export class FirstRun extends StateWatcher<FirstRunDeps> {
  override start(): void {
    const { store } = this.deps
    if (store.state.isFirstRun) super.start()
  }

  protected override look(): void {
    const { store, own, onFailure } = this.deps
    if (store.state.isFirstRun) return
    this.stop()
    try {
      own.update((data) => ({ ...data, isFirstRunSeen: true }))
    } catch (error) {
      onFailure((error as Error).message)
    }
  }
}
