/** The contract of names: what keys call themselves, and who used a nick first. Facts: docs/chat.md, *Identity*. */

/** For so long a key has to use a nick before it keeps it while it is away, and may hold it. Ms. */
export const NICK_EARNED_MS: number = 7 * 24 * 3_600_000

/** A key that uses, or used, a nick here. Keys are lower-case hex, times Unix ms by our clock. */
export interface Claim {
  readonly key: string
  /** When the first profile with this nick was seen here. Never changes. */
  readonly firstSeen: number
  /**
   * Since when the key uses the nick, as far as that counts: `firstSeen`, unless it took another nick before it had used this one for
   * NICK_EARNED_MS (`lastSeen - since`), and came back: then when it last came back. Else who once had a nick for a minute could
   * return to it before those who have used it since.
   */
  readonly since: number
  /** When its last profile with this nick was seen or, once it has another nick, when that one was seen. */
  readonly lastSeen: number
  /** Whether its newest profile has this nick. */
  readonly current: boolean
  /** The user has verified that this key is who he thinks. */
  readonly pinned: boolean
}

export interface NameStore {
  /** The nick of the newest profile of a key; undefined when none is known. */
  nickOf(key: string): string | undefined
  /** Who claims a nick, compared as `foldNick` of the store's options folds it; first seen first, at most 64, the pinned ones always among them. */
  claims(nick: string): Claim[]
  /** Verified by the user, or no longer. Durable when it returns. At most 4,096 keys. @throws {RangeError} for no key, or one too many */
  pin(key: string, on: boolean): void
  isPinned(key: string): boolean
  /** Keys whose lines are not shown, in the order they were ignored. */
  ignored(): string[]
  isIgnored(key: string): boolean
  /**
   * Lines of an ignored key, but for own ones, are left out of `history`, `search`, `recentTexts` and what is unread; they are
   * stored all the same, `onCommitted` tells of them, and they come back when the key is no longer ignored. Durable when it
   * returns. At most 4,096 keys. @throws {RangeError} for no key, or one too many
   */
  ignore(key: string, on: boolean): void
}
