/** Which posts go for age or for want of bytes, the oldest of a room first. Facts: docs/chat.md, *Quotas*. */
import type { Budget } from '../budget.ts'
import { SWEEP_READ_LINES } from '../limits.ts'
import { TableDamage } from '../row-sum.ts'
import type { PostRoom, PostRooms } from './post-rooms.ts'
import type { PostRow, PostTable } from './post-table.ts'
import type { PostWriter } from './post-writer.ts'

export interface PostSweepDeps {
  readonly rooms: PostRooms
  readonly table: PostTable
  readonly writer: PostWriter
}

/** The room with the oldest post of several, and until when it stays that. */
interface OldestRoom {
  readonly room: PostRoom
  /** Time of its oldest post, Unix ms. */
  readonly time: number
  /** Time of the oldest post of all others. */
  readonly next: number
}

/** For use inside a transaction. */
export class PostSweep {
  readonly #deps: PostSweepDeps

  constructor(deps: PostSweepDeps) {
    this.#deps = deps
  }

  /** Removes posts that are too old at `nowMs`; false when `budget` ended it. */
  removeOld(nowMs: number, budget: Budget): boolean {
    const { rooms, table, writer } = this.#deps
    const oldestAllowed = writer.oldestAllowedAt(nowMs)
    for (const room of rooms.all()) {
      for (;;) {
        const oldest = rooms.oldestOf(room)
        if (oldest === undefined || oldest >= oldestAllowed) break
        for (const post of this.#oldestBefore(room, oldestAllowed)) {
          if (!budget.take()) return false
          table.remove(post, room)
        }
      }
      this.#forgetLow(room, oldestAllowed)
    }
    return true
  }

  /** Removes posts of rooms that are not joined while `isOver()`; false when `budget` ended it. */
  trimUnwanted(isOver: () => boolean, budget: Budget): boolean {
    while (isOver()) {
      const oldest = this.#oldest((room) => !this.#deps.rooms.isWanted(room))
      if (oldest === undefined) return true
      if (!this.#trimRoom(oldest, isOver, budget)) return false
    }
    return true
  }

  /** Removes posts of which the time is at most `until` while `isOver()`; false when `budget` ended it. */
  trimUpTo(until: number, isOver: () => boolean, budget: Budget): boolean {
    while (isOver()) {
      const oldest = this.#oldest(() => true)
      if (oldest === undefined || oldest.time > until) return true
      if (!this.#trimRoom({ ...oldest, next: Math.min(oldest.next, until) }, isOver, budget)) return false
    }
    return true
  }

  /** Nothing older than what goes is taken into its room again, else it would be fetched over and over. */
  #trimRoom({ room, next }: OldestRoom, isOver: () => boolean, budget: Budget): boolean {
    for (const post of this.#oldestBefore(room, next + 1)) {
      if (!isOver()) return true
      if (!budget.take()) return false
      this.#deps.table.remove(post, room)
      room.low = Math.max(room.low, post.time + 1)
    }
    return true
  }

  /** For a room that is said to have one. @throws {TableDamage} when it has none: whoever waits for it to go would wait for ever */
  #oldestBefore(room: PostRoom, time: number): PostRow[] {
    const posts = this.#deps.table.oldest(room.n, SWEEP_READ_LINES).filter((post) => post.time < time)
    if (posts.length === 0) throw new TableDamage(`a room has fewer posts than the ${room.posts} that are counted`)
    return posts
  }

  #oldest(matches: (room: PostRoom) => boolean): OldestRoom | undefined {
    let first: PostRoom | undefined
    let time = Infinity
    let next = Infinity
    for (const room of this.#deps.rooms.all()) {
      if (room.posts === 0 || !matches(room)) continue
      const oldest = this.#deps.rooms.oldestOf(room) ?? Infinity
      if (oldest < time) {
        next = time
        time = oldest
        first = room
      } else if (oldest < next) next = oldest
    }
    return first === undefined ? undefined : { room: first, time, next }
  }

  /** A low-water time that age has passed needs no memory. */
  #forgetLow(room: PostRoom, oldestAllowed: number): void {
    if (room.low === 0 || room.low > oldestAllowed) return
    room.low = 0
    this.#deps.rooms.touch(room)
  }
}
