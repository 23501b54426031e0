/** The newest ids that a quota dropped, over restarts too: they need not be asked for. Facts: docs/chat.md, *Quotas*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BY_ID } from '../schema.ts'
import { prepareRows } from '../statement.ts'

export class DroppedIds {
  readonly #keep: number
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #removeUpTo: StatementSync

  constructor(db: DatabaseSync, options: { readonly keep: number }) {
    this.#keep = options.keep
    this.#find = prepareRows(db, `SELECT 1 FROM dropped WHERE ${BY_ID}`)
    this.#add = db.prepare('INSERT INTO dropped(id) VALUES (?)')
    this.#removeUpTo = db.prepare('DELETE FROM dropped WHERE n <= ?')
  }

  has(id: Buffer): boolean {
    return this.#find.get(id) !== undefined
  }

  /** Inside a transaction. */
  add(id: Buffer): void {
    if (this.has(id)) return
    const { lastInsertRowid } = this.#add.run(id)
    this.#removeUpTo.run(Number(lastInsertRowid) - this.#keep)
  }
}
