/** Own lines that wait for a key of their recipient. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_PENDING } from '../limits.ts'
import type { WaitingLine } from '../message-store.ts'
import { SUMMED_COLUMNS, toSummed } from '../row.ts'
import { KINDS } from '../schema.ts'
import { prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'

const SELECT = `
  SELECT ${SUMMED_COLUMNS}, w.recipient FROM waiting w JOIN messages m ON m.seq = w.seq JOIN rooms r ON r.id = m.room`

/** `add` and `remove` inside a transaction. */
export class Waiting {
  readonly #add: StatementSync
  readonly #remove: StatementSync
  readonly #all: StatementSync
  readonly #of: StatementSync

  constructor(db: DatabaseSync) {
    this.#add = db.prepare('INSERT INTO waiting VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM waiting WHERE seq = ?')
    this.#all = prepareRows(db, `${SELECT} ORDER BY w.seq LIMIT ${MAX_PENDING}`)
    this.#of = prepareRows(db, `${SELECT} WHERE w.recipient = ? ORDER BY w.seq LIMIT ${MAX_PENDING}`)
  }

  add(seq: number, recipient: string): void {
    this.#add.run(seq, recipient)
  }

  /** False when it does not wait. */
  remove(seq: number): boolean {
    return this.#remove.run(seq).changes === 1
  }

  list(recipient: string | undefined): WaitingLine[] {
    const rows = recipient === undefined ? this.#all.all() : this.#of.all(recipient)
    return (rows as unknown as Row[]).map(toWaiting)
  }
}

function toWaiting(row: Row): WaitingLine {
  const { seq, kind, text } = toSummed(row)
  return { seq, recipient: String(row.at(-1)), kind: KINDS[kind] ?? 'text', text }
}
