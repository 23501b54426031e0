/** What somebody searches for, taken apart. */
import { MAX_PAGE_LINES, MAX_SEARCH_UNITS, MAX_SEARCH_WORDS } from '../limits.ts'
import type { SearchQuery } from '../message-store.ts'
import { foldText } from './fold-text.ts'

/** @throws {RangeError} for a query out of range, or without a word */
export function checkSearch({ query, limit = 1, before = 1 }: SearchQuery): void {
  const isIn = (value: number, to: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= to
  if (!isIn(limit, MAX_PAGE_LINES)) throw new RangeError(`limit: has to be 1 to ${MAX_PAGE_LINES}`)
  if (!isIn(before, Number.MAX_SAFE_INTEGER)) throw new RangeError('before: has to be 1 or more')
  if (query.length > MAX_SEARCH_UNITS) throw new RangeError(`query: has to be at most ${MAX_SEARCH_UNITS} units of text`)
  const words = wordsOf(query).length
  if (words < 1 || words > MAX_SEARCH_WORDS) throw new RangeError(`query: has to hold 1 to ${MAX_SEARCH_WORDS} words`)
}

/** The words of a query, folded, each once. Nothing in it has a meaning of its own: quotes and stars are searched for. */
export function wordsOf(query: string): string[] {
  const words = foldText(query.toWellFormed()).split(/\s+/u)
  return [...new Set(words)].filter((word) => word !== '')
}

/** Whether every word is somewhere in `text`. */
export function holdsAll(words: readonly string[], text: string): boolean {
  const folded = foldText(text)
  return words.every((word) => folded.includes(word))
}
