/** How far the history of one room was paged, newest first. Facts: docs/chat.md, *History*, newcomer. */
import type { Place } from '@dchat/store'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { PageOutcome } from './page-collector.ts'
import { END_OF_ROOM } from './place.ts'
import type { RoomHint } from './room-hints.ts'
import type { RoomRank } from './room-order.ts'

const FAR_BEHIND_MS = HISTORY_LIMITS.FAR_BEHIND_MS.value
const SHORT_POSTS = HISTORY_LIMITS.PAGE_SHORT_POSTS.value
const SHORT_MAX = HISTORY_LIMITS.PAGES_SHORT.value

/** @param newestMs of the posts that were held; 0: none */
export function isFarBehind(newestMs: number, hint: RoomHint): boolean {
  return newestMs === 0 || hint.newest - newestMs > FAR_BEHIND_MS
}

export interface RoomPagingOptions {
  readonly room: string
  readonly rank: RoomRank
  /** Time of the newest post that was held before: the paging ends there. 0: nothing was held. */
  readonly floorMs: number
  /** How many posts are expected, from the hint that began it; null when nobody has told of the room. */
  readonly expected: number | null
  /** Monotonic. */
  readonly sinceMs: number
}

/** A room is paged from one channel at a time; another goes on where that one was. */
export class RoomPaging {
  readonly room: string
  readonly rank: RoomRank
  readonly floorMs: number
  readonly sinceMs: number
  expected: number | null
  /** Where the next page ends. */
  before: Place = END_OF_ROOM
  /** Pages that came. */
  pages = 0
  /** Posts that came. */
  received = 0
  /** The channel that was asked for the page that is awaited; 0: none. */
  holder = 0
  /** A page has reached what was held. */
  isDone = false
  /** Time of the newest post that came, or was held. */
  #newestMs: number
  /** The last page that came is followed by more. */
  #isCut = false
  /** Channels that were asked. */
  readonly #asked = new Set<number>()
  /** How many short pages each channel has sent. */
  readonly #short = new Map<number, number>()
  /** Channels that have nothing more of it, or were at fault. */
  readonly #spent = new Set<number>()

  constructor(options: RoomPagingOptions) {
    this.room = options.room
    this.rank = options.rank
    this.floorMs = options.floorMs
    this.expected = options.expected
    this.sinceMs = options.sinceMs
    this.#newestMs = options.floorMs
  }

  /**
   * Whether a channel is worth asking for the rest.
   * @param hint what its peer has said of the room
   */
  isWorthAsking(channelId: number, hint: RoomHint | undefined): boolean {
    if (this.#spent.has(channelId)) return false
    // Of a room that is asked for though nobody has told of it.
    if (hint === undefined) return this.expected === null && !this.isDone && (this.received === 0 || this.#isCut)
    if (this.#isAhead(channelId, hint)) return true
    // What another has paged to its end is asked for again only where there is said to be more of it.
    return !this.isDone && hint.newest > this.floorMs && (this.received === 0 || hint.posts > this.received)
  }

  /** The channel is asked for the next page. From one that is far ahead of all before it the newest posts are fetched first. */
  begin(channelId: number, hint: RoomHint | undefined): void {
    if (hint !== undefined && this.#isAhead(channelId, hint)) {
      this.before = END_OF_ROOM
      this.isDone = false
    }
    this.#asked.add(channelId)
    this.holder = channelId
  }

  /** Does not ask the channel again; another may be. */
  spend(channelId: number): void {
    this.#spent.add(channelId)
    if (this.holder === channelId) this.holder = 0
  }

  /** The channel is gone, and may come back under another id. */
  leave(channelId: number): void {
    this.#spent.delete(channelId)
    this.#asked.delete(channelId)
    this.#short.delete(channelId)
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
    this.#isCut = outcome.at === 'more'
    this.received += outcome.posts
    this.#newestMs = Math.max(this.#newestMs, outcome.newestMs)
    if (outcome.oldest !== undefined) this.before = outcome.oldest
    if (this.before.time <= this.floorMs) this.isDone = true
    else if (outcome.at === 'end' || this.#isTooShort(channelId, outcome.posts)) this.spend(channelId)
  }

  #isTooShort(channelId: number, posts: number): boolean {
    if (posts >= SHORT_POSTS) return false
    const short = (this.#short.get(channelId) ?? 0) + 1
    this.#short.set(channelId, short)
    return short >= SHORT_MAX
  }

  /** Of a channel that was never asked, so that each can claim it once. */
  #isAhead(channelId: number, hint: RoomHint): boolean {
    return this.pages > 0 && !this.#asked.has(channelId) && isFarBehind(this.#newestMs, hint)
  }
}
