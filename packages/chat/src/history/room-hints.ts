/** What one peer says that it stores: a hint, never believed further than a request costs. Wire: docs/chat.md, *Commands*, `rooms`. */
import { HISTORY_LIMITS } from './history-limits.ts'

/** Of one room. Times are Unix ms. */
export interface RoomHint {
  /** Time of its newest post; never in our future. */
  readonly newest: number
  readonly posts: number
}

/** An entry of a `rooms` message as it came. */
export interface RoomsEntry {
  readonly room: string
  readonly newest: number
  readonly low: number
  readonly posts: number
}

export interface HintJudge {
  /** Unix ms by our clock. */
  readonly nowMs: number
  /** Whether the name may be a room's at all. */
  isName(room: string): boolean
  /** Whether its hint is remembered even when there are too many. */
  isCore(room: string): boolean
  /** Whether posts of the room are kept here. */
  keeps(room: string): boolean
}

const ROOMS_MAX = HISTORY_LIMITS.ROOMS_HEARD.value
const POSTS_MAX = HISTORY_LIMITS.ROOMS_HEARD_POSTS.value
const BURST = HISTORY_LIMITS.ROOMS_HEARD_BURST.value
const INTERVAL_MS = HISTORY_LIMITS.ROOMS_HEARD_INTERVAL_MS.value

/**
 * The hints of one channel. Names against the grammar, rooms without posts and rooms that are not kept here are passed over:
 * nothing that decodes is an offence. A time ahead of our clock counts as now, more posts than a room holds as so many.
 */
export class RoomHints {
  readonly #hints = new Map<string, RoomHint>()
  #credit = BURST
  #creditMs: number | undefined

  get size(): number {
    return this.#hints.size
  }

  get(room: string): RoomHint | undefined {
    return this.#hints.get(room)
  }

  rooms(): IterableIterator<string> {
    return this.#hints.keys()
  }

  /** @returns false when it came too soon after the others: nothing was looked at */
  take(entries: readonly RoomsEntry[], judge: HintJudge): boolean {
    if (!this.#pays(judge.nowMs)) return false
    for (const entry of entries) {
      const { room } = entry
      const posts = Math.min(entry.posts, POSTS_MAX)
      if (posts === 0 || !judge.isName(room)) continue
      const isCore = judge.isCore(room)
      if (!isCore && !this.#hasPlace(room, judge)) continue
      this.#hints.set(room, { newest: Math.min(entry.newest, judge.nowMs), posts })
    }
    return true
  }

  #hasPlace(room: string, judge: HintJudge): boolean {
    return this.#hints.has(room) || (this.#hints.size < ROOMS_MAX && judge.keeps(room))
  }

  #pays(nowMs: number): boolean {
    const passed = Math.max(0, nowMs - (this.#creditMs ?? nowMs))
    this.#creditMs = nowMs
    this.#credit = Math.min(BURST, this.#credit + passed / INTERVAL_MS)
    if (this.#credit < 1) return false
    this.#credit -= 1
    return true
  }
}
