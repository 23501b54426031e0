/** Tells the failures of SQLite apart. Codes: sqlite.org/rescode.html. */
import { StoreError } from './errors.ts'
import { RowDamage, TableDamage } from './row-sum.ts'

const SQLITE_ERROR = 1
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26
/** The shared memory beside the file could not grow: there is no room for it. */
const SQLITE_IOERR_SHMSIZE = 4874

/** The extended result code of an error that SQLite met, or null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}

/** Whether the file's content is at fault, not the disk or the statement. */
export function isDamage(error: unknown): boolean {
  if (error instanceof RowDamage || error instanceof TableDamage) return true
  const primary = (sqliteCode(error) ?? 0) & 0xff
  return primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB
}

/** Whether a file that could not be opened is at fault itself: besides what `isDamage` knows, a schema that does not fit our statements. */
export function isUnusable(error: unknown): boolean {
  return isDamage(error) || ((sqliteCode(error) ?? 0) & 0xff) === SQLITE_ERROR
}

/** What the callers of the store get to see of an error met on `path`. */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error
  const code = sqliteCode(error)
  const text = error instanceof Error ? error.message : String(error)
  if (code !== null && ((code & 0xff) === SQLITE_FULL || code === SQLITE_IOERR_SHMSIZE)) {
    const message = `no room on the disk for ${path}: make some, storing then works again by itself`
    return new StoreError('STORE_FULL', { path, sqliteCode: code }, { message, cause: error })
  }
  const message = `the message store ${path} failed: ${text}`
  return new StoreError('STORE_IO', { path, sqliteCode: code, isDamage: isDamage(error) }, { message, cause: error })
}
