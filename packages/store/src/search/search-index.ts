/** Keeps the search index behind the lines: takes lines in, merges its segments, drops lines that are gone. A slice at a time. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Ledger } from '../ledger.ts'
import {
  MAX_STALE_SHARE,
  MIN_STALE_LINES,
  SEARCH_BATCH_UNITS,
  SEARCH_BATCH_LINES,
  SEARCH_BLOCK_LINES,
  SEARCH_MERGE_PAGES,
  SEARCH_PURGE_LINES,
} from '../limits.ts'
import { foldText } from './fold-text.ts'
import { DROP_SEARCH_TABLES, END_MARK, SEARCH_TABLES, roomTerm } from './search-schema.ts'

type Row = readonly (number | string)[]

/** How far the index is: kept with it, in each of its transactions. */
interface IndexState {
  /** All lines up to this seq are in. */
  readonly indexed: number
  /** Lines in it, those that are gone from the store and not purged yet included. */
  readonly lines: number
}

export class SearchIndex {
  readonly #db: DatabaseSync
  readonly #ledger: Ledger
  readonly #read: StatementSync
  readonly #gone: StatementSync
  readonly #firstSeq: StatementSync
  readonly #changes: StatementSync
  readonly #saveState: StatementSync
  readonly #putBlock: StatementSync
  readonly #dropBlocks: StatementSync
  #put!: StatementSync
  #remove!: StatementSync
  #merge!: StatementSync
  #state: IndexState
  #mayMerge = true
  /** The purge goes on after this seq; undefined when there is none. */
  #purged: number | undefined

  constructor(db: DatabaseSync, ledger: Ledger) {
    this.#db = db
    this.#ledger = ledger
    const rows = (sql: string): StatementSync => {
      const statement = db.prepare(sql)
      statement.setReturnArrays(true)
      return statement
    }
    this.#read = rows('SELECT seq, room, at, text FROM messages WHERE seq > ? ORDER BY seq LIMIT ?')
    this.#gone = rows(
      'SELECT s.id, m.seq IS NULL FROM search_docsize s LEFT JOIN messages m ON m.seq = s.id WHERE s.id > ? ORDER BY s.id LIMIT ?',
    )
    this.#firstSeq = rows('SELECT min(seq) FROM messages')
    this.#changes = rows('SELECT total_changes()')
    this.#saveState = db.prepare('UPDATE search_state SET indexed = ?, lines = ?')
    this.#putBlock = db.prepare(
      `INSERT INTO search_blocks VALUES (?, ?, ?)
       ON CONFLICT (block) DO UPDATE SET newest = max(newest, excluded.newest), oldest = min(oldest, excluded.oldest)`,
    )
    this.#dropBlocks = db.prepare('DELETE FROM search_blocks WHERE block < ?')
    this.#prepareIndex()
    const [indexed, lines] = rows('SELECT indexed, lines FROM search_state').get() as unknown as number[]
    this.#state = { indexed: indexed ?? 0, lines: lines ?? 0 }
  }

  /** All lines up to this seq are found by it. */
  get indexed(): number {
    return this.#state.indexed
  }

  /** Whether `slice` has anything worth doing: a whole batch of lines waits, segments may be merged, or much has to be purged. */
  get hasWork(): boolean {
    return this.#mayMerge || this.#purged !== undefined || this.#isBehind || this.#isStale
  }

  get #isBehind(): boolean {
    return this.#ledger.totals.lastSeq - this.#state.indexed >= SEARCH_BATCH_LINES
  }

  /** Lines that are gone from the store cost a search little; they are purged when they are many. */
  get #isStale(): boolean {
    const { indexed, lines } = this.#state
    const { lastSeq, messages } = this.#ledger.totals
    const gone = lines - Math.max(0, messages - (lastSeq - indexed))
    return gone > Math.max(MIN_STALE_LINES, MAX_STALE_SHARE * lines)
  }

  /**
   * One step of a few milliseconds, in a transaction of its own, which is synced with the next that holds lines: what a
   * power cut takes is indexed again. @throws what SQLite throws; nothing is changed then
   */
  slice(): void {
    this.#db.exec('PRAGMA synchronous = NORMAL')
    try {
      this.#step()
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL')
    }
  }

  #step(): void {
    if (this.#mayMerge) this.#mergeSome()
    else if (this.#purged !== undefined || this.#isStale) this.#purgeSome(this.#purged ?? 0)
    else if (this.#isBehind) this.#takeIn()
  }

  /** Starts the index anew; what is not indexed again is looked through meanwhile. @throws what SQLite throws */
  reset(): void {
    this.#ledger.transaction(() => this.#db.exec(DROP_SEARCH_TABLES + SEARCH_TABLES))
    this.#prepareIndex()
    this.#state = { indexed: 0, lines: 0 }
    this.#purged = undefined
    this.#mayMerge = false
  }

  #prepareIndex(): void {
    this.#put = this.#db.prepare('INSERT INTO search(rowid, room, text) VALUES (?, ?, ?)')
    this.#remove = this.#db.prepare('DELETE FROM search WHERE rowid = ?')
    this.#merge = this.#db.prepare(`INSERT INTO search(search, rank) VALUES ('merge', ?)`)
  }

  #takeIn(): void {
    this.#state = this.#ledger.transaction(() => {
      let { indexed, lines } = this.#state
      let units = 0
      const rows = this.#read.iterate(indexed, SEARCH_BATCH_LINES) as Iterable<unknown>
      const blocks = new Map<number, { newest: number; oldest: number }>()
      for (const row of rows as Iterable<[number, number, number, string]>) {
        const [seq, room, at, text] = row
        this.#put.run(seq, roomTerm(room), foldText(text) + END_MARK)
        noteBlock(blocks, seq, at)
        indexed = seq
        lines += 1
        units += text.length
        if (units >= SEARCH_BATCH_UNITS) break
      }
      if (lines === this.#state.lines) indexed = this.#ledger.totals.lastSeq
      for (const [block, { newest, oldest }] of blocks) this.#putBlock.run(block, newest, oldest)
      return this.#save({ indexed, lines })
    })
    this.#mayMerge = true
  }

  #mergeSome(): void {
    const count = (): number => Number((this.#changes.get() as unknown as Row)[0])
    const before = count()
    this.#ledger.transaction(() => this.#merge.run(SEARCH_MERGE_PAGES))
    // One change is what the transaction itself makes, one what the command makes: fts5.html, "The 'merge' Command".
    this.#mayMerge = count() - before > 2
  }

  #purgeSome(after: number): void {
    const result = this.#ledger.transaction(() => {
      const rows = this.#gone.all(after, SEARCH_PURGE_LINES) as unknown as [number, number][]
      const gone = rows.filter(([, isGone]) => isGone === 1)
      for (const [seq] of gone) this.#remove.run(seq)
      const isEnd = rows.length < SEARCH_PURGE_LINES
      if (isEnd) this.#dropBlocks.run(Math.floor(this.#oldestSeq() / SEARCH_BLOCK_LINES))
      const state = this.#save({ ...this.#state, lines: this.#state.lines - gone.length })
      return { state, purged: isEnd ? undefined : rows.at(-1)![0], removed: gone.length }
    })
    this.#state = result.state
    this.#purged = result.purged
    if (result.removed > 0) this.#mayMerge = true
  }

  #oldestSeq(): number {
    const first = (this.#firstSeq.get() as unknown as [number | null])[0]
    return Math.min(first ?? Infinity, this.#state.indexed)
  }

  #save(state: IndexState): IndexState {
    this.#saveState.run(state.indexed, state.lines)
    return state
  }
}

function noteBlock(blocks: Map<number, { newest: number; oldest: number }>, seq: number, at: number): void {
  const block = Math.floor(seq / SEARCH_BLOCK_LINES)
  const known = blocks.get(block)
  if (known === undefined) blocks.set(block, { newest: at, oldest: at })
  else {
    known.newest = Math.max(known.newest, at)
    known.oldest = Math.min(known.oldest, at)
  }
}
