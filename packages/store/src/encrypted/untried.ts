/** Direct messages of others that were not tried yet. Facts: docs/chat.md, *Direct message*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_RAISED_POSTS, MAX_UNTRIED_PAGE } from '../limits.ts'
import type { UntriedPost } from '../post-store.ts'
import type { PostAuthors } from '../posts/post-authors.ts'
import { IS_SHOWABLE } from '../posts/hidden-schema.ts'
import { DIRECT_ROOM } from '../posts/post-kinds.ts'
import type { PostMinutes } from '../posts/post-minutes.ts'
import type { PostRooms } from '../posts/post-rooms.ts'
import { bodyOf } from '../posts/post-row.ts'
import { conversationOf, isConversation } from '../room-store.ts'
import { BY_ID, JOINED } from '../schema.ts'
import { firstRow, prepareRows, toBuffer } from '../statement.ts'
import type { Row } from '../statement.ts'
import { UNTRIED_RANK } from './encrypted-schema.ts'

export interface UntriedDeps {
  readonly db: DatabaseSync
  readonly rooms: PostRooms
  readonly authors: PostAuthors
  readonly minutes: PostMinutes
}

/** The line of a post `p`, by its id in hex. */
const HAS_LINE = `EXISTS (
  SELECT 1 FROM messages m
  WHERE substr(m.id, 1, 12) = substr(lower(hex(p.id)), 1, 12) AND m.id = lower(hex(p.id)) AND m.id <> ''
)`

/** For use inside a transaction; `list` and `count` anywhere. */
export class Untried {
  readonly #deps: UntriedDeps
  readonly #add: StatementSync
  readonly #remove: StatementSync
  readonly #list: StatementSync
  readonly #count: StatementSync
  readonly #raise: StatementSync
  readonly #again: StatementSync
  readonly #chosen: StatementSync
  readonly #pinned: StatementSync

  constructor(deps: UntriedDeps) {
    const { db } = deps
    this.#deps = deps
    this.#add = db.prepare(`INSERT OR IGNORE INTO untried SELECT n, ?2, time FROM posts WHERE ${BY_ID}`)
    this.#remove = db.prepare(`DELETE FROM untried WHERE post = (SELECT n FROM posts WHERE ${BY_ID})`)
    this.#list = prepareRows(
      db,
      `SELECT p.id, a.key, p.time, p.received, p.body, p.bytes
       FROM untried u JOIN posts p ON p.n = u.post JOIN post_authors a ON a.n = p.author
       ORDER BY u.rank DESC, u.time DESC, u.post DESC LIMIT ?`,
    )
    this.#count = prepareRows(db, 'SELECT count(*) FROM untried')
    this.#raise = db.prepare(
      `UPDATE untried SET rank = ?1 WHERE rank < ?1 AND post IN (
         SELECT n FROM posts
         WHERE room = ?2 AND minute IN (SELECT minute FROM post_minutes WHERE author = ?3) AND author = ?3
         ORDER BY minute DESC LIMIT ${MAX_RAISED_POSTS}
       )`,
    )
    this.#again = db.prepare(
      `INSERT OR IGNORE INTO untried SELECT n, ${UNTRIED_RANK.stranger}, time FROM posts p WHERE room = ? AND own = 0
       AND NOT ${HAS_LINE} AND ${IS_SHOWABLE}`,
    )
    this.#chosen = prepareRows(db, 'SELECT ? IN (SELECT key FROM pinned_keys), ? IN (SELECT key FROM ignored_keys)')
    this.#pinned = prepareRows(db, 'SELECT key FROM pinned_keys')
  }

  /** A stored direct message has to be tried. */
  add({ id, author }: { readonly id: Buffer; readonly author: Buffer }): void {
    this.#add.run(id, this.#rankOf(author.toString('hex')))
  }

  /** It was tried, or is one that is stored no longer. */
  remove(id: Buffer): void {
    this.#remove.run(id)
  }

  list(limit: number): UntriedPost[] {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_UNTRIED_PAGE)
      throw new RangeError(`limit: has to be 1 to ${MAX_UNTRIED_PAGE}`)
    return (this.#list.all(limit) as unknown as Row[]).map(toUntried)
  }

  count(): number {
    return Number(firstRow(this.#count)![0])
  }

  /** Somebody is known better now: the newest of what he wrote comes sooner. @param room his conversation */
  raise(room: string): void {
    const { rooms, authors, minutes } = this.#deps
    const key = room.slice(1)
    const direct = rooms.find(DIRECT_ROOM)
    const author = direct && authors.find(direct.n, Buffer.from(key, 'hex'))
    if (author === undefined) return
    minutes.write()
    this.#raise.run(this.#rankOf(key), author.room, author.n)
  }

  /** Everything without a line has to be tried again. */
  addAll(): void {
    const { rooms } = this.#deps
    const direct = rooms.find(DIRECT_ROOM)
    if (direct === undefined) return
    this.#again.run(direct.n)
    for (const { name } of rooms.all()) if (isConversation(name)) this.raise(name)
    for (const [key] of this.#pinned.all() as unknown as Row[]) this.raise(conversationOf(String(key)))
  }

  #rankOf(key: string): number {
    const [isPinned, isIgnored] = firstRow(this.#chosen, key, key)!
    const room = this.#deps.rooms.find(conversationOf(key))
    if (isIgnored === 1) return UNTRIED_RANK.stranger
    if (isPinned === 1 || room?.isAnswered === true) return UNTRIED_RANK.known
    return room !== undefined && room.joined !== JOINED.no ? UNTRIED_RANK.open : UNTRIED_RANK.stranger
  }
}

function toUntried([id, author, time, received, bodyBytes, bytes]: Row): UntriedPost {
  return {
    id: toBuffer(id),
    author: toBuffer(author),
    time: Number(time),
    received: Number(received),
    body: bodyOf(toBuffer(bytes), Number(bodyBytes)),
  }
}
