/** One process a data folder, by a lock the kernel frees however the process ends. */
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from './errors.ts'
import { LOCK_WAIT_MS } from './limits.ts'
import { ensurePrivateFile } from './private-file.ts'
import { sqliteCode, toStoreError } from './sqlite-error.ts'

/** A held lock; it ends with `release` or with the process. */
export interface DataLock extends Disposable {
  /** Calling it again does nothing. */
  release(): void
}

const SQLITE_BUSY = 5

/** Keeps the connections of held locks from being collected, which would close them and so free the lock. */
const held = new Set<DatabaseSync>()

/**
 * Takes the lock on `path`, a small database of its own (mode 0600). An open write transaction is the lock: there is
 * one at a time, and the pid that was committed before it stays readable for those that are refused.
 * Waits at most `LOCK_WAIT_MS` three times.
 * @throws {StoreError} STORE_LOCKED with the holder's pid; STORE_IO
 */
export function acquireLock(path: string): DataLock {
  let db: DatabaseSync | undefined
  try {
    ensurePrivateFile(path)
    db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS })
    db.exec('BEGIN IMMEDIATE')
    db.exec('CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY CHECK (only = 1), pid INTEGER NOT NULL)')
    db.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?)').run(process.pid)
    db.exec('COMMIT')
    db.exec('BEGIN IMMEDIATE')
    return hold(db)
  } catch (error) {
    const refusal = db !== undefined && isBusy(error) ? lockedError(path, readHolder(db), error) : toStoreError(error, path)
    db?.close()
    throw refusal
  }
}

function hold(db: DatabaseSync): DataLock {
  held.add(db)
  const release = (): void => {
    if (held.delete(db)) db.close()
  }
  return { release, [Symbol.dispose]: release }
}

function isBusy(error: unknown): boolean {
  return ((sqliteCode(error) ?? 0) & 0xff) === SQLITE_BUSY
}

/** Null when the holder has not written it yet, or is writing. */
function readHolder(db: DatabaseSync): number | null {
  try {
    const pid = db.prepare('SELECT pid FROM holder').get()?.['pid']
    return pid === undefined ? null : Number(pid)
  } catch (error) {
    if (sqliteCode(error) === null) throw error
    return null
  }
}

function lockedError(path: string, pid: number | null, cause: unknown): StoreError {
  const holder = pid === null ? 'another process' : `process ${pid}`
  const message = `${holder} already uses this data folder (lock ${path})`
  return new StoreError('STORE_LOCKED', { path, pid }, { message, cause })
}
