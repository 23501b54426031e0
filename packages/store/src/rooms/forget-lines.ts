/** Destroys what is shown of a room, in slices. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '@dchat/system'
import { Budget } from '../budget.ts'
import type { Guard } from '../guard.ts'
import type { Ledger } from '../ledger.ts'
import { SWEEP_READ_LINES } from '../limits.ts'
import { LineRemoval } from '../line-removal.ts'
import type { HiddenPosts } from '../posts/hidden-posts.ts'
import { isConversation } from '../room-store.ts'
import { prepareRows } from '../statement.ts'
import type { Tallies } from './tallies.ts'

export interface ForgetLinesDeps {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly guard: Guard
  readonly ledger: Ledger
  readonly hidden: HiddenPosts
  readonly tallies: Tallies
  /** Lines were removed of which nothing is to be left anywhere else. */
  readonly onForgotten: () => void
}

/** Which lines go. */
interface Forgotten {
  readonly name: string
  readonly room: number
  /** Nothing that is stored later. */
  readonly upTo: number
}

type LineRow = readonly [seq: number, lineClass: number, kind: number, size: number, id: string]

export class ForgetLines {
  readonly #deps: ForgetLinesDeps
  readonly #removal: LineRemoval
  readonly #lines: StatementSync
  /** Rooms that are being forgotten: while there are any, what is deleted is overwritten. */
  #running = 0

  constructor(deps: ForgetLinesDeps) {
    this.#deps = deps
    this.#removal = new LineRemoval(deps)
    this.#lines = prepareRows(
      deps.db,
      'SELECT seq, class, kind, size, id FROM messages WHERE room = ? AND seq <= ? ORDER BY seq LIMIT ?',
    )
  }

  /** @returns how many lines went; those that were stored meanwhile stay @throws {StoreError} some of them may have gone then */
  async run(name: string, room: number): Promise<number> {
    const { ledger, guard, hidden } = this.#deps
    const forgotten = { name, room, upTo: ledger.totals.lastSeq }
    this.#overwrite(1)
    try {
      if (!isConversation(name)) guard.use(() => ledger.transaction(() => hidden.hideRoom(room)))
      const count = await this.#removeAll(forgotten)
      if (count > 0) guard.use(this.#deps.onForgotten)
      return count
    } finally {
      if (guard.state === 'open') this.#overwrite(-1)
    }
  }

  async #removeAll(forgotten: Forgotten): Promise<number> {
    const { ledger, guard, tallies, clock } = this.#deps
    let count = 0
    for (;;) {
      const removed = guard.use(() => ledger.transaction(() => this.#slice(forgotten)))
      tallies.forgetRoom(forgotten.room)
      if (removed === 0) return count
      count += removed
      await new Promise<void>((resolve) => clock.defer(resolve))
      guard.checkOpen()
    }
  }

  #slice({ name, room, upTo }: Forgotten): number {
    const budget = new Budget(this.#deps.clock)
    let removed = 0
    for (;;) {
      const rows = this.#lines.all(room, upTo, SWEEP_READ_LINES) as unknown as LineRow[]
      for (const [seq, lineClass, kind, size, id] of rows) {
        if (!budget.take()) return removed
        // The posts of a conversation are those of its lines: others have them in the same room.
        if (id !== '' && isConversation(name)) this.#deps.hidden.hide(Buffer.from(id, 'hex'))
        this.#removal.remove({ seq, lineClass, kind, size })
        removed += 1
      }
      if (rows.length === 0) return removed
    }
  }

  #overwrite(change: 1 | -1): void {
    const { db, guard } = this.#deps
    this.#running += change
    guard.use(() => db.exec(`PRAGMA secure_delete = ${this.#running > 0 ? 'ON' : 'OFF'}`))
  }
}
