/** Keeps the search index behind the lines: takes lines in, merges its segments, drops lines that are gone. A slice at a time. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Ledger } from '../ledger.ts'
import { MAX_STALE_SHARE, SEARCH_BATCH_UNITS, SEARCH_MERGE_PAGES } from '../limits.ts'
import { prepareRows } from '../statement.ts'
import type { SearchBounds } from './search-bounds.ts'
import { foldText } from './fold-text.ts'
import { DROP_SEARCH_TABLES, END_MARK, SEARCH_TABLES, roomTerm } from './search-schema.ts'

type Row = readonly (number | string)[]

/** How far the index is: kept with it, in each of its transactions. */
interface IndexState {
  /** All lines up to this seq are in. */
  readonly indexed: number
  /** Lines in it, those that are gone from the store and not purged yet included. */
  readonly lines: number
  /** Lines that had been removed from the store when the last purge began. */
  readonly removed: number
}

export class SearchIndex {
  readonly #bounds: SearchBounds
  readonly #db: DatabaseSync
  readonly #ledger: Ledger
  readonly #after: StatementSync
  readonly #gone: StatementSync
  readonly #firstSeq: StatementSync
  readonly #changes: StatementSync
  readonly #saveState: StatementSync
  readonly #readState: StatementSync
  readonly #putBlock: StatementSync
  readonly #dropBlocks: StatementSync
  /** Prepared at their first use: an opening store does not depend on the index. */
  #feed: { put: StatementSync; remove: StatementSync; merge: StatementSync } | undefined
  #state: IndexState
  #mayMerge = false
  /** The purge goes on after this seq; undefined when there is none. */
  #purge: { readonly after: number; readonly removed: number } | undefined

  constructor(bounds: SearchBounds, { db, ledger }: { readonly db: DatabaseSync; readonly ledger: Ledger }) {
    this.#bounds = bounds
    this.#db = db
    this.#ledger = ledger
    const rows = (sql: string): StatementSync => prepareRows(db, sql)
    this.#after = rows('SELECT seq, room, at, text FROM messages WHERE seq > ? ORDER BY seq LIMIT ?')
    this.#gone = rows(
      'SELECT s.id, m.seq IS NULL FROM search_docsize s LEFT JOIN messages m ON m.seq = s.id WHERE s.id > ? ORDER BY s.id LIMIT ?',
    )
    this.#firstSeq = rows('SELECT min(seq) FROM messages')
    this.#changes = rows('SELECT total_changes()')
    this.#saveState = db.prepare('UPDATE search_state SET indexed = ?, lines = ?, removed = ?')
    this.#putBlock = db.prepare(
      `INSERT INTO search_blocks VALUES (?, ?, ?)
       ON CONFLICT (block) DO UPDATE SET newest = max(newest, excluded.newest), oldest = min(oldest, excluded.oldest)`,
    )
    this.#dropBlocks = db.prepare('DELETE FROM search_blocks WHERE block < ?')
    this.#readState = rows('SELECT indexed, lines, removed FROM search_state')
    this.#state = this.#read()
  }

  /** All lines up to this seq are found by it. */
  get indexed(): number {
    return this.#state.indexed
  }

  /** Whether `slice` has anything worth doing: a whole batch of lines waits, segments may be merged, or much has to be purged. */
  get hasWork(): boolean {
    return this.#mayMerge || this.#purge !== undefined || this.#isBehind || this.#isStale
  }

  get #isBehind(): boolean {
    return this.#ledger.totals.lastSeq - this.#state.indexed >= this.#bounds.batchLines
  }

  /** Lines that are gone from the store cost a search little; they are purged when they are many. */
  get #isStale(): boolean {
    const { lines, removed } = this.#state
    return this.#removedEver - removed > Math.max(this.#bounds.minStaleLines, MAX_STALE_SHARE * lines)
  }

  get #removedEver(): number {
    const { lastSeq, messages } = this.#ledger.totals
    return lastSeq - messages
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
    else if (this.#purge !== undefined || this.#isStale) this.#purgeSome(this.#purge ?? { after: 0, removed: this.#removedEver })
    else if (this.#isBehind) this.#takeIn()
  }

  /** Starts the index anew; what is not indexed again is looked through meanwhile. @throws what SQLite throws */
  reset(): void {
    this.#ledger.transaction(() => this.#db.exec(DROP_SEARCH_TABLES + SEARCH_TABLES))
    this.#feed = undefined
    this.#state = this.#read()
    this.#purge = undefined
    this.#mayMerge = false
  }

  #prepareFeed(): { put: StatementSync; remove: StatementSync; merge: StatementSync } {
    this.#feed ??= {
      put: this.#db.prepare('INSERT INTO search(rowid, room, text) VALUES (?, ?, ?)'),
      remove: this.#db.prepare('DELETE FROM search WHERE rowid = ?'),
      merge: this.#db.prepare("INSERT INTO search(search, rank) VALUES ('merge', ?)"),
    }
    return this.#feed
  }

  #takeIn(): void {
    const { put } = this.#prepareFeed()
    this.#state = this.#ledger.transaction(() => {
      const { removed } = this.#state
      let { indexed, lines } = this.#state
      let units = 0
      const rows = this.#after.iterate(indexed, this.#bounds.batchLines) as Iterable<unknown>
      const blocks = new Map<number, { newest: number; oldest: number }>()
      for (const row of rows as Iterable<[number, number, number, string]>) {
        const [seq, room, at, text] = row
        put.run(seq, roomTerm(room), foldText(text) + END_MARK)
        noteBlock(blocks, Math.floor(seq / this.#bounds.blockLines), at)
        indexed = seq
        lines += 1
        units += text.length
        if (units >= SEARCH_BATCH_UNITS) break
      }
      if (lines === this.#state.lines) indexed = this.#ledger.totals.lastSeq
      for (const [block, { newest, oldest }] of blocks) this.#putBlock.run(block, newest, oldest)
      return this.#save({ indexed, lines, removed })
    })
    this.#mayMerge = true
  }

  #mergeSome(): void {
    const { merge } = this.#prepareFeed()
    const count = (): number => Number((this.#changes.get() as unknown as Row)[0])
    const before = count()
    this.#ledger.transaction(() => merge.run(SEARCH_MERGE_PAGES))
    // One change is what the transaction itself makes, one what the command makes: fts5.html, "The 'merge' Command".
    this.#mayMerge = count() - before > 2
  }

  #purgeSome({ after, removed }: { readonly after: number; readonly removed: number }): void {
    const { purgeLines, blockLines } = this.#bounds
    const { remove } = this.#prepareFeed()
    const result = this.#ledger.transaction(() => {
      const rows = this.#gone.all(after, purgeLines) as unknown as [number, number][]
      const gone = rows.filter(([, isGone]) => isGone === 1)
      for (const [seq] of gone) remove.run(seq)
      const isEnd = rows.length < purgeLines
      if (isEnd) this.#dropBlocks.run(Math.floor(this.#oldestSeq() / blockLines))
      const lines = this.#state.lines - gone.length
      const state = this.#save({ ...this.#state, lines, removed: isEnd ? removed : this.#state.removed })
      return { state, next: isEnd ? undefined : { after: rows.at(-1)![0], removed } }
    })
    this.#mayMerge = result.state.lines < this.#state.lines
    this.#state = result.state
    this.#purge = result.next
  }

  #oldestSeq(): number {
    const first = (this.#firstSeq.get() as unknown as [number | null])[0]
    return Math.min(first ?? Infinity, this.#state.indexed)
  }

  #read(): IndexState {
    const [indexed = 0, lines = 0, removed = 0] = this.#readState.get() as unknown as number[]
    return { indexed, lines, removed }
  }

  #save(state: IndexState): IndexState {
    this.#saveState.run(state.indexed, state.lines, state.removed)
    return state
  }
}

function noteBlock(blocks: Map<number, { newest: number; oldest: number }>, block: number, at: number): void {
  const known = blocks.get(block)
  if (known === undefined) blocks.set(block, { newest: at, oldest: at })
  else {
    known.newest = Math.max(known.newest, at)
    known.oldest = Math.min(known.oldest, at)
  }
}
