/**
 * The time by which lines and posts grow old. A clock that is set ahead must not take the history along: what it says counts once it is confirmed,
 * and until then only the time that passes while the store is open. Facts: docs/chat.md, *Quotas*.
 */
import type { Clock } from '@dchat/system'
import type { Settings } from './settings.ts'

const KEY = 'store.age_clock'

export interface AgeClockDeps {
  readonly settings: Settings
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  /** Whether others agree with the wall clock now. */
  readonly isClockConfirmed: () => boolean
}

export class AgeClock {
  readonly #deps: AgeClockDeps
  /** What it said at a monotonic time. */
  #anchor: { readonly ms: number; readonly atMs: number }

  /** Goes on from where `keep` left it; a store without that begins with the wall clock. */
  constructor(deps: AgeClockDeps) {
    this.#deps = deps
    const kept = Number(deps.settings.get(KEY) ?? Number.NaN)
    this.#anchor = { ms: Number.isSafeInteger(kept) ? kept : deps.clock.nowMs(), atMs: deps.clock.monotonicMs() }
  }

  /** Unix ms; never ahead of the wall clock. */
  nowMs(): number {
    const { clock, isClockConfirmed } = this.#deps
    const [wallMs, atMs] = [clock.nowMs(), clock.monotonicMs()]
    if (isClockConfirmed()) this.#anchor = { ms: wallMs, atMs }
    return Math.min(wallMs, Math.floor(this.#anchor.ms + (atMs - this.#anchor.atMs)))
  }

  /** Remembers what it says for the next time that the store is open. @throws what SQLite throws */
  keep(): void {
    this.#deps.settings.set(KEY, String(this.nowMs()))
  }
}
