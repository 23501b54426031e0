/** What happens with each post inside a commit. */
import type { Clock } from '@dchat/system'
import type { RevealedPosts } from '../encrypted/revealed-posts.ts'
import type { StoredMessage } from '../message.ts'
import type { News } from '../news.ts'
import type { CommittedPost, NewPost, PostFate, Quotas } from '../post-store.ts'
import { JOINED } from '../schema.ts'
import { POST_KIND } from './post-kinds.ts'
import type { PostLines } from './post-lines.ts'
import type { PostRoom, PostRooms } from './post-rooms.ts'
import type { PostTable } from './post-table.ts'
import type { Profiles } from './profiles.ts'
import type { Quota } from './quota.ts'
import type { Retractions } from './retractions.ts'

export interface PostWriterDeps {
  readonly clock: Clock
  readonly news: News
  readonly rooms: PostRooms
  readonly table: PostTable
  readonly quota: Quota
  readonly lines: PostLines
  readonly profiles: Profiles
  readonly retractions: Retractions
  readonly revealed: RevealedPosts
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export class PostWriter {
  readonly #quotas: Quotas
  readonly #deps: PostWriterDeps

  constructor(quotas: Quotas, deps: PostWriterDeps) {
    this.#quotas = quotas
    this.#deps = deps
  }

  /** What age alone allows: a whole minute, so that the minutes of authors are kept or go whole. Unix ms. */
  get oldestAllowed(): number {
    return this.oldestAllowedAt(this.#deps.clock.nowMs())
  }

  oldestAllowedAt(nowMs: number): number {
    const oldest = nowMs - this.#quotas.maxAgeDays * DAY_MS
    return Math.max(0, Math.floor(oldest / MINUTE_MS) * MINUTE_MS)
  }

  /** Nothing older is taken into the room, Unix ms. */
  lowWater(room: string): number {
    return Math.max(this.oldestAllowed, this.#deps.rooms.find(room)?.low ?? 0)
  }

  /** Decides about `post` and stores it with its line. Inside a transaction; `settle` has the last word. */
  put(post: NewPost): CommittedPost {
    const { rooms, table, quota } = this.#deps
    if (table.holds(post.id)) return { post, fate: 'known', line: null }
    if (post.time < this.lowWater(post.room)) return { post, fate: 'outdated', line: null }
    if (!rooms.keeps(post.room)) return { post, fate: 'unkept', line: null }
    const room = rooms.findOrAdd(post.room)
    const fate = quota.put(post, room)
    if (fate !== 'stored') return { post, fate, line: null }
    return { post, fate, line: this.#show(post, room) }
  }

  /** The line of the stored `post`. */
  #show(post: NewPost, room: PostRoom): StoredMessage | null {
    const { lines, profiles, retractions, revealed } = this.#deps
    if (post.kind === POST_KIND.retract) retractions.note(post, Buffer.from(post.body, 'hex'), 'anywhere')
    if (post.kind === POST_KIND.profile && room.name === '') profiles.note(post)
    revealed.note(post)
    if (post.line !== undefined) return lines.make(post, post.line)
    return room.joined === JOINED.no ? null : revealed.show(post)
  }

  /** What became of `posts` at the end of their transaction: a later one may have taken the place of an earlier. */
  settle(posts: readonly CommittedPost[]): CommittedPost[] {
    const { changes } = this.#deps.news
    return posts.map((one) => {
      if (one.fate !== 'stored' || changes.isAdded(one.post.room, one.post)) return one
      const { room, time } = one.post
      const fate: PostFate = room === '' || time < this.lowWater(room) ? 'outdated' : 'outnumbered'
      return { ...one, fate }
    })
  }
}
