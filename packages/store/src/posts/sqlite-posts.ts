/** The posts of a store: see `PostStore`. */
import type { Clock, Logger, Publisher, Unsubscribe } from '@dchat/system'
import type { Changes } from '../changes.ts'
import type { CommitLoop } from '../commit-loop.ts'
import { checkTried } from '../encrypted/check-revealed.ts'
import type { RevealedPosts } from '../encrypted/revealed-posts.ts'
import type { Untried } from '../encrypted/untried.ts'
import type { StoreError } from '../errors.ts'
import type { Guard } from '../guard.ts'
import type { LineTable } from '../line-table.ts'
import type {
  CommittedPost,
  NewPost,
  OfferedRoom,
  Place,
  PostPage,
  PostStore,
  SetChange,
  TriedPost,
  UntriedPost,
} from '../post-store.ts'
import type { StoreEvents } from '../store-events.ts'
import type { DroppedIds } from './dropped-ids.ts'
import type { PostLines } from './post-lines.ts'
import type { PostReader } from './post-reader.ts'
import type { PostRooms } from './post-rooms.ts'
import type { PostTable } from './post-table.ts'
import type { PostWriter } from './post-writer.ts'

export interface SqlitePostsDeps {
  readonly clock: Pick<Clock, 'defer'>
  readonly logger: Logger
  readonly guard: Guard
  readonly events: Publisher<StoreEvents>
  readonly changes: Changes
  readonly loop: CommitLoop
  readonly lineTable: LineTable
  readonly rooms: PostRooms
  readonly table: PostTable
  readonly dropped: DroppedIds
  readonly reader: PostReader
  readonly writer: PostWriter
  readonly lines: PostLines
  readonly untried: Untried
  readonly revealed: RevealedPosts
}

export class SqlitePosts implements PostStore {
  readonly #deps: SqlitePostsDeps

  constructor(deps: SqlitePostsDeps) {
    this.#deps = deps
  }

  add(post: NewPost): boolean {
    return this.#deps.loop.addPost(post)
  }

  append(post: NewPost): Promise<CommittedPost> {
    return this.#deps.loop.appendPost(post)
  }

  onCommitted(listener: (posts: readonly CommittedPost[]) => void): Unsubscribe {
    return this.#deps.events.subscribe('posts', listener)
  }

  onSetChange(listener: (changes: readonly SetChange[]) => void): Unsubscribe {
    return this.#deps.events.subscribe('setChange', listener)
  }

  onFailure(listener: (error: StoreError, lost: readonly NewPost[]) => void): Unsubscribe {
    return this.#deps.events.subscribe('postFailure', ({ error, lost }) => listener(error, lost))
  }

  holds(id: Buffer): boolean {
    return this.#deps.guard.use(() => this.#deps.table.holds(id))
  }

  wasDropped(id: Buffer): boolean {
    return this.#deps.guard.use(() => this.#deps.dropped.has(id))
  }

  read(ids: readonly Buffer[]): (Buffer | undefined)[] {
    return this.#read((reader) => reader.read(ids))
  }

  page(room: string, query: { readonly before?: Place; readonly limit: number }): PostPage {
    return this.#read((reader) => reader.page(room, query))
  }

  newest(room: string, query: { readonly count: number; readonly notAfter: number }): Place[] {
    return this.#deps.guard.use(() => this.#deps.reader.newest(room, query))
  }

  places(room: string, query: { readonly after?: Place; readonly limit: number }): Place[] {
    return this.#deps.guard.use(() => this.#deps.reader.places(room, query))
  }

  rooms(): OfferedRoom[] {
    return this.#deps.guard.use(() => this.#deps.rooms.offered(this.#deps.writer.oldestAllowed))
  }

  lowWater(room: string): number {
    return this.#deps.guard.use(() => this.#deps.writer.lowWater(room))
  }

  keeps(room: string): boolean {
    return this.#deps.guard.use(() => this.#deps.rooms.keeps(room))
  }

  setKeep(keep: 'all' | 'joined'): void {
    this.#deps.guard.checkOpen()
    this.#deps.rooms.keep = keep
  }

  withdraw(id: Buffer): boolean {
    return this.#deps.changes.make(() => this.#withdraw(id))
  }

  untried(limit: number): UntriedPost[] {
    return this.#deps.guard.use(() => this.#deps.untried.list(limit))
  }

  untriedCount(): number {
    return this.#deps.guard.use(() => this.#deps.untried.count())
  }

  settle(tried: readonly TriedPost[]): void {
    for (const one of tried) checkTried(one)
    this.#deps.changes.make(() => tried.forEach((one) => this.#deps.revealed.settle(one)))
    this.#deps.loop.wake()
  }

  tryAgain(): void {
    this.#deps.changes.make(() => this.#deps.untried.addAll())
  }

  newestOf(author: Buffer, kind: 2 | 5): { readonly time: number; readonly body: string } | undefined {
    return this.#read((reader) => reader.newestOf(author, kind))
  }

  /** Reads whole posts. The spoilt ones are left out, and taken out of the store once the reader has what he asked for. */
  #read<T>(read: (reader: PostReader) => T): T {
    const { guard, reader, clock } = this.#deps
    const result = guard.use(() => read(reader))
    const spoilt = reader.takeSpoilt()
    if (spoilt.length > 0) clock.defer(() => this.#takeOut(spoilt))
    return result
  }

  /** What is not held any more is fetched anew from peers that hold it. */
  #takeOut(spoilt: readonly Buffer[]): void {
    const { guard, changes, logger } = this.#deps
    const fields = { count: spoilt.length, first: spoilt[0]!.toString('hex') }
    try {
      guard.noteSpoilt()
      changes.make(() => spoilt.forEach((id) => this.#remove(id)))
      logger.warn('Stored posts were spoilt on the disk: they were taken out, and peers are asked for them', fields)
    } catch (error) {
      logger.warn('Stored posts are spoilt on the disk, and could not be taken out', { ...fields, error })
    }
  }

  #remove(id: Buffer): void {
    const { table, rooms, lines, lineTable, loop } = this.#deps
    const post = table.find(id)
    if (post === undefined) return
    table.remove(post, rooms.at(post.room))
    const seq = post.own ? lines.unsentSeq(id) : undefined
    if (seq === undefined) return
    loop.dropDelivery(seq)
    lineTable.setDelivery(seq, { state: 'failed', written: 0, held: 0 })
  }

  #withdraw(id: Buffer): boolean {
    const { table, rooms, lines, lineTable, loop } = this.#deps
    const post = table.find(id)
    if (post === undefined || !post.own) return false
    table.remove(post, rooms.at(post.room))
    const seq = lines.ownSeq(id)
    if (seq === undefined) return true
    loop.dropDelivery(seq)
    lineTable.setDelivery(seq, { state: 'failed', written: 0, held: 0 })
    return true
  }
}
