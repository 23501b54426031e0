/** How many posts each author has in each room, kept in memory and written once a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import { MAX_CACHED_AUTHORS } from '../limits.ts'
import { TableDamage } from '../row-sum.ts'
import { firstRow, prepareRows, toBuffer } from '../statement.ts'
import type { Row } from '../statement.ts'

/** An author in one room. */
export interface PostAuthor {
  readonly n: number
  readonly room: number
  readonly key: Buffer
  posts: number
}

const COLUMNS = 'SELECT n, room, posts, key FROM post_authors'

export class PostAuthors implements LedgerPart {
  readonly #byKey: StatementSync
  readonly #byNumber: StatementSync
  readonly #byPosts: StatementSync
  readonly #add: StatementSync
  readonly #save: StatementSync
  readonly #remove: StatementSync
  readonly #cache = new Map<string, PostAuthor>()
  readonly #numbered = new Map<number, PostAuthor>()
  readonly #changed = new Set<PostAuthor>()

  constructor(db: DatabaseSync) {
    this.#byKey = prepareRows(db, `${COLUMNS} WHERE room = ? AND key = ?`)
    this.#byNumber = prepareRows(db, `${COLUMNS} WHERE n = ?`)
    this.#byPosts = prepareRows(db, `${COLUMNS} WHERE room = ? ORDER BY posts DESC, key LIMIT 1`)
    this.#add = db.prepare('INSERT INTO post_authors(room, posts, key) VALUES (?, 0, ?)')
    this.#save = db.prepare('UPDATE post_authors SET posts = ? WHERE n = ?')
    this.#remove = db.prepare('DELETE FROM post_authors WHERE n = ?')
  }

  find(room: number, key: Buffer): PostAuthor | undefined {
    return this.#cache.get(cacheKey(room, key)) ?? this.#remember(firstRow(this.#byKey, room, key))
  }

  /** Inside a transaction. */
  findOrAdd(room: number, key: Buffer): PostAuthor {
    const known = this.find(room, key)
    if (known !== undefined) return known
    const n = Number(this.#add.run(room, key).lastInsertRowid)
    return this.#keep({ n, room, key: Buffer.from(key), posts: 0 })
  }

  /** @throws {TableDamage} for a number that no post has */
  at(n: number): PostAuthor {
    const author = this.#numbered.get(n) ?? this.#remember(firstRow(this.#byNumber, n))
    if (author === undefined) throw new TableDamage(`a post of an unknown author: ${n}`)
    return author
  }

  /** Notes `change` more posts, inside a transaction. */
  count(author: PostAuthor, change: 1 | -1): void {
    author.posts += change
    this.#changed.add(author)
  }

  /** Who has most posts in the room; of several, who has the lowest key. Inside a transaction. */
  most(room: number): PostAuthor | undefined {
    this.#write()
    return this.#remember(firstRow(this.#byPosts, room))
  }

  save(): void {
    this.#write()
    if (this.#numbered.size > MAX_CACHED_AUTHORS) this.#clear()
  }

  forget(): void {
    this.#clear()
  }

  #write(): void {
    for (const author of this.#changed) {
      if (author.posts > 0) this.#save.run(author.posts, author.n)
      else {
        this.#remove.run(author.n)
        this.#cache.delete(cacheKey(author.room, author.key))
        this.#numbered.delete(author.n)
      }
    }
    this.#changed.clear()
  }

  #clear(): void {
    this.#cache.clear()
    this.#numbered.clear()
    this.#changed.clear()
  }

  #remember(row: Row | undefined): PostAuthor | undefined {
    if (row === undefined) return undefined
    const [n, room, posts, key] = row
    return (
      this.#numbered.get(Number(n)) ?? this.#keep({ n: Number(n), room: Number(room), key: toBuffer(key), posts: Number(posts) })
    )
  }

  #keep(author: PostAuthor): PostAuthor {
    this.#cache.set(cacheKey(author.room, author.key), author)
    this.#numbered.set(author.n, author)
    return author
  }
}

function cacheKey(room: number, key: Buffer): string {
  return `${room}:${key.toString('latin1')}`
}
