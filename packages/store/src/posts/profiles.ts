/** What keys call themselves: the newest profile of each. Facts: docs/chat.md, *Post* and *Identity*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import { MAX_CACHED_NICKS, MAX_PROFILES } from '../limits.ts'
import type { NewPost } from '../post-store.ts'
import { firstRow, prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'

/** A key's newest profile. */
export interface Profile {
  /** Lower-case hex. */
  readonly key: string
  readonly nick: string
  /** The nick as names are compared. */
  readonly folded: string
  /** Unix ms by our clock. */
  readonly received: number
}

/** Hears, inside the transaction, of each profile that is the newest of its key. */
export type ProfileListener = (profile: Profile) => void

export interface ProfilesOptions {
  readonly foldNick: (nick: string) => string
}

export class Profiles implements LedgerPart {
  readonly #options: ProfilesOptions
  readonly #listeners: ProfileListener[] = []
  readonly #put: StatementSync
  readonly #nickOf: StatementSync
  readonly #removeUpTo: StatementSync
  readonly #nicks = new Map<string, string | undefined>()

  constructor(options: ProfilesOptions, db: DatabaseSync) {
    this.#options = options
    this.#put = prepareRows(
      db,
      `INSERT INTO profiles(key, time, id, nick, folded) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(key) DO UPDATE SET time = excluded.time, id = excluded.id, nick = excluded.nick, folded = excluded.folded
       WHERE (excluded.time, excluded.id) > (time, id) RETURNING n`,
    )
    this.#nickOf = prepareRows(db, 'SELECT nick FROM profiles WHERE key = ?')
    this.#removeUpTo = db.prepare('DELETE FROM profiles WHERE n <= ?')
  }

  /** `listener` hears of profiles from now on. */
  listen(listener: ProfileListener): void {
    this.#listeners.push(listener)
  }

  /** Takes a stored profile for the newest of its author, unless a newer one was here. Inside a transaction. */
  note(post: NewPost): void {
    const key = post.author.toString('hex')
    const folded = this.#options.foldNick(post.body)
    const row = firstRow(this.#put, key, post.time, post.id, post.body, folded)
    if (row === undefined) return
    this.#nicks.delete(key)
    this.#removeUpTo.run(Number(row[0]) - MAX_PROFILES)
    for (const listener of this.#listeners) listener({ key, nick: post.body, folded, received: post.received })
  }

  /** The nick of a key in lower-case hex; undefined when none is known. */
  nickOf(key: string): string | undefined {
    if (this.#nicks.has(key)) return this.#nicks.get(key)
    const row: Row | undefined = firstRow(this.#nickOf, key)
    const nick = row === undefined ? undefined : String(row[0])
    if (this.#nicks.size >= MAX_CACHED_NICKS) this.#nicks.clear()
    this.#nicks.set(key, nick)
    return nick
  }

  forget(): void {
    this.#nicks.clear()
  }
}
