/** Keeps input lines for Up, in memory and on disk, but for those that are secrets. */
import type { Clock } from '@dchat/system'
import { clearedAfterSend } from '../input/editor.ts'
import type { HistoryStore } from '../input/history-file.ts'
import { remembered } from '../input/recall.ts'
import type { Store } from '../state/store.ts'

export interface LineKeeperDeps {
  readonly store: Store
  readonly history: HistoryStore
  readonly clock: Clock
}

export class LineKeeper {
  readonly #deps: LineKeeperDeps
  #isHistoryBroken = false

  constructor(deps: LineKeeperDeps) {
    this.#deps = deps
  }

  /** Empties the input and keeps its line. */
  take(): void {
    const { store, history, clock } = this.#deps
    const { editor, recall, room } = store.state
    const entry = { room, text: editor.text }
    const next = remembered(recall, entry)
    store.dispatch({ type: 'recalled', recall: next, editor: clearedAfterSend(editor) })
    if (next.entries === recall.entries || this.#isHistoryBroken) return
    try {
      history.append(entry)
    } catch (error) {
      this.#isHistoryBroken = true
      const text = `input history is not kept on disk: ${(error as Error).message}`
      store.dispatch({ type: 'notice', level: 'error', text, at: clock.nowMs() })
    }
  }
}
