/** The contract of a message store; `openStore` makes one. */
import type { DurationCounts, Unsubscribe } from '@dchat/system'
import type { StoreError, StoreErrorData } from './errors.ts'
import type { Inspection } from './upkeep/inspect-database.ts'
import type { MemberStore } from './member-store.ts'
import type { NameStore } from './name-store.ts'
import type { Delivery, MessageKind, NewMessage, StoredMessage } from './message.ts'
import type { PostStore } from './post-store.ts'
import type { RoomStore } from './room-store.ts'

/** What the history is kept within. */
export interface StoreBounds {
  /**
   * Counted bytes of lines and posts above which the oldest go, 1 or more; passed by at most two batches while old lines are being
   * removed. The file takes about as much.
   */
  readonly maxBytes: number
  /** Days after which lines go, 1 or more. Posts have an age of their own: `Quotas`. */
  readonly maxAgeDays: number
}

/** Which lines `history` answers with. At most one of `since`, `before` and `after` may be given. */
export interface HistoryQuery {
  /** What was stored after this seq, in order of storing. */
  readonly since?: number
  /**
   * The page in room order that ends just before the line with this seq; its place is kept over its removal only as
   * long as a neighbour is there: a seq that is not stored gives an empty page. None of the three: the newest page.
   */
  readonly before?: number
  /** The page in room order that begins just after the line with this seq; empty as with `before`. */
  readonly after?: number
  /** At most this many lines: a whole number, 1 to 1,000. */
  readonly limit: number
  /** Only this room. @default all rooms */
  readonly room?: string
  /** The page ends early rather than hold more bytes of text than this; one line always fits. @default 4 MiB */
  readonly maxBytes?: number
}

/** What `search` looks for. */
export interface SearchQuery {
  /**
   * Words, parted by white space; a line is found when it holds all of them, in any order, anywhere in its text. Upper and
   * lower case and compatible forms are one; an accent counts. Nothing in a query has a meaning of its own. At most 256
   * UTF-16 units and 16 words.
   */
  readonly query: string
  /** Only this room. @default all rooms */
  readonly room?: string
  /** At most this many lines: a whole number, 1 to 1,000. @default 50 */
  readonly limit?: number
  /** Only lines that stand before the line with this seq in room order; a seq that is not stored finds nothing. */
  readonly before?: number
}

export interface RecentBounds {
  /** @default all rooms */
  readonly room?: string
  /** @default 10,000 */
  readonly maxMessages?: number
  /** @default 8 MiB */
  readonly maxBytes?: number
}

export interface HistoryPage {
  readonly messages: StoredMessage[]
  /** With `since`: more was stored after the last of them. Else: the room order goes on before the first, or with `after` after the last. */
  readonly more: boolean
  /** The newest seq ever given out, 0 if none. With `since` and `more`, go on after the last line of the page instead. */
  readonly lastSeq: number
}

export interface StoreStats {
  readonly messages: number
  /** Counted bytes of lines and posts: see `countBytes` and `countPostBytes`. */
  readonly bytes: number
  /** The newest seq ever given out, 0 if none. */
  readonly lastSeq: number
}

/** An own line that waits for a key of its recipient. */
export interface WaitingLine {
  readonly seq: number
  /** Hex key. */
  readonly recipient: string
  readonly kind: MessageKind
  readonly text: string
}

/** What the store counts of its own work since it was opened. */
export interface StoreCounts {
  /** How long each commit took that was made; those that failed are `failedCommits`. */
  readonly commitMs: DurationCounts
  readonly failedCommits: number
  /** Lines that could not be stored. */
  readonly lostLines: number
  /** Lines and posts that wait for a commit just now. */
  readonly queuedLines: number
}

/** What `check` found. */
export interface CheckReport extends Inspection {
  readonly ok: boolean
  readonly tookMs: number
}

/** What opening met. */
export interface OpenReport {
  /** A new database was started. */
  readonly isNew: boolean
  /** The last process did not close the store; what was committed is there. */
  readonly afterUncleanStop: boolean
  /** The damaged file that was set aside, if any. */
  readonly setAside: ({ readonly code: 'STORE_DAMAGED_SET_ASIDE' } & StoreErrorData['STORE_DAMAGED_SET_ASIDE']) | null
}

/**
 * Chat lines in order of storing. Writing is by group commit: lines wait at most `commitDelayMs` and are told to
 * listeners only when they are durable. Everything but `append`, `flush` and `close` is synchronous.
 * After `close` every method but `close`, `flush` and the listeners' throws (or rejects with) STORE_CLOSED.
 */
export interface MessageStore extends AsyncDisposable {
  readonly opened: OpenReport
  /** What peers are offered; its posts join the same commits. */
  readonly posts: PostStore
  readonly names: NameStore
  readonly rooms: RoomStore
  readonly members: MemberStore
  /** Keeps the history within other bounds from now on. @throws {RangeError} for a bound out of range */
  setBounds(bounds: StoreBounds): void
  /**
   * Takes `message` for the next commit. False: the queue is full (1,024 lines or 4 MiB of text); the line was taken,
   * but stop feeding until `onDrain`. Who goes on feeding has the queue written in place, so that memory stays bounded.
   * @throws {TypeError} for a message that is not as `NewMessage` says
   */
  add(message: NewMessage): boolean
  /**
   * Resolves after the durable commit that holds the line.
   * @throws {StoreError} STORE_FULL, STORE_IO: it was not stored; STORE_CLOSED
   */
  append(message: NewMessage): Promise<StoredMessage>
  /** Hears of each commit, in order of seq, own lines and others'. */
  onCommitted(listener: (messages: readonly StoredMessage[]) => void): Unsubscribe
  /** Hears when the queue has room again after an `add` that answered false. */
  onDrain(listener: () => void): Unsubscribe
  /** Hears of lines that could not be stored and are lost (those of `append` included: their callers hear too). */
  onFailure(listener: (error: StoreError, lost: readonly NewMessage[]) => void): Unsubscribe
  /** A page of lines; see `HistoryQuery`. Reads what is committed. @throws {RangeError} for a query out of range */
  history(query: HistoryQuery): HistoryPage
  /** Texts (kinds text and action) of others in order of storing, oldest first: the newest that fit both bounds. */
  recentTexts(bounds?: RecentBounds): string[]
  /**
   * The newest lines in room order that hold all words of the query, oldest first, without those of ignored keys and
   * retracted ones. Go on with `before: messages[0].seq`; fewer than `limit` were the last, but for a page that ends early
   * at 4 MiB. Works in turns of a few milliseconds, and finds what was stored when it began.
   * @throws {RangeError} for a query out of range
   * @throws {StoreError} STORE_BUSY, STORE_CLOSED, STORE_IO
   */
  search(query: SearchQuery): Promise<StoredMessage[]>
  /** Notes how far an own line came; does nothing for a seq that is not an own line's. Joins the next commit. */
  setDelivery(seq: number, delivery: Delivery): void
  /** Hears of each delivery that was noted, once it is committed. */
  onDelivery(listener: (seq: number, delivery: Delivery) => void): Unsubscribe
  /** Lines of own posts whose delivery is `stored`, and those that wait, oldest first: at most 1,000. */
  pending(): StoredMessage[]
  /**
   * Stores an own line (`id` and `time` null) of a conversation that waits for a key of the recipient. Durable when it resolves. Its post, once there is one,
   * names it: `PostLine.seq`. @throws {TypeError} for any other line @throws {StoreError} as `append`
   */
  appendWaiting(message: NewMessage, recipient: string): Promise<StoredMessage>
  /** Lines that wait, for this recipient (hex) or all; oldest first, at most 1,000. */
  waiting(recipient?: string): WaitingLine[]
  /** A line waits no longer; its delivery is `failed`. Durable when it returns. False when it does not wait. */
  dropWaiting(seq: number): boolean
  /** Hears of each line that had waited for its post, once it has the post's id, time and place. */
  onBound(listener: (line: StoredMessage) => void): Unsubscribe
  /** Hears of each line that was taken back, as it is now. A line that is told after its retraction came is not among them. */
  onRetracted(listener: (line: StoredMessage) => void): Unsubscribe
  /** The seq of the line of an own post, by the id of the post. */
  ownSeq(id: Buffer): number | undefined
  getSetting(key: string): string | undefined
  /** Durable when it returns; undefined removes. @throws {StoreError} STORE_FULL, STORE_IO */
  setSetting(key: string, value: string | undefined): void
  /** Kept as it goes: costs nothing. */
  stats(): StoreStats
  /** Bytes of the database on disk, its log included; 0 in memory. */
  fileBytes(): number
  /** As they are now. */
  readonly counts: StoreCounts
  /**
   * Looks the whole store over while it is used: pages, counters, ids of posts, sums of lines, rows that belong to
   * nothing. In a thread of its own; a file of 1,000,000 lines takes seconds. Mends nothing. One at a time.
   * @param options full: indexes and the search index too, which takes about ten times as long. @default full false
   * @throws {StoreError} STORE_BUSY, STORE_CLOSED, STORE_IO
   */
  check(options?: { readonly full?: boolean }): Promise<CheckReport>
  /**
   * Writes a copy that opens as a store, as of one moment, to a file that must not exist yet (mode 0600, there when it is
   * complete and durable). In a thread of its own. One at a time.
   * @throws {StoreError} STORE_FILE_EXISTS, STORE_NO_FOLDER, STORE_FULL, STORE_BUSY, STORE_CLOSED, STORE_IO
   */
  backup(path: string): Promise<void>
  /** Resolves when all that waited is committed or given up, and the store is within its bounds. */
  flush(): Promise<void>
  /** Commits what waits, checkpoints and closes the file. Calling it again waits for the same end. */
  close(): Promise<void>
}
