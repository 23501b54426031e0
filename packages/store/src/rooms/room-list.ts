/** What a client sees of each room. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_COUNTED_ROOMS, MAX_UNREAD } from '../limits.ts'
import { UNIVERSAL_ROOMS } from '../posts/post-rooms.ts'
import type { RoomState } from '../room-store.ts'
import { IS_SHOWN, SUMMED_COLUMNS, toSummed } from '../row.ts'
import { JOINED } from '../schema.ts'
import { firstRow, prepareRows } from '../statement.ts'
import { LEVELS } from './room-schema.ts'

export interface RoomListDeps {
  readonly db: DatabaseSync
  /** Grows when a key is ignored or no longer; 0 while none is. */
  readonly ignoredVersion: () => number
}

interface Unread {
  readonly version: number
  readonly after: number
  readonly to: number
  readonly count: number
}

/** What one statement tells of a room. */
type RoomRow = readonly [
  room: number,
  name: string,
  joined: number,
  posts: number,
  level: number,
  lastSeq: number | null,
  tally: number | null,
  topicSeq: number | null,
]

export class RoomList {
  readonly #deps: RoomListDeps
  readonly #rooms: StatementSync
  readonly #read: StatementSync
  readonly #shown: StatementSync
  readonly #line: StatementSync
  /** Counted while keys are ignored, by room and marker: only what came since has to be counted. */
  readonly #counted = new Map<string, Unread>()

  constructor(deps: RoomListDeps) {
    const { db } = deps
    this.#deps = deps
    this.#rooms = prepareRows(
      db,
      `SELECT r.id, r.name, r.joined, r.posts, r.level, l.seq, l.tally,
         (SELECT m.seq FROM messages m WHERE m.room = r.id AND m.kind = 2 AND m.retracted = 0 AND ${IS_SHOWN}
          ORDER BY m.at DESC, m.id DESC LIMIT 1)
       FROM rooms r LEFT JOIN messages l ON l.seq = (SELECT max(seq) FROM messages WHERE room = r.id) ORDER BY r.name`,
    )
    this.#read = prepareRows(
      db,
      `SELECT coalesce(
         (SELECT tally >> 1 FROM messages WHERE room = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1),
         (SELECT (tally >> 1) - (tally & 1) FROM messages WHERE room = ?1 AND seq > ?2 ORDER BY seq LIMIT 1)),
         (SELECT count(*) FROM (
            SELECT 1 FROM messages m WHERE m.room = ?1 AND m.seq > ?2 AND m.mention = 1 AND m.tally & 1 AND m.retracted = 0
              AND ${IS_SHOWN}
            LIMIT ${MAX_UNREAD}))`,
    )
    this.#shown = prepareRows(
      db,
      `SELECT count(*) FROM (
         SELECT 1 FROM messages m WHERE m.room = ? AND m.seq > ? AND m.seq <= ? AND m.tally & 1 AND ${IS_SHOWN} LIMIT ${MAX_UNREAD}
       )`,
    )
    this.#line = prepareRows(db, `SELECT ${SUMMED_COLUMNS} FROM messages m JOIN rooms r ON r.id = m.room WHERE m.seq = ?`)
  }

  /** Joined rooms and those with posts or lines, by name. @param readSeq up to where the client has read */
  list(readSeq: (room: number) => number): RoomState[] {
    const states: RoomState[] = []
    for (const row of this.#rooms.all() as unknown as RoomRow[]) {
      const [room, name, joined, posts, level, lastSeq, , topicSeq] = row
      if (UNIVERSAL_ROOMS.has(name) || (joined === JOINED.no && posts === 0 && lastSeq === null)) continue
      const read = readSeq(room)
      states.push({
        room: name,
        joined: joined !== JOINED.no,
        ...this.#unread(row, read),
        lastSeq: lastSeq ?? 0,
        readSeq: read,
        topic: topicSeq === null ? null : this.#textOf(topicSeq),
        level: LEVELS[level] ?? 'all',
        posts,
      })
    }
    return states
  }

  /** What was counted may be gone. */
  forget(): void {
    this.#counted.clear()
  }

  #textOf(seq: number): string {
    return toSummed(firstRow(this.#line, seq)!).text
  }

  #unread([room, , joined, , , lastSeq, tally]: RoomRow, read: number): { unread: number; mentions: number } {
    if (joined === JOINED.no || lastSeq === null || tally === null || lastSeq <= read) return { unread: 0, mentions: 0 }
    const [readCount, mentions] = firstRow(this.#read, room, read) as unknown as [number, number]
    const all = (tally >> 1) - readCount
    const version = this.#deps.ignoredVersion()
    if (version === 0 || all === 0) return { unread: Math.min(all, MAX_UNREAD), mentions }
    return { unread: this.#countShown(room, { version, after: read, to: lastSeq }), mentions }
  }

  #countShown(room: number, { version, after, to }: Omit<Unread, 'count'>): number {
    const key = `${room} ${after}`
    const known = this.#counted.get(key)
    const isValid = known !== undefined && known.version === version
    const from = isValid ? known.to : after
    const more = isValid && known.count >= MAX_UNREAD ? 0 : Number(firstRow(this.#shown, room, from, to)![0])
    const count = Math.min(MAX_UNREAD, (isValid ? known.count : 0) + more)
    if (this.#counted.size >= MAX_COUNTED_ROOMS) this.#counted.clear()
    this.#counted.set(key, { version, after, to, count })
    return count
  }
}
