/** Runs searches, a few at a time, beside everything else the store does. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '@dchat/system'
import { StoreError } from '../errors.ts'
import { DEFAULT_SEARCH_LINES, MAX_PAGE_BYTES, MAX_SEARCHES, MAX_WAITING_SEARCHES } from '../limits.ts'
import type { StoredMessage } from '../message.ts'
import type { SearchQuery } from '../message-store.ts'
import { prepareRows } from '../statement.ts'
import type { Guard } from '../guard.ts'
import type { Reader } from '../reader.ts'
import type { Rooms } from '../rooms.ts'
import type { SearchBounds } from './search-bounds.ts'
import { roomTerm } from './search-schema.ts'
import { checkSearch, wordsOf } from './search-query.ts'
import { CANDIDATE, SearchRun } from './search-run.ts'
import type { LinePlace, SearchStatements } from './search-run.ts'
import { SearchWords } from './search-words.ts'
import { Turns } from './turns.ts'

export interface SearcherDeps {
  readonly bounds: SearchBounds
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly rooms: Rooms
  readonly path: string
  readonly guard: Guard
  readonly reader: Reader
  /** Up to which seq lines are indexed. */
  readonly indexed: () => number
  readonly lastSeq: () => number
  readonly isIgnored: (authorKey: string, room: number) => boolean
}

const BACKWARDS = 'ORDER BY m.at DESC, m.id DESC, m.seq DESC LIMIT ?'

export class Searcher {
  readonly #deps: SearcherDeps
  #statements: SearchStatements | undefined
  #searchWords: SearchWords | undefined
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(deps: SearcherDeps) {
    this.#deps = deps
  }

  /** The newest lines that hold all words of the query, oldest first. @throws {RangeError} {StoreError} STORE_BUSY, STORE_CLOSED, what SQLite throws */
  async search(query: SearchQuery): Promise<StoredMessage[]> {
    checkSearch(query)
    this.#deps.guard.checkOpen()
    await this.#enter()
    try {
      return await this.#run(query)
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  /** Forgets what was prepared for an index that is no longer there. */
  forget(): void {
    this.#statements = undefined
    this.#searchWords = undefined
  }

  /** Has searches that wait find out that the store is closed. */
  close(): void {
    for (const go of this.#waiting.splice(0)) go()
  }

  async #enter(): Promise<void> {
    if (this.#running >= MAX_SEARCHES) {
      if (this.#waiting.length >= MAX_WAITING_SEARCHES) {
        const { path } = this.#deps
        throw new StoreError(
          'STORE_BUSY',
          { path, work: 'search', allowed: MAX_SEARCHES + MAX_WAITING_SEARCHES },
          { message: 'too many searches at once' },
        )
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#running += 1
  }

  async #run({ query, limit = DEFAULT_SEARCH_LINES, room: roomName, before }: SearchQuery): Promise<StoredMessage[]> {
    const { db, clock, rooms, guard, bounds, isIgnored } = this.#deps
    guard.checkOpen()
    const turns = new Turns(clock, () => guard.checkOpen())
    const room = roomName === undefined ? undefined : rooms.find(roomName)
    this.#statements ??= prepare(db)
    this.#searchWords ??= new SearchWords(db, bounds)
    const place = before === undefined ? END : this.#placeOf(before)
    if (place === undefined || (roomName !== undefined && room === undefined)) return []
    const task = {
      words: wordsOf(query),
      limit,
      room,
      before: place,
      indexed: this.#deps.indexed(),
      lastSeq: this.#deps.lastSeq(),
    }
    const deps = { bounds, statements: this.#statements, searchWords: this.#searchWords, turns, isIgnored, roomTerm }
    return this.#take(await new SearchRun(task, deps).run(), turns)
  }

  #placeOf(seq: number): LinePlace | undefined {
    const line = this.#statements!.one.get(seq) as unknown as LinePlace | undefined
    return line === undefined ? undefined : [line[0], line[1], line[2]]
  }

  /** The lines at `places`, newest first, as a page: oldest first, and no more bytes of text than a page may hold. */
  async #take(places: readonly LinePlace[], turns: Turns): Promise<StoredMessage[]> {
    const messages: StoredMessage[] = []
    let bytes = 0
    for (const [, , seq] of places) {
      const line = this.#deps.reader.line(seq)
      bytes += line?.bytes ?? 0
      if (messages.length > 0 && bytes > MAX_PAGE_BYTES) break
      if (line !== undefined) messages.push(line.message)
      if (!turns.take()) await turns.next()
    }
    return messages.reverse()
  }
}

/** Behind every line. */
const END: LinePlace = [Number.MAX_VALUE, '', 0]

/** Numbers are bound as REAL, which FTS5 takes for no bound at all: hence the casts. */
function prepare(db: DatabaseSync): SearchStatements {
  const rows = (sql: string): StatementSync => prepareRows(db, sql)
  const select = `SELECT ${CANDIDATE} FROM messages m`
  return {
    newest: rows(`${select} WHERE (m.at, m.id, m.seq) < (?, ?, ?) ${BACKWARDS}`),
    newestInRoom: rows(`${select} WHERE m.room = ? AND (m.at, m.id, m.seq) < (?, ?, ?) ${BACKWARDS}`),
    bySeq: rows(`${select} WHERE m.seq > ? AND m.seq <= ? ORDER BY m.seq`),
    one: rows(`${select} WHERE m.seq = ?`),
    matches: rows(
      'SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) ORDER BY rowid DESC',
    ),
    blocks: rows('SELECT block, newest FROM search_blocks WHERE oldest <= ? ORDER BY block'),
    roomLines: rows('SELECT count(*) FROM (SELECT 1 FROM messages WHERE room = ? LIMIT ?)'),
  }
}
