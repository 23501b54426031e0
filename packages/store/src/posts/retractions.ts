/** Which lines their authors took back. Facts: docs/chat.md, kind 4, and *Inner message*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { News } from '../news.ts'
import type { NewPost } from '../post-store.ts'
import { SELECT_ROW, toMessage } from '../row.ts'
import { LINE_BY_ID, BY_ID } from '../schema.ts'
import { firstRow, prepareRows } from '../statement.ts'

/** Where the line has to stand that is taken back: anywhere, in a conversation, or in the room with this number. */
export type RetractionScope = 'anywhere' | 'conversation' | number

export class Retractions {
  readonly #news: News
  readonly #add: StatementSync
  readonly #find: StatementSync
  readonly #mark: StatementSync
  readonly #line: StatementSync
  /** None are stored, so none need be looked for. */
  #isEmpty: boolean

  constructor(db: DatabaseSync, news: News) {
    this.#news = news
    this.#add = db.prepare(`INSERT OR REPLACE INTO retractions SELECT n, ?2, ?3, ?4 FROM posts WHERE ${BY_ID}`)
    this.#find = prepareRows(db, 'SELECT 1 FROM retractions WHERE target = ? AND author = ? AND (room IS NULL OR room = ?)')
    this.#mark = prepareRows(
      db,
      `UPDATE messages SET retracted = 1 WHERE ${LINE_BY_ID} AND author_key = ?2 AND retracted = 0 AND (
         ?3 IS NULL OR room = ?3
         OR (?3 = 0 AND (SELECT substr(name, 1, 1) FROM rooms WHERE rooms.id = messages.room) = '@')
       ) RETURNING seq`,
    )
    this.#line = prepareRows(db, `${SELECT_ROW} WHERE m.seq = ?`)
    this.#isEmpty = db.prepare('SELECT 1 FROM retractions LIMIT 1').get() === undefined
  }

  /** Takes the post into account, for as long as it is stored; tells of the line that it takes back. Inside a transaction. */
  note({ id, author }: Pick<NewPost, 'id' | 'author'>, target: Buffer, scope: RetractionScope): void {
    this.#isEmpty = false
    const room = numberOf(scope)
    this.#add.run(id, target, author, room)
    const marked = firstRow(this.#mark, target.toString('hex'), author.toString('hex'), room)
    if (marked !== undefined) this.#news.retracted.push(toMessage(firstRow(this.#line, Number(marked[0]))!))
  }

  /** Marks the line of a post that was taken back before it was shown; answers whether it was. Inside a transaction. */
  markNew({ id, author }: Pick<NewPost, 'id' | 'author'>, scope: Exclude<RetractionScope, 'anywhere'>): boolean {
    if (this.#isEmpty || firstRow(this.#find, id, author, numberOf(scope)) === undefined) return false
    firstRow(this.#mark, id.toString('hex'), author.toString('hex'), null)
    return true
  }
}

function numberOf(scope: RetractionScope): number | null {
  if (scope === 'anywhere') return null
  return scope === 'conversation' ? 0 : scope
}
