/** Takes lines out of the tables, with what belongs to them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Ledger } from './ledger.ts'
import { KINDS, LINE_CLASS } from './schema.ts'

const SYSTEM = KINDS.indexOf('system')

export interface RemovableLine {
  readonly seq: number
  /** One of LINE_CLASS. */
  readonly lineClass: number
  /** A position in KINDS. */
  readonly kind: number
  readonly size: number
}

/** For use inside a transaction. */
export class LineRemoval {
  readonly #ledger: Ledger
  readonly #delete: StatementSync
  readonly #deleteDelivery: StatementSync
  readonly #deleteWaiting: StatementSync
  readonly #deleteRekey: StatementSync

  constructor({ db, ledger }: { readonly db: DatabaseSync; readonly ledger: Ledger }) {
    this.#ledger = ledger
    this.#delete = db.prepare('DELETE FROM messages WHERE seq = ?')
    this.#deleteDelivery = db.prepare('DELETE FROM deliveries WHERE seq = ?')
    this.#deleteWaiting = db.prepare('DELETE FROM waiting WHERE seq = ?')
    this.#deleteRekey = db.prepare('DELETE FROM rekeys WHERE seq = ?')
  }

  remove({ seq, lineClass, kind, size }: RemovableLine): void {
    this.#delete.run(seq)
    if (lineClass === LINE_CLASS.own) {
      this.#deleteDelivery.run(seq)
      this.#deleteWaiting.run(seq)
    }
    if (kind === SYSTEM) this.#deleteRekey.run(seq)
    this.#ledger.totals.messages -= 1
    this.#ledger.totals.bytes -= size
  }
}
