/** Room names and the numbers that stand for them in rows. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from './ledger.ts'
import { MAX_CACHED_ROOMS } from './limits.ts'

/** Looks room numbers up and gives out new ones. A part of the ledger: one that an undone transaction added is not remembered. */
export class Rooms implements LedgerPart {
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #cached = new Map<string, number>()

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM rooms WHERE name = ?')
    this.#add = db.prepare('INSERT INTO rooms(name) VALUES (?)')
  }

  find(name: string): number | undefined {
    const cached = this.#cached.get(name)
    if (cached !== undefined) return cached
    const row = this.#find.get(name)
    return row === undefined ? undefined : this.#remember(name, Number(row['id']))
  }

  findOrAdd(name: string): number {
    return this.find(name) ?? this.#remember(name, Number(this.#add.run(name).lastInsertRowid))
  }

  forget(): void {
    this.#cached.clear()
  }

  #remember(name: string, id: number): number {
    if (this.#cached.size >= MAX_CACHED_ROOMS) this.#cached.clear()
    this.#cached.set(name, id)
    return id
  }
}
