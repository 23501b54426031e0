/** The words of a search and where they stand in a text: as `chat.search` takes them, upper and lower case alike. Pure. */
import { MAX_QUERY_CHARACTERS, MAX_QUERY_WORDS } from '../limits.ts'
import type { Message } from '@dchat/rpc'
import type { ItemList } from './item-list.ts'

export interface TextRange {
  readonly from: number
  readonly to: number
}

/** The words of `query`, folded, as many as the daemon takes; all of them are looked for. */
export function searchWords(query: string): readonly string[] {
  const words = query.slice(0, MAX_QUERY_CHARACTERS).split(/\s+/u)
  return [...new Set(words.filter((word) => word !== '').map((word) => folded(word)))].slice(0, MAX_QUERY_WORDS)
}

/** Whether `text` holds every word; false without words. */
export function holdsWords(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return false
  const within = folded(text)
  return words.every((word) => within.includes(word))
}

/** Where any of `words` stands in `text`, in order, without overlaps. */
export function wordRanges(text: string, words: readonly string[]): readonly TextRange[] {
  const within = folded(text)
  const found: TextRange[] = []
  for (const word of words) {
    for (let from = within.indexOf(word); from !== -1; from = within.indexOf(word, from + word.length))
      found.push({ from, to: from + word.length })
  }
  const merged: TextRange[] = []
  for (const range of found.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && range.from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    else merged.push(range)
  }
  return merged
}

export interface FindFrom {
  readonly start: number
  readonly by: 1 | -1
  /** Lines that are not to be found. @default none */
  readonly isHidden?: (message: Message) => boolean
}

/** The next message among `items`, from `start` on in direction `by`, that holds all of `words`; -1 when there is none. */
export function findWords(items: ItemList, words: readonly string[], place: FindFrom): number {
  for (let index = place.start; index >= 0 && index < items.length; index += place.by) {
    const item = items.at(index)!
    if (item.type !== 'message' || item.message.retracted || !holdsWords(item.message.text, words)) continue
    if (place.isHidden?.(item.message) !== true) return index
  }
  return -1
}

/** In lower case, each code unit where it was. */
function folded(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text[index]!
    const small = unit.toLowerCase()
    return small.length === 1 ? small : unit
  }).join('')
}
