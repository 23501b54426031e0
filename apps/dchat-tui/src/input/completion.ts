/** What is offered while a command is typed, and what Tab makes of a command, of what it takes, or of a nick. Pure. */
import { COMMANDS } from '../commands/command-table.ts'
import { findCommand } from '../commands/parse-line.ts'
import { SETTING_KEYS } from '../settings/setting-specs.ts'
import { THEMES } from '../settings/settings.ts'
import { replaceRange } from './editor.ts'
import type { Editor } from './editor.ts'

export interface Candidate {
  /** What is put into the input. */
  readonly text: string
  /** How it is listed: what it is called and takes, and what that is for. */
  readonly label: string
  readonly doc: string
}

/** What could stand from `from` to the caret; never empty. */
export interface Completion {
  readonly candidates: readonly Candidate[]
  readonly from: number
  /** The one that is marked. */
  readonly at: number
  /** `offered` beside what is typed; `chosen` by Up or Down; `taken`: it stands in the input. */
  readonly stage: 'offered' | 'chosen' | 'taken'
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

/** What is offered by itself beside what is typed: commands, and what they take; null where nothing is. */
export function offered(editor: Editor, vocabulary: Vocabulary): Completion | null {
  if (!mayBeCommand(editor.text)) return null
  return roundAt(editor, { ...vocabulary, nicks: [] })
}

/** Whether the input is, or becomes, a command: only then is anything offered. */
export function mayBeCommand(text: string): boolean {
  return text.startsWith('/') && !text.startsWith('//')
}

/** What Tab (`by` 1) or Shift+Tab (`by` -1) makes of the input; null when nothing fits. */
export function completed(
  state: { editor: Editor; completion: Completion | null },
  vocabulary: Vocabulary,
  by: 1 | -1,
): { editor: Editor; completion: Completion } | null {
  const { editor } = state
  const round = state.completion ?? roundAt(editor, vocabulary)
  if (round === null) return null
  const first = round.stage === 'offered' ? (by === 1 ? 0 : -1) : round.at + (round.stage === 'chosen' && by === 1 ? 0 : by)
  return taken(editor, round, first)
}

/** With the one marked that is `by` further; one that stands in the input gives its place to it. */
export function marked(editor: Editor, round: Completion, by: 1 | -1): { editor: Editor; completion: Completion } {
  const at = round.at + by
  return round.stage === 'taken' ? taken(editor, round, at) : { editor, completion: roundTo(round, at, 'chosen') }
}

/** With the one at `at` in the input. */
export function taken(editor: Editor, round: Completion, at: number): { editor: Editor; completion: Completion } {
  const completion = roundTo(round, at, 'taken')
  const { text } = completion.candidates[completion.at]!
  return { editor: replaceRange(editor, { from: round.from, to: editor.caret, text }), completion }
}

/** Goes round: after the last comes the first. */
function roundTo(round: Completion, at: number, stage: Completion['stage']): Completion {
  const count = round.candidates.length
  return { ...round, at: ((at % count) + count) % count, stage }
}

function roundAt(editor: Editor, vocabulary: Vocabulary): Completion | null {
  const before = editor.text.slice(0, editor.caret)
  const from = before.search(/\S*$/u)
  const candidates = candidatesFor(before.slice(0, from), before.slice(from), vocabulary)
  return candidates.length === 0 ? null : { candidates, from, at: 0, stage: 'offered' }
}

function candidatesFor(before: string, word: string, { nicks, people, rooms }: Vocabulary): readonly Candidate[] {
  if (before === '' && mayBeCommand(word)) return commandsFor(word.slice(1).toLowerCase())
  const command = /^\/(\S+)\s+(?:-\S+\s+)*$/u.exec(before)?.[1]
  const completes = command === undefined ? undefined : findCommand(command)?.completes
  if (completes === 'rooms') return beginning(rooms, word, ' ')
  if (completes === 'people') return beginning(people, word, ' ')
  if (completes === 'settings') return settingsFor(word)
  if (completes === 'themes') return beginning(THEMES, word, ' ')
  const [, setter, key] = /^\/(\S+)\s+(\S+)\s+(?:=\s+)?$/u.exec(before) ?? []
  if (setter !== undefined && findCommand(setter)?.completes === 'settings') return beginning(wordsOf(key!), word, '')
  return word === '' ? [] : beginning(nicks, word, before === '' ? ': ' : ' ')
}

/** The commands that begin so, by their name; another word for one only where its name does not begin so. */
function commandsFor(start: string): Candidate[] {
  return COMMANDS.flatMap(({ name, aliases, argument, doc }) => {
    const words = name.startsWith(start) ? [name] : aliases.filter((alias) => alias.startsWith(start)).slice(0, 1)
    return words.map((word) => ({ text: `/${word} `, label: argument === '' ? `/${word}` : `/${word} ${argument}`, doc }))
  }).sort((a, b) => (a.text < b.text ? -1 : 1))
}

function settingsFor(start: string): Candidate[] {
  return beginning(Object.keys(SETTING_KEYS), start, ' ').map((candidate) => {
    const { doc } = SETTING_KEYS[candidate.label]!.kind
    return { ...candidate, doc }
  })
}

/** What a setting may be, where that is one of a few words. */
function wordsOf(key: string): readonly string[] {
  return Object.hasOwn(SETTING_KEYS, key) ? (SETTING_KEYS[key]!.kind.words ?? []) : []
}

function beginning(words: readonly string[], start: string, end: string): Candidate[] {
  const wanted = start.toLowerCase()
  return words.filter((word) => word.toLowerCase().startsWith(wanted)).map((word) => ({ text: word + end, label: word, doc: '' }))
}
