/** Answers what peers ask of the offered posts: none whose bytes are not those of its id any more. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { MAX_PLACES, MAX_POST_PAGE, MAX_READ_IDS } from '../limits.ts'
import type { Place, PostPage } from '../post-store.ts'
import { BY_ID } from '../schema.ts'
import { firstRow, prepareRows, toBuffer } from '../statement.ts'
import type { Row } from '../statement.ts'
import type { PostRooms } from './post-rooms.ts'
import { bodyOf, isIdOf } from './post-row.ts'

/** Thousands of short blobs are dearer than strings to be decoded: each would be an allocation of its own. */
const PLACE = 'SELECT time, hex(id) FROM posts WHERE room = ?'
const NEWEST_FIRST = 'ORDER BY time DESC, id DESC LIMIT ?'

export class PostReader {
  readonly #rooms: PostRooms
  readonly #read: StatementSync
  readonly #page: StatementSync
  readonly #pageBefore: StatementSync
  readonly #newest: StatementSync
  readonly #places: StatementSync
  readonly #placesAfter: StatementSync
  readonly #newestOf: StatementSync
  /** By id in hex. */
  #spoilt = new Map<string, Buffer>()

  constructor(db: DatabaseSync, rooms: PostRooms) {
    this.#rooms = rooms
    this.#read = prepareRows(db, `SELECT bytes FROM posts WHERE ${BY_ID}`)
    this.#page = prepareRows(db, `SELECT id, bytes FROM posts WHERE room = ? ${NEWEST_FIRST}`)
    this.#pageBefore = prepareRows(db, `SELECT id, bytes FROM posts WHERE room = ? AND (time, id) < (?, ?) ${NEWEST_FIRST}`)
    this.#newest = prepareRows(db, `${PLACE} AND time <= ? ${NEWEST_FIRST}`)
    this.#places = prepareRows(db, `${PLACE} ORDER BY time, id LIMIT ?`)
    this.#newestOf = prepareRows(
      db,
      `SELECT p.time, p.body, p.id, p.bytes FROM post_authors a JOIN posts p INDEXED BY posts_by_minute
         ON p.room = a.room AND p.minute IN (SELECT minute FROM post_minutes WHERE author = a.n) AND p.author = a.n
       WHERE a.room = ? AND a.key = ? AND p.kind = ?`,
    )
    this.#placesAfter = prepareRows(db, `${PLACE} AND (time, id) > (?, ?) ORDER BY time, id LIMIT ?`)
  }

  /** Ids of the spoilt posts that reads have met since this was asked: at most MAX_READ_IDS. */
  takeSpoilt(): Buffer[] {
    const ids = [...this.#spoilt.values()]
    if (ids.length > 0) this.#spoilt = new Map()
    return ids
  }

  read(ids: readonly Buffer[]): (Buffer | undefined)[] {
    if (ids.length > MAX_READ_IDS) throw new RangeError(`ids: at most ${MAX_READ_IDS}`)
    return ids.map((id) => {
      const row = firstRow(this.#read, id)
      return row === undefined ? undefined : this.#unspoilt(id, row[0])
    })
  }

  page(name: string, { before, limit }: { readonly before?: Place; readonly limit: number }): PostPage {
    checkCount('limit', limit, MAX_POST_PAGE)
    const room = this.#rooms.find(name)
    if (room === undefined) return { posts: [], more: false }
    const rows =
      before === undefined ? this.#page.all(room.n, limit + 1) : this.#pageBefore.all(room.n, before.time, before.id, limit + 1)
    const posts = (rows.slice(0, limit) as unknown as Row[]).flatMap(([id, bytes]) => this.#unspoilt(toBuffer(id), bytes) ?? [])
    return { posts, more: rows.length > limit }
  }

  /** Of the empty room, where each author has one post of a kind. */
  newestOf(author: Buffer, kind: number): { readonly time: number; readonly body: string } | undefined {
    const room = this.#rooms.find('')
    const row = room && firstRow(this.#newestOf, room.n, author, kind)
    const bytes = row && this.#unspoilt(toBuffer(row[2]), row[3])
    return bytes && { time: Number(row[0]), body: bodyOf(bytes, Number(row[1])) }
  }

  newest(name: string, { count, notAfter }: { readonly count: number; readonly notAfter: number }): Place[] {
    checkCount('count', count, MAX_READ_IDS)
    const room = this.#rooms.find(name)
    if (room === undefined) return []
    return toPlaces(this.#newest.all(room.n, notAfter, count))
  }

  places(name: string, { after, limit }: { readonly after?: Place; readonly limit: number }): Place[] {
    checkCount('limit', limit, MAX_PLACES)
    const room = this.#rooms.find(name)
    if (room === undefined) return []
    const rows =
      after === undefined ? this.#places.all(room.n, limit) : this.#placesAfter.all(room.n, after.time, after.id, limit)
    return toPlaces(rows)
  }

  /**
   * The bytes of a post, or nothing when the disk has made others of them: whoever got them would ban this node for a forgery.
   * The id is over all of them, the signature that was checked before they were stored included.
   */
  #unspoilt(id: Buffer, bytes: SQLOutputValue | undefined): Buffer | undefined {
    if (bytes instanceof Uint8Array && isIdOf(id, bytes)) return toBuffer(bytes)
    if (this.#spoilt.size < MAX_READ_IDS) this.#spoilt.set(id.toString('hex'), id)
    return undefined
  }
}

function checkCount(name: string, count: number, most: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > most) throw new RangeError(`${name}: has to be 1 to ${most}`)
}

function toPlaces(rows: unknown[]): Place[] {
  return (rows as Row[]).map(([time, id]) => ({ time: Number(time), id: Buffer.from(String(id), 'hex') }))
}
