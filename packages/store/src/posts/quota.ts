/**
 * Which posts of a room are offered. Facts: docs/chat.md, *Quotas*. Everything here is a function of the set of posts alone, and
 * choosing from what was chosen of parts gives the same as choosing from the whole: so any order and any partition end alike.
 *
 * The posts of an author in a room stand in one order: the newest minute first, in a minute the lowest id first. Of a minute the
 * first `perAuthorMinute` count, of these the first `perAuthor`; the room keeps those of least rank in this order, of equal ranks
 * those of the higher keys. That is: in a full room the last post of the author with the most goes, of several the lower key's.
 * In the empty room the newest of a kind is all that counts of an author, and the older of two kinds goes first.
 */
import type { NewPost, PostFate, Quotas } from '../post-store.ts'
import type { DroppedIds } from './dropped-ids.ts'
import type { PostAuthor, PostAuthors } from './post-authors.ts'
import type { PostMinutes } from './post-minutes.ts'
import type { PostRoom } from './post-rooms.ts'
import { comparePlaces, minuteOf } from './post-row.ts'
import type { PostRow, PostTable } from './post-table.ts'

export interface QuotaDeps {
  readonly table: PostTable
  readonly authors: PostAuthors
  readonly minutes: PostMinutes
  readonly dropped: DroppedIds
}

export type Choice = Extract<PostFate, 'stored' | 'outnumbered' | 'outdated'>

/** Holds the quotas with each post that comes; for use inside a transaction. */
export class Quota {
  readonly #quotas: Quotas
  readonly #deps: QuotaDeps

  constructor(quotas: Quotas, deps: QuotaDeps) {
    this.#quotas = quotas
    this.#deps = deps
  }

  /** Stores a post that is not here, or not, and takes out what then is too much. The id of what is dropped is remembered. */
  put(post: NewPost, room: PostRoom): Choice {
    const choice = room.name === '' ? this.#putNewestOfKind(post, room) : this.#put(post, room)
    if (choice === 'stored') this.#deps.table.insert(post, room)
    else this.#deps.dropped.add(post.id)
    return choice
  }

  #put(post: NewPost, room: PostRoom): Choice {
    const author = this.#deps.authors.find(room.n, post.author)
    const inMinute = this.#fullMinute(post, author)
    if (inMinute === undefined) return this.#makePlace(post, room, author)
    if (post.id.compare(inMinute.id) > 0) return 'outnumbered'
    this.#drop(inMinute, room)
    return 'stored'
  }

  /** The highest post of the minute of `post`, when that is full. */
  #fullMinute(post: NewPost, author: PostAuthor | undefined): PostRow | undefined {
    const { perAuthorMinute } = this.#quotas
    if (author === undefined || author.posts < perAuthorMinute) return undefined
    const minute = minuteOf(post.time)
    if (this.#deps.minutes.postsIn(author.n, minute) < perAuthorMinute) return undefined
    return this.#deps.table.highestOfMinute(author, minute)
  }

  #putNewestOfKind(post: NewPost, room: PostRoom): Choice {
    const author = this.#deps.authors.find(room.n, post.author)
    const earlier = author && this.#deps.table.ofAuthor(author).find(({ kind }) => kind === post.kind)
    if (earlier === undefined) return this.#makePlace(post, room, author)
    if (comparePlaces(post, earlier) < 0) return 'outdated'
    this.#drop(earlier, room)
    return 'stored'
  }

  /** Takes out the post that is too much once `post` is there, unless that is `post`. */
  #makePlace(post: NewPost, room: PostRoom, author: PostAuthor | undefined): Choice {
    const most = this.#tooMany(post, room, author)
    if (most === 'nobody') return 'stored'
    const last = most === undefined ? undefined : this.#lastOf(most, room)
    const isOwn = most === author
    if (last === undefined || (isOwn && isAfter(post, last, room))) return 'outnumbered'
    this.#drop(last, room)
    return 'stored'
  }

  /** Who has one too many with `post` (undefined: its author, who has no other), or nobody. */
  #tooMany(post: NewPost, room: PostRoom, author: PostAuthor | undefined): PostAuthor | undefined | 'nobody' {
    const posts = (author?.posts ?? 0) + 1
    if (posts > this.#quotas.perAuthor) return author
    if (room.posts < this.#quotas.perRoom) return 'nobody'
    const most = this.#deps.authors.most(room.n)
    if (most === undefined || most === author || posts > most.posts) return author
    return posts === most.posts && post.author.compare(most.key) < 0 ? author : most
  }

  #lastOf(author: PostAuthor, room: PostRoom): PostRow | undefined {
    const { table } = this.#deps
    if (room.name !== '') return table.lastOf(author)
    return table.ofAuthor(author).toSorted(comparePlaces)[0]
  }

  #drop(post: PostRow, room: PostRoom): void {
    this.#deps.table.remove(post, room)
    this.#deps.dropped.add(post.id)
  }
}

/** Whether `post` stands after `other` in the order of their author. */
function isAfter(post: NewPost, other: PostRow, room: PostRoom): boolean {
  if (room.name === '') return comparePlaces(post, other) < 0
  return (minuteOf(post.time) - other.minute || other.id.compare(post.id)) < 0
}
