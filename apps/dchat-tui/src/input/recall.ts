/** The input lines of before, and where Up and Down are among them. Pure. */
import { MAX_HISTORY_ENTRIES } from '../limits.ts'
import { mayBeRecalled } from './secret-line.ts'

export interface Recall {
  /** Oldest first. */
  readonly entries: readonly string[]
  /** Index of the line that is shown; null while the own draft is. */
  readonly at: number | null
  /** What was in the input before Up. */
  readonly draft: string
}

export const EMPTY_RECALL: Recall = { entries: [], at: null, draft: '' }

/** The line before the shown one, and the state with it shown; null at the oldest. */
export function recallOlder(recall: Recall, text: string): { recall: Recall; text: string } | null {
  const at = (recall.at ?? recall.entries.length) - 1
  const entry = recall.entries[at]
  if (entry === undefined) return null
  return { recall: { ...recall, at, draft: recall.at === null ? text : recall.draft }, text: entry }
}

/** The line after the shown one, after the newest the draft; null while the draft is shown. */
export function recallNewer(recall: Recall): { recall: Recall; text: string } | null {
  if (recall.at === null) return null
  const entry = recall.entries[recall.at + 1]
  if (entry === undefined) return { recall: { ...recall, at: null, draft: '' }, text: recall.draft }
  return { recall: { ...recall, at: recall.at + 1 }, text: entry }
}

/** With `text` as the newest line, unless it is blank, the same as the newest or a secret; the draft is shown again. */
export function remembered(recall: Recall, text: string): Recall {
  const isNew = text.trim() !== '' && recall.entries.at(-1) !== text && mayBeRecalled(text)
  const entries = isNew ? [...recall.entries, text].slice(-MAX_HISTORY_ENTRIES) : recall.entries
  return { entries, at: null, draft: '' }
}
