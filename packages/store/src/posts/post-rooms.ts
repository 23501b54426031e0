/** What is known of each room that is joined or has posts: kept in memory, so that nothing is counted when it is asked for. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import type { OfferedRoom, Quotas } from '../post-store.ts'
import { isConversation } from '../room-store.ts'
import type { Rooms } from '../rooms.ts'
import { TableDamage } from '../row-sum.ts'
import { JOINED } from '../schema.ts'
import { firstRow, prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'
import { DIRECT_ROOM } from './post-kinds.ts'

export interface PostRoom {
  readonly n: number
  readonly name: string
  joined: number
  posts: number
  /** Time of the newest post, 0 without any; undefined until it is looked up again. */
  newest: number | undefined
  /** Time of the oldest post; undefined until it is looked up. */
  oldest: number | undefined
  /** Nothing older was kept for want of bytes; 0 if that never happened. */
  low: number
  /** Of a conversation: something own was said in it, ever. */
  isAnswered: boolean
}

export interface PostRoomsDeps {
  readonly db: DatabaseSync
  readonly rooms: Rooms
  readonly quotas: Quotas
}

/** Kept by everybody, shown to nobody as a room: profiles and box keys, direct messages. */
export const UNIVERSAL_ROOMS: ReadonlySet<string> = new Set(['', DIRECT_ROOM])

const NEW_ROOM: Omit<PostRoom, 'n' | 'name'> = {
  joined: JOINED.no,
  posts: 0,
  newest: 0,
  oldest: undefined,
  low: 0,
  isAnswered: false,
}

export class PostRooms implements LedgerPart {
  keep: 'all' | 'joined' = 'all'
  readonly #deps: PostRoomsDeps
  readonly #load: StatementSync
  readonly #save: StatementSync
  readonly #remove: StatementSync
  readonly #newest: StatementSync
  readonly #oldest: StatementSync
  readonly #byName = new Map<string, PostRoom>()
  readonly #changed = new Set<PostRoom>()
  /** Rooms that are neither joined nor everybody's nor conversations. */
  #unjoined = 0
  /** Open conversations in which nothing own was ever said. */
  #unanswered = 0

  constructor(deps: PostRoomsDeps) {
    const { db } = deps
    this.#deps = deps
    this.#load = prepareRows(
      db,
      'SELECT id, name, joined, posts, newest, low, answered FROM rooms WHERE joined > 0 OR posts > 0 OR low > 0 OR answered > 0 ORDER BY name',
    )
    this.#save = db.prepare('UPDATE rooms SET joined = ?, posts = ?, newest = ?, low = ?, answered = ? WHERE id = ?')
    this.#remove = db.prepare(
      `DELETE FROM rooms WHERE id = ?1 AND since = 0 AND level = 0
         AND NOT EXISTS (SELECT 1 FROM messages WHERE room = ?1) AND NOT EXISTS (SELECT 1 FROM members WHERE room = ?1)`,
    )
    this.#newest = prepareRows(db, 'SELECT max(time) FROM posts WHERE room = ?')
    this.#oldest = prepareRows(db, 'SELECT min(time) FROM posts WHERE room = ?')
    this.#read()
  }

  find(name: string): PostRoom | undefined {
    return this.#byName.get(name)
  }

  /** The room of a stored post, by its number. @throws {TableDamage} for any other number */
  at(n: number): PostRoom {
    for (const room of this.#byName.values()) if (room.n === n) return room
    throw new TableDamage(`a post of an unknown room: ${n}`)
  }

  all(): Iterable<PostRoom> {
    return this.#byName.values()
  }

  get unanswered(): number {
    return this.#unanswered
  }

  /** Whether everybody keeps the room, or it is joined here, or has no posts by its nature. */
  isWanted(room: PostRoom): boolean {
    return room.joined !== JOINED.no || UNIVERSAL_ROOMS.has(room.name) || isConversation(room.name)
  }

  keeps(name: string): boolean {
    if (isConversation(name)) return false
    const room = this.#byName.get(name)
    if (UNIVERSAL_ROOMS.has(name) || (room !== undefined && room.joined !== JOINED.no)) return true
    if (this.keep === 'joined') return false
    return room !== undefined || this.#unjoined < this.#deps.quotas.unjoinedRooms || this.#emptied() !== undefined
  }

  /** The room, made known if it was not. Inside a transaction. */
  findOrAdd(name: string): PostRoom {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const room = { ...NEW_ROOM, n: 0, name }
    if (this.#unjoined >= this.#deps.quotas.unjoinedRooms && !this.isWanted(room)) this.#makePlace()
    room.n = this.#deps.rooms.findOrAdd(name)
    this.#byName.set(name, room)
    this.touch(room)
    this.#count()
    return room
  }

  /** Call it inside a transaction after each change of a room. */
  touch(room: PostRoom): void {
    this.#changed.add(room)
  }

  setJoined(room: PostRoom, joined: number): void {
    room.joined = joined
    this.touch(room)
    this.#count()
  }

  /** Something own was said in a conversation. */
  setAnswered(room: PostRoom): void {
    room.isAnswered = true
    this.touch(room)
    this.#count()
  }

  /** Time of the oldest post; undefined without any. */
  oldestOf(room: PostRoom): number | undefined {
    if (room.posts === 0) return undefined
    room.oldest ??= Number(firstRow(this.#oldest, room.n)?.[0] ?? 0)
    return room.oldest
  }

  /** As peers are told; `lowest` is what age alone allows. */
  offered(lowest: number): OfferedRoom[] {
    const rooms: OfferedRoom[] = []
    for (const room of this.#byName.values()) {
      const { name, posts, newest = 0, low } = room
      const joined = room.joined !== JOINED.no
      if ((joined || posts > 0) && !isConversation(name))
        rooms.push({ room: name, joined, newest, low: Math.max(low, lowest), posts })
    }
    return rooms
  }

  save(): void {
    for (const room of this.#changed) this.#write(room)
    this.#changed.clear()
  }

  forget(): void {
    this.#changed.clear()
    this.#byName.clear()
    this.#read()
  }

  #read(): void {
    for (const row of this.#load.all() as unknown as Row[]) {
      const [n, name, joined, posts, newest, low, answered] = row
      const counts = { joined: Number(joined), posts: Number(posts), newest: Number(newest), low: Number(low) }
      this.#byName.set(String(name), { ...NEW_ROOM, n: Number(n), name: String(name), ...counts, isAnswered: answered === 1 })
    }
    this.#count()
  }

  #count(): void {
    this.#unjoined = 0
    this.#unanswered = 0
    for (const room of this.#byName.values()) {
      if (!this.isWanted(room)) this.#unjoined += 1
      else if (room.joined !== JOINED.no && !room.isAnswered && isConversation(room.name)) this.#unanswered += 1
    }
  }

  /** A room that is not joined and is known for its low-water time only. */
  #emptied(): PostRoom | undefined {
    for (const room of this.#byName.values()) if (!this.isWanted(room) && room.posts === 0) return room
    return undefined
  }

  #makePlace(): void {
    const room = this.#emptied()
    if (room === undefined) return
    room.low = 0
    this.#write(room)
    // Its number may be that of the next room that is made known.
    this.#changed.delete(room)
  }

  #write(room: PostRoom): void {
    room.newest ??= Number(firstRow(this.#newest, room.n)?.[0] ?? 0)
    this.#save.run(room.joined, room.posts, room.newest, room.low, room.isAnswered ? 1 : 0, room.n)
    if (room.joined === JOINED.no && room.posts === 0 && room.low === 0 && !room.isAnswered) this.#drop(room)
  }

  /** Nothing is known of it any more; its name stays where there are lines, or it was joined or given a level once. */
  #drop(room: PostRoom): void {
    this.#remove.run(room.n)
    this.#deps.rooms.forget()
    this.#byName.delete(room.name)
    this.#count()
  }
}
