/** Tab: completes a command at the start of the line, a nick elsewhere, and goes round the candidates. Pure. */
import { COMMAND_WORDS } from '../commands/command-table.ts'
import { replaceRange } from './editor.ts'
import type { Editor } from './editor.ts'

/** A round of candidates that is under way: `candidates[at]` stands in the text from `from` to the caret. */
export interface Completion {
  readonly candidates: readonly string[]
  readonly at: number
  readonly from: number
}

/** What Tab (`by` 1) or Shift+Tab (`by` -1) makes of the input; null when nothing fits. `nicks`: recent speakers first. */
export function completed(
  state: { editor: Editor; completion: Completion | null },
  nicks: readonly string[],
  by: 1 | -1,
): { editor: Editor; completion: Completion } | null {
  const { editor } = state
  const round = state.completion ?? startRound(editor, nicks, by)
  if (round === null) return null
  const count = round.candidates.length
  const at = (round.at + by + count) % count
  const next = { ...round, at }
  return { editor: replaceRange(editor, { from: round.from, to: editor.caret, text: round.candidates[at]! }), completion: next }
}

/** The commands that begin with what is typed, for showing while it is typed; none once an argument follows. */
export function matchingCommands(text: string): readonly string[] {
  return /^\/[^\s/]*$/u.test(text) ? COMMAND_WORDS.filter((word) => word.startsWith(text.toLowerCase())) : []
}

function startRound(editor: Editor, nicks: readonly string[], by: 1 | -1): Completion | null {
  const before = editor.text.slice(0, editor.caret)
  const word = /\S*$/u.exec(before)![0]
  const from = editor.caret - word.length
  const candidates =
    word.startsWith('/') && from === 0 ? commandCandidates(word) : nickCandidates(word, { nicks, isFirst: from === 0 })
  return candidates.length === 0 ? null : { candidates, at: by === 1 ? -1 : 0, from }
}

function commandCandidates(word: string): string[] {
  return matchingCommands(word).map((command) => `${command} `)
}

function nickCandidates(word: string, context: { nicks: readonly string[]; isFirst: boolean }): string[] {
  if (word === '') return []
  const wanted = word.toLowerCase()
  const fitting = context.nicks.filter((nick) => nick.toLowerCase().startsWith(wanted))
  return fitting.map((nick) => (context.isFirst ? `${nick}: ` : `${nick} `))
}
