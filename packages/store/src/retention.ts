/**
 * Decides which lines and posts have to go, and removes them in slices. By bytes: posts of rooms that are not joined first, then
 * unsigned lines of others, then signed ones together with the other posts, own lines last, each oldest first. By age: all lines
 * received before the limit, and all posts written before theirs, oldest first.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '@dchat/system'
import type { AgeClock } from './age-clock.ts'
import { Budget } from './budget.ts'
import type { Ledger } from './ledger.ts'
import { MAX_FREE_PAGE_SHARE, MAX_QUEUED_BYTES, MIN_FREE_PAGES, SWEEP_READ_LINES, VACUUM_STEP_PAGES } from './limits.ts'
import { LineRemoval } from './line-removal.ts'
import type { RemovableLine } from './line-removal.ts'
import { prepareRows } from './statement.ts'
import type { PostSweep } from './posts/post-sweep.ts'
import { LINE_CLASS } from './schema.ts'

const DAY_MS = 86_400_000

export interface RetentionOptions {
  readonly maxBytes: number
  readonly maxAgeDays: number
}

export interface RetentionDeps {
  readonly db: DatabaseSync
  readonly ledger: Ledger
  readonly posts: PostSweep
  readonly clock: Clock
  readonly ageClock: AgeClock
}

interface Line extends RemovableLine {
  readonly received: number
}

/** The age sweep runs from the oldest line to the first that is young enough, over the posts, then free pages are given back. */
type AgeSweep = { at: 'idle' } | { at: 'lines'; after: number } | { at: 'posts' } | { at: 'pages' }

export class Retention {
  #options: RetentionOptions
  readonly #deps: RetentionDeps
  readonly #read: StatementSync
  readonly #removal: LineRemoval
  #ageSweep: AgeSweep = { at: 'idle' }
  /** The bound, or while a store that was opened above it is brought down, what was reached. */
  #allowedBytes: number

  constructor(options: RetentionOptions, deps: RetentionDeps) {
    this.#options = options
    this.#deps = deps
    this.#allowedBytes = Math.max(options.maxBytes, deps.ledger.totals.bytes)
    this.#read = prepareRows(deps.db, 'SELECT seq, class, kind, size, received FROM messages WHERE seq > ? ORDER BY seq LIMIT ?')
    this.#removal = new LineRemoval(deps)
  }

  /** Other bounds from now on; the next slices bring the lines within them. */
  setBounds(bounds: RetentionOptions): void {
    this.#options = bounds
    this.#allowedBytes = Math.max(bounds.maxBytes, this.#deps.ledger.totals.bytes)
    this.startAgeSweep()
  }

  get isOver(): boolean {
    return this.#deps.ledger.totals.bytes > this.#options.maxBytes
  }

  /** False while lines come faster than old ones go: then removing has to come first. */
  get hasRoom(): boolean {
    return this.#deps.ledger.totals.bytes <= this.#allowedBytes + MAX_QUEUED_BYTES
  }

  /** Whether `slice` has anything to do. */
  get hasWork(): boolean {
    return this.isOver || this.#ageSweep.at !== 'idle'
  }

  /** Has the next slices remove what is too old. */
  startAgeSweep(): void {
    if (this.#ageSweep.at === 'idle') this.#ageSweep = { at: 'lines', after: 0 }
  }

  /** One step of the work, in a transaction of its own. @throws what SQLite throws; nothing is removed then */
  slice(): void {
    const { ledger, db } = this.#deps
    if (this.#ageSweep.at === 'pages' && !this.isOver) {
      if (!this.#giveBackPages(db)) this.#ageSweep = { at: 'idle' }
      return
    }
    const next = ledger.transaction(() => {
      const budget = new Budget(this.#deps.clock)
      this.#trim(budget)
      return this.#removeOld(this.#ageSweep, budget)
    })
    this.#ageSweep = next
    this.#allowedBytes = Math.max(this.#options.maxBytes, Math.min(this.#allowedBytes, ledger.totals.bytes))
  }

  /** Ends the age sweep without the rest of it. */
  giveUp(): void {
    this.#ageSweep = { at: 'idle' }
  }

  /** Removes lines while the bytes are over the bound, within one slice's budget. For use inside a transaction. */
  trim(): void {
    if (this.isOver) this.#trim(new Budget(this.#deps.clock))
  }

  #trim(budget: Budget): void {
    const { ledger, posts } = this.#deps
    const isOver = (): boolean => this.isOver
    if (!posts.trimUnwanted(isOver, budget)) return
    const { totals } = ledger
    totals.sweptUnsigned = this.#trimClass(LINE_CLASS.unsigned, totals.sweptUnsigned, budget)
    totals.sweptSigned = this.#trimClass(LINE_CLASS.signed, totals.sweptSigned, budget)
    if (!posts.trimUpTo(Infinity, isOver, budget)) return
    this.#trimClass(LINE_CLASS.own, 0, budget)
  }

  /** Goes on after `swept` until the bytes are within the bound; answers up to where no line of the class is left. */
  #trimClass(lineClass: number, swept: number, budget: Budget): number {
    for (;;) {
      const lines = this.isOver ? this.#linesAfter(swept) : []
      if (lines.length === 0) return swept
      for (const line of lines) {
        if (!this.isOver || !budget.take()) return swept
        if (line.lineClass === lineClass && !this.#trimLine(line, budget)) return swept
        swept = line.seq
      }
    }
  }

  /** Removes `line`, or what goes before it; false while the line has to stay. */
  #trimLine(line: Line, budget: Budget): boolean {
    if (line.lineClass === LINE_CLASS.signed) {
      if (!this.#deps.posts.trimUpTo(line.received, () => this.isOver, budget) || !this.isOver) return false
    }
    this.#removal.remove(line)
    return true
  }

  /** A line from the future (the clock was wrong when it came) does not stop the sweep. */
  #removeOld(sweep: AgeSweep, budget: Budget): AgeSweep {
    const { posts, clock, ageClock } = this.#deps
    if (sweep.at === 'posts') return posts.removeOld(ageClock.nowMs(), budget) ? { at: 'pages' } : sweep
    if (sweep.at !== 'lines') return sweep
    let { after } = sweep
    if (after === 0) ageClock.keep()
    const nowMs = clock.nowMs()
    const cutoffMs = ageClock.nowMs() - this.#options.maxAgeDays * DAY_MS
    for (;;) {
      const lines = this.#linesAfter(after)
      if (lines.length === 0) return { at: 'posts' }
      for (const line of lines) {
        if (line.received >= cutoffMs && line.received <= nowMs) return { at: 'posts' }
        if (!budget.take()) return { at: 'lines', after }
        if (line.received < cutoffMs) this.#removal.remove(line)
        after = line.seq
      }
    }
  }

  #linesAfter(seq: number): Line[] {
    const rows = this.#read.all(seq, SWEEP_READ_LINES) as unknown as [number, number, number, number, number][]
    return rows.map(([rowSeq, lineClass, kind, size, received]) => ({ seq: rowSeq, lineClass, kind, size, received }))
  }

  /** Shortens the file by one step when much of it is free; false when there was nothing to do. */
  #giveBackPages(db: DatabaseSync): boolean {
    const free = this.#pragma('freelist_count')
    if (free < MIN_FREE_PAGES || free <= MAX_FREE_PAGE_SHARE * this.#pragma('page_count')) return false
    db.exec(`PRAGMA incremental_vacuum(${VACUUM_STEP_PAGES})`)
    return this.#pragma('freelist_count') < free
  }

  #pragma(name: 'freelist_count' | 'page_count'): number {
    return Number(this.#deps.db.prepare(`PRAGMA ${name}`).get()?.[name])
  }
}
