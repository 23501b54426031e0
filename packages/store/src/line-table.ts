/** Puts lines and deliveries into the tables, inside a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Ledger } from './ledger.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { News } from './news.ts'
import type { Rooms } from './rooms.ts'
import type { Tallies } from './rooms/tallies.ts'
import { INSERT_ROW, insertRow, withSeq } from './row.ts'
import { DELIVERY_STATES, LINE_CLASS } from './schema.ts'

export interface LineTableDeps {
  readonly db: DatabaseSync
  readonly ledger: Ledger
  readonly rooms: Rooms
  readonly news: News
  readonly tallies: Tallies
}

export class LineTable {
  readonly #deps: LineTableDeps
  readonly #insert: StatementSync
  readonly #isOwn: StatementSync
  readonly #putDelivery: StatementSync

  constructor(deps: LineTableDeps) {
    this.#deps = deps
    this.#insert = deps.db.prepare(INSERT_ROW)
    this.#isOwn = deps.db.prepare(`SELECT 1 FROM messages WHERE seq = ? AND class = ${LINE_CLASS.own}`)
    this.#putDelivery = deps.db.prepare('INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?)')
  }

  /** Stores `message`, which counts for `size` bytes, as the newest line; `news` tells of it, changed by `shownAs`. */
  insert(message: NewMessage, size: number, shownAs?: Partial<StoredMessage>): StoredMessage {
    const { rooms, ledger, news, tallies } = this.#deps
    const { totals } = ledger
    const line = withSeq(message, totals.lastSeq + 1)
    const room = rooms.findOrAdd(line.room)
    insertRow(this.#insert, line, { room, size, tally: tallies.next(line, room) })
    if (line.delivery !== null) this.#put(line.seq, line.delivery)
    totals.lastSeq = line.seq
    totals.messages += 1
    totals.bytes += size
    const told = shownAs === undefined ? line : { ...line, ...shownAs }
    news.messages.push(told)
    return told
  }

  /** Does nothing for a seq that is not an own line's. */
  setDelivery(seq: number, delivery: Delivery): void {
    if (this.#isOwn.get(seq) === undefined) return
    this.#put(seq, delivery)
    this.#deps.news.deliveries.push([seq, delivery])
  }

  #put(seq: number, { state, written, held }: Delivery): void {
    this.#putDelivery.run(seq, DELIVERY_STATES.indexOf(state), written, held)
  }
}
