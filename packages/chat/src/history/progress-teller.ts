/** Tells how far the history is, a few times a second at most. */
import type { Clock, Timer } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { SyncProgress } from './history-peer.ts'

const INTERVAL_MS = HISTORY_LIMITS.PROGRESS_INTERVAL_MS.value

export const IDLE_PROGRESS: SyncProgress = { state: 'idle', room: null, received: 0, expected: null, peers: 0 }

export interface ProgressTellerDeps {
  readonly clock: Clock
  /** How far it is just now. */
  look(): SyncProgress
  tell(progress: SyncProgress): void
}

export class ProgressTeller {
  readonly #deps: ProgressTellerDeps
  #told = IDLE_PROGRESS
  #timer: Timer | undefined
  #hasChanged = false

  constructor(deps: ProgressTellerDeps) {
    this.#deps = deps
  }

  /** Something may have changed. Told at once when nothing was told for a while, else soon. */
  note(): void {
    if (this.#timer !== undefined) {
      this.#hasChanged = true
      return
    }
    this.#tell()
  }

  /** Tells no more. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #tell(): void {
    this.#hasChanged = false
    const progress = this.#deps.look()
    if (isSame(progress, this.#told)) return
    this.#told = progress
    this.#timer = this.#deps.clock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined
      if (this.#hasChanged) this.#tell()
    })
    this.#deps.tell(progress)
  }
}

function isSame(a: SyncProgress, b: SyncProgress): boolean {
  return a.state === b.state && a.room === b.room && a.received === b.received && a.expected === b.expected && a.peers === b.peers
}
