/** The contract of names: what keys call themselves, and who used a nick first. Facts: docs/chat.md, *Identity*. */

/** A key that uses, or used, a nick here. Keys are lower-case hex. */
export interface Claim {
  readonly key: string
  /** Unix ms of the first profile with this nick that was seen here, by our clock. */
  readonly firstSeen: number
  /** Unix ms of the last; a key that has another nick now claims it no longer, and keeps its place for when it returns. */
  readonly lastSeen: number
  /** Whether its newest profile has this nick. */
  readonly current: boolean
  /** The user has verified that this key is who he thinks. */
  readonly pinned: boolean
}

export interface NameStore {
  /** The nick of the newest profile of a key; undefined when none is known. */
  nickOf(key: string): string | undefined
  /** Who claims a nick, compared as `foldNick` of the store's options folds it; first seen first, at most 64. */
  claims(nick: string): Claim[]
  /** Verified by the user, or no longer. Durable when it returns. */
  pin(key: string, on: boolean): void
  isPinned(key: string): boolean
  /** Keys whose lines are not shown, in the order they were ignored. */
  ignored(): string[]
  /** Durable when it returns. At most 4,096 keys. */
  ignore(key: string, on: boolean): void
}
