/** The contract of the posts of a store: what is kept of them, offered to peers and reconciled. Facts: docs/chat.md, *Quotas*. */
import type { Unsubscribe } from '@dchat/system'
import type { StoreError } from './errors.ts'
import type { MessageKind, StoredMessage } from './message.ts'

/** Where a post stands in its room: by time, then by id bytewise. */
export interface Place {
  /** The author's clock, Unix ms. */
  readonly time: number
  /** SHA-256 of the post: 32 bytes. */
  readonly id: Buffer
}

/** What is shown of an own encrypted post, in the room of the line; the post stands in its own. */
export interface PostLine {
  readonly room: string
  readonly kind: MessageKind
  readonly text: string
  /** The own line that waited for this post. */
  readonly seq?: number
}

/** A post whose grammar, signature and time were checked. */
export interface NewPost extends Place {
  /** Ed25519 public key: 32 bytes. */
  readonly author: Buffer
  readonly room: string
  readonly kind: number
  readonly body: string
  /** The whole signed byte string, kept and offered untouched; the body stands before the 64 bytes of the signature. */
  readonly bytes: Buffer
  /** Unix ms by our clock. */
  readonly received: number
  readonly own: boolean
  /** Of an own encrypted post: it cannot be read from the post. */
  readonly line?: PostLine
  /** Of an own encrypted post that takes back an own line: it cannot be read from the post. */
  readonly takesBack?: OwnTarget
}

/** The own line that an own encrypted post takes back. */
export interface OwnTarget {
  /** Of the line. */
  readonly room: string
  /** The post that made it: 32 bytes. */
  readonly id: Buffer
}

/**
 * What an encrypted post says: something to show, in the room of the post or the conversation with its author; a post of the same
 * author and room that it takes back; the identity (64 lower-case hex digits) that vouches for its author in a private room; the
 * room in which a private room goes on, which makes a line of kind `system` too; or nothing that is shown.
 */
export type Revealed =
  | { readonly as: 'line'; readonly kind: MessageKind; readonly text: string }
  | { readonly as: 'retraction'; readonly target: Buffer }
  | { readonly as: 'member'; readonly identity: string }
  | { readonly as: 'rekey'; readonly room: string }
  | { readonly as: 'nothing' }

/** What it takes to open a post of a private room. */
export type SealedPost = Pick<NewPost, 'room' | 'author' | 'time' | 'kind' | 'body' | 'id'>

/** Says what a post of a private room says; undefined: it can't be opened. Synchronous, as it is asked inside the commit. */
export type Reveal = (post: SealedPost) => Revealed | undefined

/** A direct message of another that was not tried yet. */
export interface UntriedPost extends Place {
  readonly author: Buffer
  readonly body: string
  /** Unix ms by our clock. */
  readonly received: number
}

/** What trying a direct message gave: undefined when it is for another. */
export interface TriedPost {
  readonly post: Omit<UntriedPost, 'body'>
  readonly revealed: Revealed | undefined
}

/**
 * What became of a post: `stored` and offered from now on; `known` already; `outnumbered`: a quota dropped it, and its id is
 * remembered; `outdated`: older than the low-water time of its room, or a newer one took its place (profiles, box keys);
 * `unkept`: this store does not keep its room.
 */
export type PostFate = 'stored' | 'known' | 'outnumbered' | 'outdated' | 'unkept'

export interface CommittedPost {
  readonly post: NewPost
  readonly fate: PostFate
  /** The line that was made of it, or that had waited for it. Null where nobody is shown one. */
  readonly line: StoredMessage | null
}

/** What a commit, a sweep or a cancelled post changed in the offered set of one room. */
export interface SetChange {
  readonly room: string
  readonly added: readonly Place[]
  readonly removed: readonly Place[]
}

/** What is offered of one room. */
export interface OfferedRoom {
  readonly room: string
  readonly joined: boolean
  /** Time of the newest offered post; 0 when there is none. */
  readonly newest: number
  /** Nothing older is offered or taken, Unix ms. */
  readonly low: number
  readonly posts: number
}

export interface PostPage {
  /** Whole posts, newest first. */
  readonly posts: readonly Buffer[]
  readonly more: boolean
}

/** What bounds the offered posts; docs/chat.md, *Quotas*. Smaller ones are for tests. */
export interface Quotas {
  /** @default 60 */
  readonly perAuthorMinute: number
  /** @default 100,000 */
  readonly perRoom: number
  /** Of one author in a room. @default 20,000 */
  readonly perAuthor: number
  /** @default 365 */
  readonly maxAgeDays: number
  /** Rooms that are not joined and kept all the same. @default 1,024 */
  readonly unjoinedRooms: number
  /** Ids of dropped posts that are remembered. @default 65,536 */
  readonly droppedIds: number
}

/**
 * Posts join the group commits of the store: one queue, one writer, one order. Reads see what is committed.
 * After `close` of the store every method throws STORE_CLOSED.
 */
export interface PostStore {
  /**
   * As `MessageStore.add`: false means stop feeding until the store's `onDrain`. A post counts for 2 lines.
   * @throws {TypeError} for a post that is not as `NewPost` says
   */
  add(post: NewPost): boolean
  /** Resolves after the durable commit that decided. @throws {StoreError} STORE_FULL, STORE_IO, STORE_CLOSED */
  append(post: NewPost): Promise<CommittedPost>
  /** Hears of each decided batch, in the order the posts were given, after `MessageStore.onCommitted` was told of the lines. */
  onCommitted(listener: (posts: readonly CommittedPost[]) => void): Unsubscribe
  /** Hears what changed in the offered sets, with or after `onCommitted`. */
  onSetChange(listener: (changes: readonly SetChange[]) => void): Unsubscribe
  /** Hears of posts that could not be stored: they may come again. */
  onFailure(listener: (error: StoreError, lost: readonly NewPost[]) => void): Unsubscribe
  /** Whether the post is stored, and so offered. */
  holds(id: Buffer): boolean
  /** Whether a quota dropped it, and that is remembered: it need not be asked for. */
  wasDropped(id: Buffer): boolean
  /**
   * Bytes of stored posts, by position; undefined for those that are not here. At most 256 ids. Here, in `page` and in `newestOf` a post
   * whose bytes are not those of its id any more counts as not here, and soon is not: peers may bring it again.
   */
  read(ids: readonly Buffer[]): (Buffer | undefined)[]
  /** The newest offered posts of a room, or the newest before a place. `limit` 1 to 200. */
  page(room: string, query: { readonly before?: Place; readonly limit: number }): PostPage
  /** Places of the newest offered posts of a room whose time is at most `notAfter`, newest first. `count` 1 to 256. */
  newest(room: string, query: { readonly count: number; readonly notAfter: number }): Place[]
  /** Places of the offered posts of a room, in order, after a place. `limit` 1 to 4,096. */
  places(room: string, query: { readonly after?: Place; readonly limit: number }): Place[]
  /** Every room that has offered posts or is joined, the empty room among them. */
  rooms(): OfferedRoom[]
  /** Nothing older is taken into the room, Unix ms: what age allows, in whole minutes, or what `maxBytes` forced. */
  lowWater(room: string): number
  /** Whether posts of a room are kept: it is joined, `keep` is "all" and there are not too many, or everybody keeps it (empty room, `_dm`). */
  keeps(room: string): boolean
  /** What `keep` of the configuration says from now on. Rooms that are stored stay. */
  setKeep(keep: 'all' | 'joined'): void
  /**
   * Takes an own post out of what is offered; its line stays, its delivery `failed`. Durable when it returns. False when there is
   * none. Should a peer have it after all and send it, then it is stored again like any other, and its delivery becomes `held`.
   */
  withdraw(id: Buffer): boolean
  /**
   * Direct messages of others that were not tried yet: of people one has written with and pinned keys first, then of those with an
   * open conversation, then the newest first. @param limit 1 to 1,024
   */
  untried(limit: number): UntriedPost[]
  untriedCount(): number
  /**
   * Notes what trying gave, whether or not the posts are still here. Durable when it returns. What one says makes its line in the
   * conversation with its author, once, and opens that (unless the author is ignored, or 1,024 conversations are open in which
   * nothing own was ever said). @throws {TypeError} for what is not as `TriedPost` says: nothing is noted then
   */
  settle(tried: readonly TriedPost[]): void
  /** Has all stored direct messages of others without a line tried again. Durable when it returns. */
  tryAgain(): void
  /** The newest profile (kind 2) or box key (kind 5) of an author that is stored. */
  newestOf(author: Buffer, kind: 2 | 5): { readonly time: number; readonly body: string } | undefined
}
