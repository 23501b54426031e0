/** Puts lines and deliveries into the tables: the inside of a commit. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Ledger } from './ledger.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { Retention } from './retention.ts'
import type { Rooms } from './rooms.ts'
import { INSERT_ROW, toRow, withSeq } from './row.ts'
import { DELIVERY_STATES, LINE_CLASS } from './schema.ts'

/** What waits for a commit, by position: each line, the bytes it counts for. */
export interface Batch {
  readonly messages: readonly NewMessage[]
  readonly sizes: readonly number[]
  readonly deliveries: ReadonlyMap<number, Delivery>
}

export interface Committed {
  readonly messages: readonly StoredMessage[]
  /** Without those that were not for an own line. */
  readonly deliveries: readonly (readonly [seq: number, delivery: Delivery])[]
}

export interface WriterDeps {
  readonly db: DatabaseSync
  readonly ledger: Ledger
  readonly rooms: Rooms
  readonly retention: Retention
}

export class Writer {
  readonly #deps: WriterDeps
  readonly #insert: StatementSync
  readonly #isOwn: StatementSync
  readonly #putDelivery: StatementSync

  constructor(deps: WriterDeps) {
    this.#deps = deps
    this.#insert = deps.db.prepare(INSERT_ROW)
    this.#isOwn = deps.db.prepare(`SELECT 1 FROM messages WHERE seq = ? AND class = ${LINE_CLASS.own}`)
    this.#putDelivery = deps.db.prepare('INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?)')
  }

  /** Stores all of `batch` durably, or nothing. What then is too much goes in the same step. @throws what SQLite throws */
  write(batch: Batch): Committed {
    const { ledger, rooms, retention } = this.#deps
    try {
      return ledger.transaction(() => {
        const messages = this.#insertAll(batch)
        const deliveries = [...batch.deliveries].filter(([seq, delivery]) => this.#noteDelivery(seq, delivery))
        retention.trim()
        return { messages, deliveries }
      })
    } catch (error) {
      rooms.forget()
      throw error
    }
  }

  #insertAll({ messages, sizes }: Batch): StoredMessage[] {
    const { rooms, ledger } = this.#deps
    const { totals } = ledger
    const stored: StoredMessage[] = []
    for (const [index, message] of messages.entries()) {
      const line = withSeq(message, totals.lastSeq + 1)
      const size = sizes[index]!
      this.#insert.run(...toRow(line, { room: rooms.findOrAdd(line.room), size }))
      if (line.delivery !== null) this.#put(line.seq, line.delivery)
      totals.lastSeq = line.seq
      totals.messages += 1
      totals.bytes += size
      stored.push(line)
    }
    return stored
  }

  #noteDelivery(seq: number, delivery: Delivery): boolean {
    if (this.#isOwn.get(seq) === undefined) return false
    this.#put(seq, delivery)
    return true
  }

  #put(seq: number, { state, written, held }: Delivery): void {
    this.#putDelivery.run(seq, DELIVERY_STATES.indexOf(state), written, held)
  }
}
