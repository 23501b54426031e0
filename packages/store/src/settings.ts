/** Small things kept beside the messages, such as the nick. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_SETTING_KEY, MAX_SETTING_VALUE } from './limits.ts'

export class Settings {
  readonly #get: StatementSync
  readonly #set: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT value FROM settings WHERE key = ?')
    this.#set = db.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)')
    this.#remove = db.prepare('DELETE FROM settings WHERE key = ?')
  }

  get(key: string): string | undefined {
    const row = this.#get.get(key)
    return row === undefined ? undefined : String(row['value'])
  }

  /** @throws {RangeError} for a key or value that is too long or holds lone surrogates */
  set(key: string, value: string | undefined): void {
    if (!isText(key, MAX_SETTING_KEY) || key === '') throw new RangeError(`key: has to be 1 to ${MAX_SETTING_KEY} units of text`)
    if (value === undefined) this.#remove.run(key)
    else if (isText(value, MAX_SETTING_VALUE)) this.#set.run(key, value)
    else throw new RangeError(`value: has to be at most ${MAX_SETTING_VALUE} units of text`)
  }
}

function isText(value: string, maxUnits: number): boolean {
  return value.length <= maxUnits && value.isWellFormed()
}
