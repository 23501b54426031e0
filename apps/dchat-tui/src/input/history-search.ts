/** Ctrl+R: the newest line of the input history, of all rooms, that has what was typed in it. Pure. */
import type { RecallEntry } from './recall.ts'

export interface HistorySearch {
  readonly query: string
  /** Index of the line found; null when none has the query in it. */
  readonly at: number | null
  /** The input as it was, for leaving the search. */
  readonly draft: string
}

export function startSearch(draft: string): HistorySearch {
  return { query: '', at: null, draft }
}

/** The search for `query`, from the newest line on. */
export function searchFor(entries: readonly RecallEntry[], search: HistorySearch, query: string): HistorySearch {
  return { ...search, query, at: query === '' ? null : lastWith(entries, query, entries.length - 1) }
}

/** The next older line with the query in it; the same when there is none. */
export function searchOlder(entries: readonly RecallEntry[], search: HistorySearch): HistorySearch {
  if (search.query === '') return search
  const at = lastWith(entries, search.query, (search.at ?? entries.length) - 1)
  return at === null ? search : { ...search, at }
}

function lastWith(entries: readonly RecallEntry[], query: string, from: number): number | null {
  const wanted = query.toLowerCase()
  for (let index = from; index >= 0; index -= 1) {
    if (entries[index]!.text.toLowerCase().includes(wanted)) return index
  }
  return null
}
