/** The posts of one page as they come, among others that come meanwhile. Wire: docs/chat.md, *Commands*, `page` and `pageend`. */
import type { Place } from '@dchat/store'
import { comparePlaces } from './place.ts'

export interface PageQuery {
  readonly room: string
  /** The page ends just before it. */
  readonly before: Place
  /** 1 to 200. */
  readonly limit: number
}

/** What came of a page: where the next one begins, or why this peer is not asked for the room again. */
export type PageOutcome =
  | { readonly at: 'more'; readonly posts: number; readonly newestMs: number; readonly oldest: Place }
  | { readonly at: 'end'; readonly posts: number; readonly newestMs: number; readonly oldest: Place | undefined }
  | { readonly at: 'fault'; readonly fault: PageFault }

/** `count`: not as many posts came as the peer says. `standstill`: more are said to follow an empty page. */
export type PageFault = 'count' | 'standstill'

/**
 * Takes every post of the channel while the page is awaited. Posts of the room before the place are the page's, in whatever
 * order; all others are not. A post that was relayed or pushed meanwhile may be among them, which can only make the next page
 * begin too early, never too late: the place of the last post that `count` covers, from the newest, is on the page in any case.
 */
export class PageCollector {
  readonly query: PageQuery
  /** Newest first. */
  readonly #places: Place[] = []

  constructor(query: PageQuery) {
    this.query = query
  }

  get posts(): number {
    return this.#places.length
  }

  /** @returns whether the post belongs to the page: false once there are `limit` of them */
  take(room: string, place: Place): boolean {
    const { query } = this
    if (this.#places.length >= query.limit || room !== query.room || comparePlaces(place, query.before) >= 0) return false
    let index = this.#places.length
    while (index > 0 && comparePlaces(place, this.#places[index - 1]!) > 0) index -= 1
    if (index > 0 && this.#places[index - 1]!.id.equals(place.id)) return false
    this.#places.splice(index, 0, place)
    return true
  }

  end(count: number, hasMore: boolean): PageOutcome {
    if (count > this.#places.length) return { at: 'fault', fault: 'count' }
    const oldest = count === 0 ? undefined : this.#places[count - 1]!
    const newestMs = this.#places[0]?.time ?? 0
    if (!hasMore) return { at: 'end', posts: count, newestMs, oldest }
    return oldest === undefined ? { at: 'fault', fault: 'standstill' } : { at: 'more', posts: count, newestMs, oldest }
  }
}
