/** Puts lines and deliveries into the tables, inside a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Conversations } from './encrypted/conversations.ts'
import type { Ledger } from './ledger.ts'
import type { Delivery, NewMessage, StoredMessage } from './message.ts'
import type { News } from './news.ts'
import { isConversation } from './room-store.ts'
import type { Rooms } from './rooms.ts'
import type { Tallies } from './rooms/tallies.ts'
import { INSERT_ROW, SELECT_ROW, asStored, countBytes, insertRow, sizeOf, toMessage, toSummed } from './row.ts'
import { sumOfLine } from './row-sum.ts'
import { DELIVERY_STATES, LINE_CLASS } from './schema.ts'
import { firstRow, prepareRows } from './statement.ts'

export interface LineTableDeps {
  readonly db: DatabaseSync
  readonly ledger: Ledger
  readonly rooms: Rooms
  readonly news: News
  readonly tallies: Tallies
  readonly conversations: Conversations
}

/** What a line has that waited for its post. */
export interface BoundTo {
  /** Hex id of the post. */
  readonly id: string
  /** Hex key. */
  readonly authorKey: string
  readonly time: number
}

export class LineTable {
  readonly #deps: LineTableDeps
  readonly #blockLines: number
  readonly #insert: StatementSync
  readonly #isOwn: StatementSync
  readonly #putDelivery: StatementSync
  readonly #unbound: StatementSync
  readonly #bind: StatementSync
  readonly #widenBlock: StatementSync

  /** @param options blockLines: seqs of a block of the search index */
  constructor({ blockLines }: { readonly blockLines: number }, deps: LineTableDeps) {
    const { db } = deps
    this.#deps = deps
    this.#blockLines = blockLines
    this.#insert = db.prepare(INSERT_ROW)
    this.#isOwn = db.prepare(`SELECT 1 FROM messages WHERE seq = ? AND class = ${LINE_CLASS.own}`)
    this.#putDelivery = db.prepare('INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?)')
    this.#unbound = prepareRows(db, `${SELECT_ROW} WHERE m.seq = ? AND m.class = ${LINE_CLASS.own} AND m.id = ''`)
    this.#bind = db.prepare('UPDATE messages SET id = ?, author_key = ?, time = ?, at = ?, size = ?, sum = ? WHERE seq = ?')
    this.#widenBlock = db.prepare('UPDATE search_blocks SET newest = max(newest, ?1), oldest = min(oldest, ?1) WHERE block = ?2')
  }

  /** Stores `message`, which counts for `size` bytes, as the newest line; `news` tells of it, changed by `shownAs`. */
  insert(message: NewMessage, size: number, shownAs?: Partial<StoredMessage>): StoredMessage {
    const { rooms, ledger, news, tallies, conversations } = this.#deps
    const { totals } = ledger
    const room = rooms.findOrAdd(message.room)
    const tally = tallies.next(message, room)
    const line = asStored(message, { seq: totals.lastSeq + 1, mention: tally.mention === 1 })
    insertRow(this.#insert, line, { room, size, tally })
    if (line.delivery !== null) this.#put(line.seq, line.delivery)
    totals.lastSeq = line.seq
    totals.messages += 1
    totals.bytes += size
    const told = shownAs === undefined ? line : { ...line, ...shownAs }
    news.messages.push(told)
    if (isConversation(line.room)) conversations.noteLine(line)
    return told
  }

  /** Makes an own line without a post that of one, at its place in the room; undefined when there is no such line in the room. */
  bind(seq: number, room: string, to: BoundTo): StoredMessage | undefined {
    const row = firstRow(this.#unbound, seq)
    const waiting = row && toMessage(row)
    if (row === undefined || waiting === undefined || waiting.room !== room) return undefined
    const { ledger } = this.#deps
    const line = { ...waiting, ...to }
    const size = countBytes(line)
    // Of what stands in the row: a line is shown with the nick of today.
    const sum = sumOfLine({ ...toSummed(row), ...to, at: to.time })
    this.#bind.run(to.id, to.authorKey, to.time, to.time, size, sum, seq)
    this.#widenBlock.run(to.time, Math.floor(seq / this.#blockLines))
    ledger.totals.bytes += size - sizeOf(row)
    return line
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
