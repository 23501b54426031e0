/** The counters of the store, and the transactions that keep them true. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TableDamage } from './row-sum.ts'

export interface Totals {
  /** The newest seq given out. */
  lastSeq: number
  messages: number
  /** Counted bytes of all lines and posts. */
  bytes: number
  /** Up to this seq there are no unsigned lines of others. */
  sweptUnsigned: number
  /** Up to this seq there are no signed lines of others. */
  sweptSigned: number
}

/** What keeps a part of the tables in memory: it has its say at the end of each transaction. */
export interface LedgerPart {
  /** Writes what is not yet in the tables: the transaction is about to be kept. @throws what SQLite throws */
  save?(): void
  /** The transaction was undone: what is in memory has to be read anew. */
  forget(): void
}

/** Totals in memory equal those on disk after each transaction, whether it was kept or undone. */
export class Ledger {
  readonly #db: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #save: StatementSync
  readonly #parts: LedgerPart[] = []
  #totals: Totals

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#save = db.prepare('UPDATE totals SET last_seq = ?, messages = ?, bytes = ?, swept_unsigned = ?, swept_signed = ?')
    const row = db.prepare('SELECT * FROM totals').get()
    if (row === undefined) throw new TableDamage('the totals of the message store are missing')
    this.#totals = {
      lastSeq: Number(row['last_seq']),
      messages: Number(row['messages']),
      bytes: Number(row['bytes']),
      sweptUnsigned: Number(row['swept_unsigned']),
      sweptSigned: Number(row['swept_signed']),
    }
  }

  /** Change it inside `transaction` only. */
  get totals(): Totals {
    return this.#totals
  }

  /** `part` takes part in every transaction from now on. */
  join(part: LedgerPart): void {
    this.#parts.push(part)
  }

  /** Runs `run` and what it changed in the totals as one durable step, or not at all. @throws what `run` or SQLite throws */
  transaction<T>(run: () => T): T {
    const before = { ...this.#totals }
    try {
      this.#begin.run()
      const result = run()
      for (const part of this.#parts) part.save?.()
      const { lastSeq, messages, bytes, sweptUnsigned, sweptSigned } = this.#totals
      this.#save.run(lastSeq, messages, bytes, sweptUnsigned, sweptSigned)
      this.#commit.run()
      return result
    } catch (error) {
      this.#totals = before
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      for (const part of this.#parts) part.forget()
      throw error
    }
  }
}
