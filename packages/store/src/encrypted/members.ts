/** Who is in a private room: certificates, and authors of posts. Facts: docs/chat.md, *Private room*. Keys are lower-case hex. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import { MAX_ROOM_AUTHORS, MAX_ROOM_MEMBERS, MAX_TOLD_AUTHORS } from '../limits.ts'
import type { RoomAuthor } from '../member-store.ts'
import type { Place } from '../post-store.ts'
import { firstRow, prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'

export interface Certificate extends Place {
  /** Number of the room. */
  readonly room: number
  readonly author: string
  readonly identity: string
}

export class Members implements LedgerPart {
  readonly #readRooms: StatementSync
  readonly #put: StatementSync
  readonly #trim: StatementSync
  readonly #identityOf: StatementSync
  readonly #isVouching: StatementSync
  readonly #list: StatementSync
  /** Numbers of the rooms that have certificates: of others nothing need be looked up. */
  #rooms: Set<number>
  /** Grows with each change. */
  #version = 0

  constructor(db: DatabaseSync) {
    this.#put = prepareRows(
      db,
      `INSERT INTO members VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (room, author) DO UPDATE SET identity = excluded.identity, time = excluded.time, id = excluded.id
       WHERE (excluded.time, excluded.id) > (time, id) RETURNING 1`,
    )
    this.#trim = db.prepare(
      `DELETE FROM members WHERE room = ?1 AND author IN (
         SELECT author FROM members WHERE room = ?1 ORDER BY time DESC, id DESC LIMIT -1 OFFSET ${MAX_ROOM_MEMBERS}
       )`,
    )
    this.#identityOf = prepareRows(db, 'SELECT identity FROM members WHERE room = ? AND author = ?')
    this.#isVouching = prepareRows(db, 'SELECT 1 FROM members WHERE identity = ? AND room = ? LIMIT 1')
    this.#list = prepareRows(db, LIST)
    this.#readRooms = prepareRows(db, 'SELECT DISTINCT room FROM members')
    this.#rooms = this.#read()
  }

  get version(): number {
    return this.#version
  }

  /** Takes a certificate for the newest of its author, unless a newer one was here; false then. Inside a transaction. */
  note({ room, author, identity, time, id }: Certificate): boolean {
    if (firstRow(this.#put, room, author, identity, time, id) === undefined) return false
    this.#trim.run(room)
    this.#rooms.add(room)
    this.#version += 1
    return true
  }

  /** @param room its number */
  identityOf(room: number, author: string): string | undefined {
    const row = this.#rooms.has(room) ? firstRow(this.#identityOf, room, author) : undefined
    return row === undefined ? undefined : String(row[0])
  }

  /** Whether the identity vouches for anybody. @param room its number */
  isVouching(room: number, identity: string): boolean {
    return firstRow(this.#isVouching, identity, room) !== undefined
  }

  /** @param room its number */
  list(room: number): RoomAuthor[] {
    return (this.#list.all(room) as unknown as Row[]).map(([author, identity, lastSeen]) => ({
      author: String(author),
      identity: identity === null ? null : String(identity),
      lastSeen: Number(lastSeen),
    }))
  }

  /** What was counted stays: a change more does no harm. */
  forget(): void {
    this.#rooms = this.#read()
    this.#version += 1
  }

  #read(): Set<number> {
    return new Set((this.#readRooms.all() as unknown as Row[]).map(([room]) => Number(room)))
  }
}

/**
 * Authors of posts, of very many those with the most, and whom certificates name: by their newest post, which is in their newest
 * minute. SQLite would look for the newest post of each in the whole room, newest first.
 */
const LIST = `
  SELECT author, max(identity), max(time) AS seen FROM (
    SELECT author, identity, time FROM members WHERE room = ?1
    UNION ALL
    SELECT lower(hex(a.key)), v.identity, (
      SELECT max(p.time) FROM posts p INDEXED BY posts_by_minute
      WHERE p.room = ?1 AND p.minute = (SELECT max(minute) FROM post_minutes WHERE author = a.n) AND p.author = a.n)
    FROM (SELECT n, key FROM post_authors WHERE room = ?1 ORDER BY posts DESC, key LIMIT ${MAX_ROOM_AUTHORS}) a
    LEFT JOIN members v ON v.room = ?1 AND v.author = lower(hex(a.key))
  ) GROUP BY author ORDER BY seen DESC, author LIMIT ${MAX_TOLD_AUTHORS}`
