/** The contract of the rooms of a store as a person sees them. Facts: docs/chat.md, *Which rooms*; spec rpc.md, chat.rooms. */
import type { Unsubscribe } from '@dchat/system'

/** What a client is told of a room. */
export type NotifyLevel = 'all' | 'mentions' | 'none'

/** A room as one client sees it. */
export interface RoomState {
  readonly room: string
  readonly joined: boolean
  /**
   * Lines of others after the client's read marker, at most 10,000, without those of ignored keys; 0 for rooms that are not
   * joined. What was written before the room was joined is not unread, though it may come later. A line that was removed to
   * keep the store within its bounds may still be counted.
   */
  readonly unread: number
  /** Of these, those that mention the user (`isMention` of the store's options, when they came) and were not retracted. */
  readonly mentions: number
  /** seq of the newest line, 0 when there is none. */
  readonly lastSeq: number
  /** Up to which line the client has read. Without a marker of its own for the room: what was stored when it first came. */
  readonly readSeq: number
  /** The newest by time, without those of ignored keys and retracted ones. */
  readonly topic: string | null
  readonly level: NotifyLevel
  /** Posts that are offered. */
  readonly posts: number
}

/**
 * Whether a room is a conversation: `@` and the hex of the other's key. It is of this store alone: no room of the wire begins so, and it
 * is never told to peers. It opens (is joined) by itself with each line of it, also after it was left.
 */
export function isConversation(room: string): boolean {
  return room.startsWith('@')
}

/** The conversation with a key in lower-case hex. */
export function conversationOf(key: string): string {
  return `@${key}`
}

export interface RoomStore {
  /**
   * Joined rooms, conversations, and rooms with posts or lines, by name; never the empty room and `_dm`.
   * @param client any name of 1 to 128 UTF-16 units, the same each time
   * @throws {RangeError} for another
   */
  list(client: string): RoomState[]
  isJoined(room: string): boolean
  /** The conversations that are open, or in which something own was ever said; in no order. Costs no query. */
  conversations(): string[]
  /** Whether something own was ever said in a conversation. Costs no query. */
  isAnswered(conversation: string): boolean
  /**
   * Shows a room from now on: makes lines of the posts that are here. Durable when it resolves. False when it was joined, and for the
   * empty room and `_dm`, which are never shown. Of a private room whose key comes later, leave it and join it again. @throws {StoreError} STORE_FULL, STORE_IO: join it again to go on
   */
  join(room: string): Promise<boolean>
  /** Its lines stay. Durable when it returns. False when it was not joined. */
  leave(room: string): boolean
  /**
   * Destroys the lines of a room: their rows and the index of them are overwritten, own lines that wait for a key are given up. Its posts
   * stay for peers until they expire and make no line any more, also when the room is left and joined again. Lines that are stored
   * meanwhile stay. Durable when it resolves, with how many lines went. @throws {StoreError} some of them may have gone then
   */
  forget(room: string): Promise<number>
  /**
   * Sets a client's read marker; it may go back; a seq above the newest counts as that. At most 64 clients: the least recently
   * used goes, and counts as new when it comes back. Durable within a second. Does nothing for a room that is not known.
   * @throws {RangeError} for a seq or client out of range
   */
  markRead(room: string, marker: { readonly seq: number; readonly client: string }): void
  /** Durable when it returns. Does nothing for a room that is not known. */
  setLevel(room: string, level: NotifyLevel): void
  /** Hears of each change of what `list` tells, beside new lines: joined, left, read, level, topic; and of who is vouched for in it. */
  onChange(listener: (room: string) => void): Unsubscribe
}
