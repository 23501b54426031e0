/** Counts the lines of each room that can be unread, as they are stored. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import { MAX_CACHED_ROOMS } from '../limits.ts'
import type { NewMessage } from '../message.ts'
import { firstRow, prepareRows } from '../statement.ts'

interface Tally {
  /** Lines that counted so far. */
  count: number
  /** What was written before, Unix ms, does not count. */
  readonly since: number
}

/** What a row holds about this: see `ROOM_TABLES`. */
export interface LineTally {
  readonly tally: number
  readonly mention: number
}

export interface TalliesOptions {
  readonly isMention: (text: string) => boolean
}

export class Tallies implements LedgerPart {
  readonly #options: TalliesOptions
  readonly #last: StatementSync
  readonly #since: StatementSync
  readonly #setSince: StatementSync
  readonly #rooms = new Map<number, Tally>()

  constructor(options: TalliesOptions, db: DatabaseSync) {
    this.#options = options
    this.#last = prepareRows(db, 'SELECT tally FROM messages WHERE room = ? ORDER BY seq DESC LIMIT 1')
    this.#since = prepareRows(db, 'SELECT since FROM rooms WHERE id = ?')
    this.#setSince = db.prepare('UPDATE rooms SET since = ? WHERE id = ?')
  }

  /** Counts the next line of a room: others' lines count, but for those of the program and those older than the room is joined. */
  next(line: NewMessage, room: number): LineTally {
    const tally = this.#of(room)
    const isOfOthers = !line.own && line.kind !== 'system'
    const mention = isOfOthers && this.#options.isMention(line.text) ? 1 : 0
    if (!isOfOthers || (line.time ?? line.received) < tally.since) return { tally: 2 * tally.count, mention }
    tally.count += 1
    return { tally: 2 * tally.count + 1, mention }
  }

  /** The room is joined at `nowMs`. Inside a transaction. */
  join(room: number, nowMs: number): void {
    this.#setSince.run(nowMs, room)
    this.#rooms.delete(room)
  }

  /** Lines of the room were removed, its newest among them. */
  forgetRoom(room: number): void {
    this.#rooms.delete(room)
  }

  forget(): void {
    this.#rooms.clear()
  }

  #of(room: number): Tally {
    const known = this.#rooms.get(room)
    if (known !== undefined) return known
    if (this.#rooms.size >= MAX_CACHED_ROOMS) this.#rooms.clear()
    const last = Number(firstRow(this.#last, room)?.[0] ?? 0)
    const tally = { count: last >> 1, since: Number(firstRow(this.#since, room)?.[0] ?? 0) }
    this.#rooms.set(room, tally)
    return tally
  }
}
