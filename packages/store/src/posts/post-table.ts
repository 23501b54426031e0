/** The table of the posts that are offered, and what has to stay true with each change of it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Ledger } from '../ledger.ts'
import type { News } from '../news.ts'
import type { NewPost, Place } from '../post-store.ts'
import { BY_ID } from '../schema.ts'
import { firstRow, prepareRows, toBuffer } from '../statement.ts'
import type { Row } from '../statement.ts'
import type { HiddenPosts } from './hidden-posts.ts'
import type { PostAuthor, PostAuthors } from './post-authors.ts'
import { FIRST_ENCRYPTED_KIND, POST_KIND } from './post-kinds.ts'
import type { PostMinutes } from './post-minutes.ts'
import type { PostRoom, PostRooms } from './post-rooms.ts'
import { countPostBytes, minuteOf } from './post-row.ts'

/** A stored post, without its bytes. */
export interface PostRow extends Place {
  readonly n: number
  readonly room: number
  readonly author: number
  readonly kind: number
  readonly minute: number
  readonly size: number
  readonly own: boolean
}

export interface PostTableDeps {
  readonly db: DatabaseSync
  readonly ledger: Ledger
  readonly news: News
  readonly rooms: PostRooms
  readonly authors: PostAuthors
  readonly minutes: PostMinutes
  readonly hidden: HiddenPosts
}

const COLUMNS = 'SELECT n, room, author, kind, time, minute, size, own, id FROM posts'

/** For use inside a transaction; `holds` and `find` anywhere. */
export class PostTable {
  readonly #deps: PostTableDeps
  readonly #holds: StatementSync
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #delete: StatementSync
  readonly #highestOfMinute: StatementSync
  readonly #ofAuthor: StatementSync
  readonly #oldest: StatementSync
  readonly #unretract: StatementSync
  readonly #forgetUntried: StatementSync

  constructor(deps: PostTableDeps) {
    const { db } = deps
    this.#deps = deps
    this.#holds = prepareRows(db, `SELECT 1 FROM posts WHERE ${BY_ID}`)
    this.#find = prepareRows(db, `${COLUMNS} WHERE ${BY_ID}`)
    this.#insert = db.prepare('INSERT INTO posts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#delete = db.prepare('DELETE FROM posts WHERE n = ?')
    const inMinute = 'WHERE room = ? AND minute = ? AND author = ?'
    this.#highestOfMinute = prepareRows(db, `${COLUMNS} ${inMinute} ORDER BY id DESC LIMIT 1`)
    const minutes = 'SELECT minute FROM post_minutes WHERE author = ?2'
    this.#ofAuthor = prepareRows(db, `${COLUMNS} WHERE room = ?1 AND minute IN (${minutes}) AND author = ?2`)
    this.#oldest = prepareRows(db, `${COLUMNS} WHERE room = ? ORDER BY time, id LIMIT ?`)
    this.#unretract = db.prepare('DELETE FROM retractions WHERE post = ?')
    this.#forgetUntried = db.prepare('DELETE FROM untried WHERE post = ?')
  }

  holds(id: Buffer): boolean {
    return this.#holds.get(id) !== undefined
  }

  find(id: Buffer): PostRow | undefined {
    return toPost(firstRow(this.#find, id))
  }

  /** Offers `post` from now on; answers with its number. */
  insert(post: NewPost, room: PostRoom): number {
    const { authors, minutes, rooms, ledger, news } = this.#deps
    const { kind, time, received, own, body, id, bytes } = post
    const author = authors.findOrAdd(room.n, post.author)
    const size = countPostBytes(post)
    const bodyBytes = Buffer.byteLength(body)
    const minute = minuteOf(time)
    const columns = [room.n, author.n, kind, time, minute, received, own ? 1 : 0, size, bodyBytes, id, bytes] as const
    const n = Number(this.#insert.run(...columns).lastInsertRowid)
    authors.count(author, 1)
    minutes.count(author.n, minute, 1)
    room.posts += 1
    if (room.newest !== undefined && time > room.newest) room.newest = time
    if (room.oldest !== undefined && time < room.oldest) room.oldest = time
    rooms.touch(room)
    ledger.totals.bytes += size
    news.changes.add(room.name, post)
    return n
  }

  /** Offers `post` no longer. */
  remove(post: PostRow, room: PostRoom): void {
    const { authors, minutes, hidden, rooms, ledger, news } = this.#deps
    this.#delete.run(post.n)
    hidden.remove(post.n)
    if (post.kind === POST_KIND.retract || post.kind >= FIRST_ENCRYPTED_KIND) this.#unretract.run(post.n)
    if (post.kind >= FIRST_ENCRYPTED_KIND) this.#forgetUntried.run(post.n)
    authors.count(authors.at(post.author), -1)
    minutes.count(post.author, post.minute, -1)
    room.posts -= 1
    if (room.newest === post.time) room.newest = undefined
    if (room.oldest === post.time) room.oldest = undefined
    rooms.touch(room)
    ledger.totals.bytes -= post.size
    news.changes.remove(room.name, post)
  }

  /** The post with the highest id of an author's minute. */
  highestOfMinute(author: PostAuthor, minute: number): PostRow | undefined {
    return toPost(firstRow(this.#highestOfMinute, author.room, minute, author.n))
  }

  /** The post with the highest id of an author's oldest minute. */
  lastOf(author: PostAuthor): PostRow | undefined {
    return this.highestOfMinute(author, this.#deps.minutes.oldest(author.n))
  }

  /** All posts of an author in a room where he has few. */
  ofAuthor(author: PostAuthor): PostRow[] {
    this.#deps.minutes.write()
    return (this.#ofAuthor.all(author.room, author.n) as unknown as Row[]).map((row) => toPost(row)!)
  }

  /** The oldest posts of a room, in order. */
  oldest(room: number, limit: number): PostRow[] {
    return (this.#oldest.all(room, limit) as unknown as Row[]).map((row) => toPost(row)!)
  }
}

function toPost(row: Row | undefined): PostRow | undefined {
  if (row === undefined) return undefined
  const [n, room, author, kind, time, minute, size, own, id] = row
  return {
    n: Number(n),
    room: Number(room),
    author: Number(author),
    kind: Number(kind),
    time: Number(time),
    minute: Number(minute),
    size: Number(size),
    own: own === 1,
    id: toBuffer(id),
  }
}
