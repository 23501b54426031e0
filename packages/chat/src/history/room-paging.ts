/** How far the history of one room was paged, newest first. Facts: docs/chat.md, *History*, newcomer. */
import type { Place } from '@dchat/store'
import type { PageOutcome } from './page-collector.ts'
import { END_OF_ROOM } from './place.ts'
import type { RoomRank } from './room-order.ts'

export interface RoomPagingOptions {
  readonly room: string
  readonly rank: RoomRank
  /** Time of the newest post that was held before: the paging ends there. 0: nothing was held. */
  readonly floorMs: number
  /** How many posts are expected, from the hint that began it; null when nobody has said. */
  readonly expected: number | null
}

/** A room is paged from one channel at a time; another goes on where that one was. */
export class RoomPaging {
  readonly room: string
  readonly rank: RoomRank
  readonly floorMs: number
  expected: number | null
  /** Where the next page ends. */
  before: Place = END_OF_ROOM
  /** Pages that came. */
  pages = 0
  /** Posts that came. */
  received = 0
  /** The channel that was asked for the page that is awaited; 0: none. */
  holder = 0
  isDone = false
  /** Channels that have nothing more of it, or were at fault. */
  readonly #spent = new Set<number>()

  constructor(options: RoomPagingOptions) {
    this.room = options.room
    this.rank = options.rank
    this.floorMs = options.floorMs
    this.expected = options.expected
  }

  canAsk(channelId: number): boolean {
    return !this.isDone && this.holder === 0 && !this.#spent.has(channelId)
  }

  isSpent(channelId: number): boolean {
    return this.#spent.has(channelId)
  }

  /** Does not ask the channel again; another may be. */
  spend(channelId: number): void {
    this.#spent.add(channelId)
    if (this.holder === channelId) this.holder = 0
  }

  /** The channel is gone, and may come back under another id. */
  leave(channelId: number): void {
    this.#spent.delete(channelId)
    if (this.holder === channelId) this.holder = 0
  }

  /** A page has ended that the channel `channelId` sent. */
  note(channelId: number, outcome: PageOutcome): void {
    if (this.holder === channelId) this.holder = 0
    if (outcome.at === 'fault') {
      this.spend(channelId)
      return
    }
    this.pages += 1
    this.received += outcome.posts
    if (outcome.oldest !== undefined) this.before = outcome.oldest
    if (this.before.time <= this.floorMs) this.isDone = true
    else if (outcome.at === 'end') this.spend(channelId)
  }
}
