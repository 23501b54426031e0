/** Looks the words of a search up among the trigrams of the index, and decides what to ask it for. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { SEARCH_TERMS, SEARCH_WORD_TERMS } from '../limits.ts'
import { prepareRows } from '../statement.ts'
import type { SearchBounds } from './search-bounds.ts'
import type { Turns } from './turns.ts'

/** A trigram and the lines that have it. */
interface Term {
  readonly term: string
  readonly docs: number
}

/** What to ask the index for: every line that could hold all words answers to one of `expressions`, at most `docs` lines. */
export interface SearchPlan {
  readonly expressions: readonly string[]
  readonly docs: number
}

const TRIGRAM = 3

export class SearchWords {
  readonly #groupTerms: number
  readonly #rareLines: number
  readonly #few: StatementSync
  readonly #docs: StatementSync
  readonly #next: StatementSync

  constructor(db: DatabaseSync, { groupTerms, rareLines }: Pick<SearchBounds, 'groupTerms' | 'rareLines'>) {
    this.#groupTerms = groupTerms
    this.#rareLines = rareLines
    this.#few = prepareRows(db, 'SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)')
    this.#docs = prepareRows(db, 'SELECT doc FROM search_words WHERE term = ?')
    this.#next = prepareRows(db, `SELECT term, doc FROM search_words WHERE term > ? AND term < ? LIMIT ?`)
  }

  /**
   * Asks for the rarest trigrams of the longer words. A word of one or two characters stands for all trigrams that begin with
   * it (every place in a text begins one, see `END_MARK`); it is asked for when it is rarer than all else, which is not looked
   * into where fewer than `rareLines` lines are left: to count the lines of a common trigram takes longer than to read those.
   */
  async plan(words: readonly string[], turns: Turns): Promise<SearchPlan> {
    const isLong = (word: string): boolean => Array.from(word).length >= TRIGRAM
    const rarest = await this.#rarest(words.filter(isLong), turns)
    const docs = rarest[0]?.docs ?? Infinity
    const all = rarest.map(({ term }) => quote(term)).join(' AND ')
    let plan: SearchPlan = { expressions: docs === 0 ? [] : [all], docs }
    if (docs < this.#rareLines) return plan
    for (const word of words.filter((short) => !isLong(short))) {
      const terms = plan.docs === 0 ? undefined : await this.#beginning(word, plan.docs, turns)
      if (terms === undefined) continue
      const also = all === '' ? '' : ` AND ${all}`
      const groups = inGroups(
        terms.map(({ term }) => quote(term)),
        this.#groupTerms,
      )
      plan = { expressions: groups.map((group) => `(${group.join(' OR ')})${also}`), docs: sum(terms) }
    }
    return plan
  }

  /** The rarest trigrams of `words`, rarest first; of many only some, spread evenly, are looked up. */
  async #rarest(words: readonly string[], turns: Turns): Promise<Term[]> {
    const all = [...new Set(words.flatMap(trigrams))]
    const step = Math.max(1, all.length / SEARCH_WORD_TERMS)
    const some = Array.from({ length: Math.ceil(all.length / step) }, (_, index) => all[Math.floor(index * step)]!)
    const few = (await this.#counted(some, (term) => this.#countFew(term), turns)).filter(({ docs }) => docs < this.#rareLines)
    const terms = few.length > 0 ? few : await this.#counted(some, (term) => this.#countAll(term), turns)
    return terms.toSorted((a, b) => a.docs - b.docs).slice(0, SEARCH_TERMS)
  }

  /** Up to the first that no line has. */
  async #counted(terms: readonly string[], count: (term: string) => number, turns: Turns): Promise<Term[]> {
    const counted: Term[] = []
    for (const term of terms) {
      const docs = count(term)
      counted.push({ term, docs })
      if (docs === 0) break
      if (turns.isSpent) await turns.next()
    }
    return counted
  }

  /** Lines that have a trigram, at most `rareLines`: counts no further. */
  #countFew(term: string): number {
    return (this.#few.get(quote(term), this.#rareLines) as unknown as [number])[0]
  }

  /** Lines that have a trigram; takes a time in proportion to them. */
  #countAll(term: string): number {
    return (this.#docs.get(term) as unknown as [number] | undefined)?.[0] ?? 0
  }

  /** All trigrams that begin with `word`, or undefined when more than `maxDocs` lines have them. */
  async #beginning(word: string, maxDocs: number, turns: Turns): Promise<Term[] | undefined> {
    const terms: Term[] = []
    let docs = 0
    for (let after = word; ;) {
      const rows = this.#next.all(after, word + LAST, this.#groupTerms) as unknown as [string, number][]
      for (const [term, count] of rows) terms.push({ term, docs: count })
      docs += rows.reduce((total, [, count]) => total + count, 0)
      if (docs >= maxDocs) return undefined
      if (rows.length < this.#groupTerms) return terms
      after = rows.at(-1)![0]
      if (turns.isSpent) await turns.next()
    }
  }
}

/** Sorts behind whatever may follow the beginning of a trigram. */
const LAST = '\u{10ffff}\u{10ffff}\u{10ffff}'

function trigrams(word: string): string[] {
  const characters = Array.from(word)
  return characters.slice(TRIGRAM - 1).map((_, at) => characters.slice(at, at + TRIGRAM).join(''))
}

function inGroups(terms: readonly string[], size: number): string[][] {
  const groups: string[][] = []
  for (let at = 0; at < terms.length; at += size) groups.push(terms.slice(at, at + size))
  return groups
}

function sum(terms: readonly Term[]): number {
  return terms.reduce((total, { docs }) => total + docs, 0)
}

/** A string of FTS5's query language, in which only the quote has to be doubled. */
function quote(term: string): string {
  return `"${term.replaceAll('"', '""')}"`
}
