/** How many posts each author of a room has in each clock minute, kept in memory and written once a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import { MAX_CACHED_AUTHORS } from '../limits.ts'
import { firstRow, prepareRows } from '../statement.ts'

interface AuthorMinute {
  readonly author: number
  readonly minute: number
  posts: number
}

export class PostMinutes implements LedgerPart {
  readonly #find: StatementSync
  readonly #oldest: StatementSync
  readonly #save: StatementSync
  readonly #remove: StatementSync
  readonly #cache = new Map<string, AuthorMinute>()
  readonly #changed = new Set<AuthorMinute>()

  constructor(db: DatabaseSync) {
    this.#find = prepareRows(db, 'SELECT posts FROM post_minutes WHERE author = ? AND minute = ?')
    this.#oldest = prepareRows(db, 'SELECT minute FROM post_minutes WHERE author = ? ORDER BY minute LIMIT 1')
    this.#save = db.prepare('INSERT OR REPLACE INTO post_minutes VALUES (?, ?, ?)')
    this.#remove = db.prepare('DELETE FROM post_minutes WHERE author = ? AND minute = ?')
  }

  postsIn(author: number, minute: number): number {
    return this.#at(author, minute).posts
  }

  /** Notes `change` more posts, inside a transaction. */
  count(author: number, minute: number, change: 1 | -1): void {
    const entry = this.#at(author, minute)
    entry.posts += change
    this.#changed.add(entry)
  }

  /** The oldest minute of an author who has posts. Inside a transaction. */
  oldest(author: number): number {
    this.write()
    return Number(firstRow(this.#oldest, author)?.[0] ?? 0)
  }

  /** Brings the table up to date. Inside a transaction. */
  write(): void {
    for (const { author, minute, posts } of this.#changed) {
      if (posts > 0) this.#save.run(author, minute, posts)
      else this.#remove.run(author, minute)
    }
    this.#changed.clear()
  }

  save(): void {
    this.write()
    if (this.#cache.size > MAX_CACHED_AUTHORS) this.#cache.clear()
  }

  forget(): void {
    this.#cache.clear()
    this.#changed.clear()
  }

  #at(author: number, minute: number): AuthorMinute {
    const key = `${author}:${minute}`
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const entry = { author, minute, posts: Number(firstRow(this.#find, author, minute)?.[0] ?? 0) }
    this.#cache.set(key, entry)
    return entry
  }
}
