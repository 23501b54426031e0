/** The input lines of before, each with its room, and where Up and Down are among them. Pure. */
import { MAX_HISTORY_ENTRIES } from '../limits.ts'
import { mayBeRecalled } from './secret-line.ts'

export interface RecallEntry {
  /** The room it was typed in; null when that was not noted: it counts for every room. */
  readonly room: string | null
  readonly text: string
}

export interface Recall {
  /** Oldest first, of all rooms. */
  readonly entries: readonly RecallEntry[]
  /** Index of the line that is shown; null while the own draft is. */
  readonly at: number | null
  /** What was in the input before Up. */
  readonly draft: string
}

export const EMPTY_RECALL: Recall = { entries: [], at: null, draft: '' }

/** Where to look: in what was typed in one room, or with null in all. */
type Where = string | null

/** The line before the shown one, and the state with it shown; null at the oldest. */
export function recallOlder(recall: Recall, text: string, where: Where): { recall: Recall; text: string } | null {
  const at = recall.entries.findLastIndex((entry, index) => index < (recall.at ?? recall.entries.length) && isFrom(entry, where))
  if (at === -1) return null
  return { recall: { ...recall, at, draft: recall.at === null ? text : recall.draft }, text: recall.entries[at]!.text }
}

/** The line after the shown one, after the newest the draft; null while the draft is shown. */
export function recallNewer(recall: Recall, where: Where): { recall: Recall; text: string } | null {
  const { entries, at: shown } = recall
  if (shown === null) return null
  const at = entries.findIndex((entry, index) => index > shown && isFrom(entry, where))
  if (at === -1) return { recall: { ...recall, at: null, draft: '' }, text: recall.draft }
  return { recall: { ...recall, at }, text: entries[at]!.text }
}

/** With `entry` as the newest line, unless it is blank, the same as the newest or a secret; the draft is shown again. */
export function remembered(recall: Recall, entry: RecallEntry): Recall {
  const newest = recall.entries.at(-1)
  const isSame = newest?.text === entry.text && newest.room === entry.room
  const isNew = entry.text.trim() !== '' && !isSame && mayBeRecalled(entry.text)
  const entries = isNew ? [...recall.entries, entry].slice(-MAX_HISTORY_ENTRIES) : recall.entries
  return { entries, at: null, draft: '' }
}

function isFrom(entry: RecallEntry, where: Where): boolean {
  return where === null || entry.room === null || entry.room === where
}
