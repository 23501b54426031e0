/** Looks the store over and copies it while it is used: in threads of their own where it is a file. */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { backup } from 'node:sqlite'
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Clock } from '@dchat/system'
import { StoreError } from '../errors.ts'
import type { Guard } from '../guard.ts'
import { DATABASE_BUSY_MS } from '../limits.ts'
import type { CheckReport } from '../message-store.ts'
import { SUMMED_COLUMNS } from '../row.ts'
import { isDamage, toStoreError } from '../sqlite-error.ts'
import { inspectDatabase } from './inspect-database.ts'
import type { InspectOptions, Inspection } from './inspect-database.ts'
import { runAside } from './side-thread.ts'

export interface UpkeepDeps {
  readonly db: DatabaseSync
  /** A file or ':memory:'. */
  readonly path: string
  readonly clock: Clock
  readonly guard: Guard
}

type Work = 'check' | 'backup'

/** Bodies of functions for `runAside`. */
const INSPECT_ASIDE = `
  const db = new sqlite.DatabaseSync(data.path, { readOnly: true, timeout: data.busyMs })
  try {
    const { createHash } = crypto
    const { crc32 } = zlib
    return (${inspectDatabase.toString()})(db, data, { createHash, crc32, summedColumns: data.summedColumns })
  } finally {
    db.close()
  }`
/** All pages in one step: between steps, every commit of the store would have it begin anew. */
const BACKUP_ASIDE = `
  const db = new sqlite.DatabaseSync(data.path, { readOnly: true, timeout: data.busyMs })
  try {
    return await sqlite.backup(db, data.to, { rate: 2 ** 31 - 1 })
  } finally {
    db.close()
  }`

export class Upkeep {
  readonly #deps: UpkeepDeps
  readonly #stopping = new AbortController()
  readonly #running = new Map<Work, Promise<unknown>>()

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
  }

  /** See `MessageStore.check`. */
  check(options: InspectOptions): Promise<CheckReport> {
    return this.#alone('check', async () => {
      const { clock } = this.#deps
      const beganMs = clock.monotonicMs()
      const { problems, counts } = await this.#inspect(options)
      return { ok: problems.length === 0, problems, counts, tookMs: clock.monotonicMs() - beganMs }
    })
  }

  /** See `MessageStore.backup`. */
  backup(to: string): Promise<void> {
    return this.#alone('backup', () => this.#backup(resolve(to)))
  }

  /** Ends what is at work. */
  async stop(): Promise<void> {
    this.#stopping.abort(this.#deps.guard.closedError())
    await Promise.allSettled(this.#running.values())
  }

  async #alone<T>(work: Work, run: () => Promise<T>): Promise<T> {
    const { guard, path } = this.#deps
    guard.checkOpen()
    if (this.#running.has(work)) {
      throw new StoreError('STORE_BUSY', { path, work, allowed: 1 }, { message: `the message store is at another ${work}` })
    }
    const running = run()
    this.#running.set(work, running)
    try {
      return await running
    } finally {
      this.#running.delete(work)
    }
  }

  async #inspect(options: InspectOptions): Promise<Inspection> {
    const { db, path, guard } = this.#deps
    if (path === ':memory:')
      return guard.use(() => inspectDatabase(db, options, { createHash, crc32, summedColumns: SUMMED_COLUMNS }))
    try {
      return await this.#aside<Inspection>(INSPECT_ASIDE, { ...options, summedColumns: SUMMED_COLUMNS })
    } catch (cause) {
      throw guard.noteFailure(cause)
    }
  }

  async #backup(to: string): Promise<void> {
    const { db, path, guard } = this.#deps
    if (existsSync(to)) throw existing(to)
    if (!isFolder(dirname(to))) {
      throw new StoreError('STORE_NO_FOLDER', { path: dirname(to) }, { message: `there is no folder ${dirname(to)}` })
    }
    const part = `${to}.${randomBytes(6).toString('hex')}.part`
    try {
      closeSync(openSync(part, 'wx', 0o600))
      if (path === ':memory:') await backup(db, part)
      else await this.#aside(BACKUP_ASIDE, { to: part })
      publish(part, to)
    } catch (cause) {
      throw isDamage(cause) ? guard.noteFailure(cause) : toBackupError(cause, to)
    } finally {
      for (const end of ['', '-journal', '-wal', '-shm']) rmSync(part + end, { force: true })
    }
  }

  #aside<T>(body: string, options: object): Promise<T> {
    const data = { ...options, path: this.#deps.path, busyMs: DATABASE_BUSY_MS }
    return runAside<T>(body, { data, signal: this.#stopping.signal })
  }
}

/** What file systems without hard links answer: there a file that appears in the same moment is replaced. */
const LINKLESS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Gives the finished file its name, durably and never over another. */
function publish(part: string, to: string): void {
  try {
    linkSync(part, to)
  } catch (error) {
    if (!LINKLESS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    if (existsSync(to)) throw existing(to)
    renameSync(part, to)
  }
  const folder = openSync(dirname(to), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function existing(path: string): StoreError {
  return new StoreError('STORE_FILE_EXISTS', { path }, { message: `${path} exists and is not overwritten` })
}

function toBackupError(cause: unknown, path: string): StoreError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EEXIST') return existing(path)
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return toStoreError(cause, path)
  return new StoreError('STORE_FULL', { path, sqliteCode: 13 }, { message: `no room on the disk for ${path}`, cause })
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false // not for this user to look into: not for it to write to either
  }
}
