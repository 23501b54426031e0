/** Tab: completes a command at the start of the line, what a command takes after it, a nick elsewhere; goes round the candidates. Pure. */
import { COMMAND_WORDS, findCommand } from '../commands/parse-line.ts'
import { SETTING_KEYS } from '../settings/setting-specs.ts'
import { THEMES } from '../settings/settings.ts'
import { replaceRange } from './editor.ts'
import type { Editor } from './editor.ts'

/** A round of candidates that is under way: `candidates[at]` stands in the text from `from` to the caret. */
export interface Completion {
  readonly candidates: readonly string[]
  readonly at: number
  readonly from: number
}

/** What can be completed, those first that are likeliest meant. */
export interface Vocabulary {
  /** How the people here are spoken to. */
  readonly nicks: readonly string[]
  /** The people here and those of conversations, with their tags where the nick alone is not theirs. */
  readonly people: readonly string[]
  /** What the rooms that are listed are called. */
  readonly rooms: readonly string[]
}

/** What Tab (`by` 1) or Shift+Tab (`by` -1) makes of the input; null when nothing fits. */
export function completed(
  state: { editor: Editor; completion: Completion | null },
  vocabulary: Vocabulary,
  by: 1 | -1,
): { editor: Editor; completion: Completion } | null {
  const { editor } = state
  const round = state.completion ?? startRound(editor, vocabulary, by)
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

function startRound(editor: Editor, vocabulary: Vocabulary, by: 1 | -1): Completion | null {
  const before = editor.text.slice(0, editor.caret)
  const word = /\S*$/u.exec(before)![0]
  const from = editor.caret - word.length
  const candidates = candidatesFor(before.slice(0, from), word, vocabulary)
  return candidates.length === 0 ? null : { candidates, at: by === 1 ? -1 : 0, from }
}

function candidatesFor(before: string, word: string, { nicks, people, rooms }: Vocabulary): string[] {
  if (before === '' && word.startsWith('/')) return matchingCommands(word).map((command) => `${command} `)
  const command = /^\/(\S+)\s+(?:-\S+\s+)*$/u.exec(before)?.[1]
  const completes = command === undefined ? undefined : findCommand(command)?.completes
  if (completes === 'rooms') return beginning(rooms, word).map((room) => `${room} `)
  if (completes === 'settings') return beginning(Object.keys(SETTING_KEYS), word).map((key) => `${key} `)
  if (completes === 'themes') return beginning(THEMES, word)
  if (completes === 'people') return beginning(people, word).map((name) => `${name} `)
  if (word === '') return []
  return beginning(nicks, word).map((nick) => (before === '' ? `${nick}: ` : `${nick} `))
}

function beginning(words: readonly string[], start: string): string[] {
  const wanted = start.toLowerCase()
  return words.filter((word) => word.toLowerCase().startsWith(wanted))
}
