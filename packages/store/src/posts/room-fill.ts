/** Makes lines of the posts that a room had before it was joined, in slices; a start goes on where a stop cut it short. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '@dchat/system'
import { Budget } from '../budget.ts'
import type { RevealedPosts } from '../encrypted/revealed-posts.ts'
import type { Ledger } from '../ledger.ts'
import { SWEEP_READ_LINES } from '../limits.ts'
import type { Place } from '../post-store.ts'
import { JOINED } from '../schema.ts'
import { prepareRows, toBuffer } from '../statement.ts'
import type { Row } from '../statement.ts'
import { IS_SHOWABLE } from './hidden-schema.ts'
import type { ShownPost } from './post-lines.ts'
import type { PostRoom, PostRooms } from './post-rooms.ts'
import { bodyOf, isIdOf, isToldBy } from './post-row.ts'

export interface RoomFillDeps {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly ledger: Ledger
  readonly rooms: PostRooms
  readonly revealed: RevealedPosts
}

/** One room that is being filled. */
interface Fill {
  readonly room: string
  /** Up to here its posts have lines. */
  after: Place
  readonly ended: PromiseWithResolvers<void>
}

const START: Place = { time: -1, id: Buffer.alloc(0) }

export class RoomFill {
  readonly #deps: RoomFillDeps
  readonly #read: StatementSync
  /** In the order they began. */
  readonly #fills = new Map<string, Fill>()

  constructor(deps: RoomFillDeps) {
    this.#deps = deps
    this.#read = prepareRows(
      deps.db,
      `SELECT p.kind, p.time, p.id, p.received, p.own, a.key, p.body, p.bytes
       FROM posts p JOIN post_authors a ON a.n = p.author
       WHERE p.room = ? AND (p.time, p.id) > (?, ?) AND ${IS_SHOWABLE} ORDER BY p.time, p.id LIMIT ?`,
    )
  }

  get hasWork(): boolean {
    return this.#fills.size > 0
  }

  /** Whether the room is being filled. */
  has(room: string): boolean {
    return this.#fills.has(room)
  }

  /** Goes on with what a stop cut short. */
  resume(): void {
    for (const room of this.#deps.rooms.all()) {
      if (room.joined === JOINED.filling) this.begin(room.name).catch(() => undefined)
    }
  }

  /** Fills a room that was noted as joined; resolves when that is durable. */
  begin(room: string): Promise<void> {
    const fill = this.#fills.get(room) ?? { room, after: START, ended: Promise.withResolvers<void>() }
    this.#fills.set(room, fill)
    return fill.ended.promise
  }

  /** The room was left: what is not filled yet stays so. */
  end(room: string): void {
    this.#fills.get(room)?.ended.resolve()
    this.#fills.delete(room)
  }

  /** One step of the work, in a transaction of its own. @throws what SQLite throws; nothing is filled then */
  slice(): void {
    const { ledger, clock, rooms } = this.#deps
    const fill = [...this.#fills.values()][0]
    const room = fill && rooms.find(fill.room)
    if (fill === undefined || room === undefined) return
    const after = ledger.transaction(() => {
      const place = this.#fillSome(room, fill.after, new Budget(clock))
      if (place === undefined) rooms.setJoined(room, JOINED.yes)
      return place
    })
    if (after === undefined) this.end(fill.room)
    else fill.after = after
  }

  /** Ends all fills without the rest of them; the next start goes on. */
  giveUp(error: Error): void {
    for (const { ended } of this.#fills.values()) ended.reject(error)
    this.#fills.clear()
  }

  /** Answers up to where it came; undefined at the end of the room. */
  #fillSome(room: PostRoom, from: Place, budget: Budget): Place | undefined {
    let after = from
    for (;;) {
      const rows = this.#read.all(room.n, after.time, after.id, SWEEP_READ_LINES) as unknown as Row[]
      if (rows.length === 0) return undefined
      for (const row of rows) {
        if (!budget.take()) return after
        const post = toShown(row, room.name)
        const bytes = toBuffer(row[7])
        // What the disk has changed says nothing; it comes again from peers.
        if (isIdOf(post.id, bytes) && isToldBy(bytes, post)) this.#deps.revealed.show(post)
        after = post
      }
    }
  }
}

function toShown([kind, time, id, received, own, key, bodyBytes, bytes]: Row, room: string): ShownPost {
  return {
    kind: Number(kind),
    time: Number(time),
    id: toBuffer(id),
    received: Number(received),
    own: own === 1,
    author: toBuffer(key),
    body: bodyOf(toBuffer(bytes), Number(bodyBytes)),
    room,
  }
}
