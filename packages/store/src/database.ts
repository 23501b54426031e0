/** Opens the database file: permissions, version, damage, migrations. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Clock, Logger } from '@dchat/system'
import { StoreError } from './errors.ts'
import { DATABASE_BUSY_MS, PAGE_BYTES } from './limits.ts'
import type { OpenReport } from './message-store.ts'
import { ensurePrivateFile } from './private-file.ts'
import { defineSum } from './row-sum.ts'
import { APPLICATION_ID, MIGRATIONS } from './schema.ts'
import { isDamage, isUnusable, toStoreError } from './sqlite-error.ts'

export interface OpenDatabase {
  readonly db: DatabaseSync
  /** As given: a file or ':memory:'. */
  readonly path: string
  readonly report: OpenReport
}

export interface DatabaseDeps {
  readonly clock: Clock
  readonly logger: Logger
}

/** Thrown inside this module: the file cannot be used, for `reason`, and has to be set aside. */
class Damaged extends Error {
  override readonly name = 'Damaged'
}

/** The first bytes of each SQLite file. Source: sqlite.org/fileformat.html 1.3; the version lies at offset 60. */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1')
const HEADER_BYTES = 100
const USER_VERSION_OFFSET = 60
/** Of the header: how the file is written and read (1 or 2), and the format of its schema (1 to 4; 0 in one without tables). */
const WRITE_FORMAT_OFFSET = 18
const READ_FORMAT_OFFSET = 19
const SCHEMA_FORMAT_OFFSET = 44
/** No program will ever have migrated so often: a larger version is no version. */
const VERSION_MAX = 10_000

/** Beside the database after damage was met while it ran: the next start looks at the whole file. */
const suspectMark = (path: string): string => `${path}-suspect`

/** Bytes of the database at `path` and its log; 0 in memory. */
export function sizeOf(path: string): number {
  if (path === ':memory:') return 0
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/**
 * Opens `path` (made with mode 0600 when missing) and brings it to the newest version. A file that is not ours, or is
 * found damaged (looked for after an unclean stop), is renamed to `<path>.damaged-<time>` and a new one is started.
 * The caller owns the connection.
 * @throws {StoreError} STORE_TOO_NEW (the file is not touched), STORE_IO, STORE_FULL
 */
export function openDatabase(path: string, deps: DatabaseDeps): OpenDatabase {
  try {
    if (path === ':memory:') return { db: connect(path), path, report: { isNew: true, afterUncleanStop: false, setAside: null } }
    const isNew = !existsSync(path) || statSync(path).size === 0
    const afterUncleanStop = !isNew && existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0
    try {
      checkHeader(path)
      checkCondemned(path)
      if (afterUncleanStop) checkUnwritten(path)
      ensurePrivateFile(path)
      const db = connect(path, {
        check: existsSync(suspectMark(path)) ? 'integrity_check' : afterUncleanStop ? 'quick_check' : undefined,
      })
      rmSync(suspectMark(path), { force: true })
      if (afterUncleanStop) deps.logger.info('Message store was not closed last time; it is sound', { path })
      return { db, path, report: { isNew, afterUncleanStop, setAside: null } }
    } catch (error) {
      if (!(error instanceof Damaged) && !isUnusable(error)) throw error
      const setAside = { code: 'STORE_DAMAGED_SET_ASIDE' as const, path, ...moveAside(path, error as Error, deps.clock) }
      deps.logger.warn('Message store is damaged: it was set aside and a new one is started', { ...setAside })
      ensurePrivateFile(path)
      return { db: connect(path), path, report: { isNew: true, afterUncleanStop, setAside } }
    }
  } catch (error) {
    throw toStoreError(error, path)
  }
}

/** Has the next start look at the whole file. */
export function markSuspect(path: string): void {
  if (path !== ':memory:') appendFileSync(suspectMark(path), '', { mode: 0o600 })
}

/** Has the next start set the file aside, for `reason`. */
export function condemn(path: string, reason: string): void {
  if (path !== ':memory:') writeFileSync(suspectMark(path), reason, { mode: 0o600 })
}

/** @throws {Damaged} for a file that was condemned */
function checkCondemned(path: string): void {
  const reason = existsSync(suspectMark(path)) ? readFileSync(suspectMark(path), 'utf8') : ''
  if (reason !== '') throw new Damaged(reason)
}

/** Refuses, before SQLite opens it, a file that is not a database or too new. */
function checkHeader(path: string): void {
  if (!existsSync(path)) return
  const header = Buffer.alloc(HEADER_BYTES)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, header, 0, HEADER_BYTES, 0)
    if (length === 0) return
    if (length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) throw new Damaged('not a database')
    const formats = [header[WRITE_FORMAT_OFFSET], header[READ_FORMAT_OFFSET]]
    const isKnown = formats.every((format) => format === 1 || format === 2) && header.readUInt32BE(SCHEMA_FORMAT_OFFSET) <= 4
    if (!isKnown) throw new Damaged('its header names formats that do not exist')
  } finally {
    closeSync(file)
  }
  checkVersion(header.readInt32BE(USER_VERSION_OFFSET), path)
}

/** The version may lie in the write-ahead log only: looked up without the right to write, which closing would use. */
function checkUnwritten(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: DATABASE_BUSY_MS })
  try {
    checkVersion(readNumber(db, 'user_version'), path)
  } finally {
    db.close()
  }
}

function checkVersion(version: number, path: string): void {
  const known = MIGRATIONS.length
  if (version >= 0 && version <= known) return
  if (version < 0 || version > VERSION_MAX) throw new Damaged(`it says to be of version ${version}`)
  const message = `${path} was written by a newer version (format ${version}, this one knows ${known}): use that version`
  throw new StoreError('STORE_TOO_NEW', { path, version, known }, { message })
}

function connect(path: string, options: { check?: Check | undefined } = {}): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: DATABASE_BUSY_MS, enableForeignKeyConstraints: false })
  try {
    checkVersion(readNumber(db, 'user_version'), path)
    if (options.check !== undefined) checkTables(db, options.check)
    checkOurs(db)
    configure(db)
    migrate(db)
    probe(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function configure(db: DatabaseSync): void {
  if (readNumber(db, 'user_version') === 0) db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`)
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -8192;
    PRAGMA wal_autocheckpoint = 512;
    PRAGMA journal_size_limit = 16777216;
  `)
}

/** All steps in one transaction: a start that is cut short leaves the old version. */
function migrate(db: DatabaseSync): void {
  const version = readNumber(db, 'user_version')
  if (version === MIGRATIONS.length) return
  defineSum(db)
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`)
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    // A step that does not fit is a fault of this program, for which nobody's file is set aside.
    throw isDamage(error) ? error : toStoreError(error, db.location() ?? ':memory:')
  }
}

/** An empty database is ours to fill; any other has to carry our mark. */
function checkOurs(db: DatabaseSync): void {
  if (readNumber(db, 'application_id') === APPLICATION_ID && readNumber(db, 'user_version') > 0) return
  const tables = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get()
  if (Number(tables?.['count']) > 0) throw new Damaged('the database of another program')
}

/** The second compares indexes with their tables too, which takes several times as long. */
type Check = 'quick_check' | 'integrity_check'

/** Table by table: asked for all at once, SQLite would compare the trigrams of the search index too, for seconds. */
function checkTables(db: DatabaseSync, check: Check): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").all()
  for (const { name } of tables) {
    const verdict = db.prepare(`PRAGMA ${check}("${String(name)}")`).get()?.[check]
    if (verdict !== 'ok') throw new Damaged(String(verdict).slice(0, 200))
  }
}

/** The tables can be read and the counters are there. */
function probe(db: DatabaseSync): void {
  const tables = db
    .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('messages', 'rooms', 'totals', 'posts', 'search_state')")
    .get()
  if (tables?.['count'] !== 5) throw new Damaged('tables are missing')
  for (const counters of ['totals', 'search_state']) {
    if (db.prepare(`SELECT * FROM ${counters}`).get() === undefined) throw new Damaged('the counters are missing')
  }
}

function readNumber(db: DatabaseSync, pragma: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma])
}

function moveAside(path: string, error: Error, clock: Clock): { movedTo: string; reason: string } {
  const stamp = new Date(clock.nowMs()).toISOString().replace(/[-:]|\.\d+/g, '')
  let movedTo = `${path}.damaged-${stamp}`
  for (let copy = 2; existsSync(movedTo); copy += 1) movedTo = `${path}.damaged-${stamp}-${copy}`
  renameSync(path, movedTo)
  for (const end of ['-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, movedTo + end)
  rmSync(suspectMark(path), { force: true })
  return { movedTo, reason: error.message }
}
