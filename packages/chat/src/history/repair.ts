/** A repair: many rooms reconciled with one channel, a few at a time. Facts: docs/chat.md, *History*. */
import type { WaitLimits } from './fetch-queue.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { RepairOutcome } from './repair-schedule.ts'
import type { SyncOutcome, SyncSession } from './sync-session.ts'

const SESSIONS_MAX = HISTORY_LIMITS.SYNC_SESSIONS.value
const FAILURES_MAX = HISTORY_LIMITS.REPAIR_FAILURES.value

export interface RepairDeps {
  /** Begins a session of its own number; `onEnded` is called with it in any case. */
  open(room: string): SyncSession
  /** Whether the room is passed over: it is on its way by pages. */
  isPaged(room: string): boolean
  onEnded(session: SyncSession, outcome: SyncOutcome | undefined): void
}

export class Repair {
  /** In the order they are reconciled. */
  readonly #rooms: string[]
  readonly #deps: RepairDeps
  readonly #running = new Set<SyncSession>()
  #news = 0
  #failures = 0
  #hasPassedOver = false

  constructor(rooms: readonly string[], deps: RepairDeps) {
    this.#rooms = [...rooms]
    this.#deps = deps
  }

  /** The room that is reconciled just now; null when several are. */
  get room(): string | null {
    const [session] = this.#running
    return session !== undefined && this.#running.size === 1 ? session.room : null
  }

  /** Posts that came so far, and how many will have come as far as that is known. */
  get received(): number {
    return this.#sum(({ received }) => received)
  }

  get expected(): number {
    return this.#sum(({ expected }) => expected)
  }

  /** @throws the signal's reason; what the channel or the store ends with */
  async run(limits: WaitLimits): Promise<RepairOutcome> {
    await Promise.all(Array.from({ length: SESSIONS_MAX }, () => this.#runNext(limits)))
    return { news: this.#news, hasFailed: this.#failures > 0, hasPassedOver: this.#hasPassedOver }
  }

  async #runNext(limits: WaitLimits): Promise<void> {
    for (let room = this.#rooms.shift(); room !== undefined; room = this.#rooms.shift()) {
      if (this.#deps.isPaged(room)) {
        this.#hasPassedOver = true
        continue
      }
      const session = this.#deps.open(room)
      this.#running.add(session)
      let outcome: SyncOutcome | undefined
      try {
        outcome = await session.run(limits)
        this.#news += outcome.news
        if (outcome.fault !== undefined) this.#failures += 1
      } finally {
        this.#running.delete(session)
        this.#deps.onEnded(session, outcome)
      }
      if (this.#failures >= FAILURES_MAX) this.#rooms.length = 0
    }
  }

  #sum(of: (session: SyncSession) => number): number {
    let sum = this.#news
    for (const session of this.#running) sum += of(session)
    return sum
  }
}
