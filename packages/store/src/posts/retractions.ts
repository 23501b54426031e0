/** Which lines their authors took back. Facts: docs/chat.md, kind 4. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { StoredMessage } from '../message.ts'
import type { NewPost } from '../post-store.ts'
import { SELECT_ROW, toMessage } from '../row.ts'
import { LINE_BY_ID, BY_ID } from '../schema.ts'
import { firstRow, prepareRows } from '../statement.ts'

export class Retractions {
  readonly #add: StatementSync
  readonly #find: StatementSync
  readonly #mark: StatementSync
  readonly #line: StatementSync
  /** None are stored, so none need be looked for. */
  #isEmpty: boolean

  constructor(db: DatabaseSync) {
    this.#add = db.prepare(`INSERT OR REPLACE INTO retractions SELECT n, ?2, ?3 FROM posts WHERE ${BY_ID}`)
    this.#find = prepareRows(db, 'SELECT 1 FROM retractions WHERE target = ? AND author = ?')
    this.#mark = prepareRows(
      db,
      `UPDATE messages SET retracted = 1 WHERE ${LINE_BY_ID} AND author_key = ?2 AND retracted = 0 RETURNING seq`,
    )
    this.#line = prepareRows(db, `${SELECT_ROW} WHERE m.seq = ?`)
    this.#isEmpty = db.prepare('SELECT 1 FROM retractions LIMIT 1').get() === undefined
  }

  /** Takes the stored `post` of kind 4 into account; answers with the line that it takes back. Inside a transaction. */
  note({ author, body, id }: NewPost): StoredMessage | null {
    this.#isEmpty = false
    this.#add.run(id, Buffer.from(body, 'hex'), author)
    const marked = firstRow(this.#mark, body, author.toString('hex'))
    return marked === undefined ? null : toMessage(firstRow(this.#line, Number(marked[0]))!)
  }

  /** Marks the line of a post that was taken back before it was shown; answers whether it was. Inside a transaction. */
  markNew(id: Buffer, author: Buffer): boolean {
    if (this.#isEmpty || firstRow(this.#find, id, author) === undefined) return false
    firstRow(this.#mark, id.toString('hex'), author.toString('hex'))
    return true
  }
}
