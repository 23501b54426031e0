/** One search: the newest lines first, then what is not indexed, then the index, until nothing newer can be left. */
import type { StatementSync } from 'node:sqlite'
import { SEARCH_NEWEST_UNITS, SEARCH_ROOM_LINES, SEARCH_UNITS_PER_STEP } from '../limits.ts'
import type { SearchBounds } from './search-bounds.ts'
import { SearchBlocks } from './search-blocks.ts'
import type { SeqWindow } from './search-blocks.ts'
import { holdsAll } from './search-query.ts'
import type { SearchPlan, SearchWords } from './search-words.ts'
import type { Turns } from './turns.ts'

/** Where a line stands in room order. */
export type LinePlace = readonly [at: number, id: string, seq: number]

/** A line as the statements below give it. */
export type Candidate = readonly [
  at: number,
  id: string,
  seq: number,
  room: number,
  retracted: number,
  authorKey: string | null,
  text: string,
]

/** The columns of a `Candidate`; own lines have no author here, as they can't be ignored. */
export const CANDIDATE = 'm.at, m.id, m.seq, m.room, m.retracted, iif(m.class = 2, NULL, m.author_key), m.text'

/** Shared by all searches: no iterator of them is kept open over a turn. */
export interface SearchStatements {
  /** Before a place, newest first. */
  readonly newest: StatementSync
  readonly newestInRoom: StatementSync
  /** After one seq up to another, in order of seq. */
  readonly bySeq: StatementSync
  readonly one: StatementSync
  /** seqs that answer to an expression from one seq to another, newest first. */
  readonly matches: StatementSync
  readonly blocks: StatementSync
  readonly roomLines: StatementSync
}

export interface SearchTask {
  readonly words: readonly string[]
  readonly limit: number
  readonly room: number | undefined
  /** Only lines before this place. */
  readonly before: LinePlace
  readonly indexed: number
  readonly lastSeq: number
}

export interface SearchRunDeps {
  readonly bounds: SearchBounds
  readonly statements: SearchStatements
  readonly searchWords: SearchWords
  readonly turns: Turns
  readonly isIgnored: (authorKey: string, room: number) => boolean
  readonly roomTerm: (room: number) => string
}

export class SearchRun {
  readonly #task: SearchTask
  readonly #deps: SearchRunDeps
  /** The best so far, newest first, at most `limit`. */
  #found: LinePlace[] = []
  /** Every line at or behind this place was looked at. */
  #seenTo: LinePlace

  constructor(task: SearchTask, deps: SearchRunDeps) {
    this.#task = task
    this.#deps = deps
    this.#seenTo = task.before
  }

  /** The places of the newest lines that hold all words, newest first. @throws what the turns or SQLite throw */
  async run(): Promise<readonly LinePlace[]> {
    const { words, indexed, lastSeq } = this.#task
    const isAll = await this.#lookThroughNewest()
    if (isAll || this.#isFull) return this.#found
    await this.#lookThrough(indexed, lastSeq)
    if (indexed === 0) return this.#found
    const plan = await this.#deps.searchWords.plan(words, this.#deps.turns)
    if (plan.expressions.length > 0) await this.#lookUp(await this.#narrow(plan))
    return this.#found
  }

  get #isFull(): boolean {
    return this.#found.length === this.#task.limit
  }

  /** Common words are found here at once, in exact order. True when there are no more lines. */
  async #lookThroughNewest(): Promise<boolean> {
    const { statements, turns, bounds } = this.#deps
    const { room, limit } = this.#task
    let units = 0
    for (let left = bounds.newestLines; left > 0 && units < SEARCH_NEWEST_UNITS;) {
      const statement = room === undefined ? statements.newest : statements.newestInRoom
      const inRoom = room === undefined ? [] : [room]
      let isPaused = false
      for (const row of statement.iterate(...inRoom, ...this.#seenTo, left) as Iterable<unknown>) {
        const line = row as Candidate
        left -= 1
        units += line[6].length
        if (this.#isWanted(line)) this.#found.push(place(line))
        this.#seenTo = place(line)
        if (this.#found.length === limit) return false
        isPaused = !turns.take(stepsOf(line)) || units >= SEARCH_NEWEST_UNITS
        if (isPaused) break
      }
      if (!isPaused) return left > 0
      await turns.next()
    }
    return false
  }

  /** Every line after `seq` up to `last`. */
  async #lookThrough(seq: number, last: number): Promise<void> {
    const { statements, turns } = this.#deps
    for (let after = seq; after < last;) {
      let isPaused = false
      for (const row of statements.bySeq.iterate(after, last) as Iterable<unknown>) {
        const line = row as Candidate
        after = line[2]
        this.#consider(line)
        isPaused = !turns.take(stepsOf(line))
        if (isPaused) break
      }
      if (!isPaused) return
      await turns.next()
    }
  }

  /** Names the room in the expressions where that leaves less to look at. */
  async #narrow(plan: SearchPlan): Promise<SearchPlan> {
    const { room } = this.#task
    const { statements, turns, bounds, roomTerm } = this.#deps
    if (room === undefined || plan.docs <= bounds.fewLines) return plan
    const most = Math.min(plan.docs, SEARCH_ROOM_LINES)
    const [lines] = statements.roomLines.get(room, most) as unknown as [number]
    if (turns.isSpent) await turns.next()
    if (lines >= most) return plan
    return { docs: lines, expressions: plan.expressions.map((each) => `"${roomTerm(room)}" AND ${each}`) }
  }

  async #lookUp(plan: SearchPlan): Promise<void> {
    const { statements, turns, bounds } = this.#deps
    const rows = statements.blocks.all(this.#seenTo[0]) as unknown as [number, number][]
    const blocks = new SearchBlocks(rows, {
      blockLines: bounds.blockLines,
      windowBlocks: plan.docs <= bounds.fewLines ? Infinity : bounds.windowBlocks,
    })
    for (;;) {
      const oldest = this.#isFull ? this.#found.at(-1)![0] : -Infinity
      const window = blocks.take(oldest)
      if (window === undefined) return
      let longestMs = 0
      for (const expression of plan.expressions) {
        if (turns.isSpent) await turns.next()
        longestMs = Math.max(longestMs, await this.#lookUpWindow(expression, window))
      }
      blocks.took(longestMs)
    }
  }

  /** Answers with how long the index took. */
  async #lookUpWindow(expression: string, { from, to }: SeqWindow): Promise<number> {
    const { statements, turns } = this.#deps
    const beganMs = turns.nowMs
    const seqs = statements.matches.all(expression, from, Math.min(to, this.#task.indexed)) as unknown as [number][]
    const tookMs = turns.nowMs - beganMs
    for (const [seq] of seqs) {
      if (turns.isSpent) await turns.next()
      const line = statements.one.get(seq) as unknown as Candidate | undefined
      turns.take(line === undefined ? 1 : stepsOf(line))
      if (line !== undefined) this.#consider(line)
    }
    return tookMs
  }

  /** Takes a line that no earlier step looked at, when it is among the newest so far. */
  #consider(line: Candidate): void {
    if (compare(line, this.#seenTo) >= 0) return
    const isBeaten = this.#isFull && compare(line, this.#found.at(-1)!) <= 0
    if (isBeaten || !this.#isWanted(line)) return
    const at = this.#found.findLastIndex((other) => compare(other, line) >= 0)
    if (at >= 0 && this.#found[at]![2] === line[2]) return
    this.#found.splice(at + 1, 0, place(line))
    if (this.#found.length > this.#task.limit) this.#found.pop()
  }

  #isWanted([, , , room, retracted, authorKey, text]: Candidate): boolean {
    if (this.#task.room !== undefined && room !== this.#task.room) return false
    if (retracted !== 0 || (authorKey !== null && this.#deps.isIgnored(authorKey, room))) return false
    return holdsAll(this.#task.words, text)
  }
}

function place([at, id, seq]: Candidate): LinePlace {
  return [at, id, seq]
}

/** A long text counts as many lines. */
function stepsOf(line: Candidate): number {
  return 1 + Math.floor(line[6].length / SEARCH_UNITS_PER_STEP)
}

/** In room order. Ids are hex: their units sort as their bytes do. */
function compare(a: Candidate | LinePlace, b: Candidate | LinePlace): number {
  if (a[0] !== b[0]) return a[0] - b[0]
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1
  return a[2] - b[2]
}
