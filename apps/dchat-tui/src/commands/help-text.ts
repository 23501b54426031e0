/** What /help and `?` show. */
import { padText, textWidth } from '../view/width.ts'
import type { Glyphs } from '../view/theme.ts'
import { ACTIONS } from '../input/action-table.ts'
import { chordsOf } from '../input/key-map.ts'
import type { KeyMap } from '../input/key-map.ts'
import { COMMANDS, COMMAND_GROUPS } from './command-table.ts'
import type { CommandEntry } from './command-table.ts'
import { findCommand } from './parse-line.ts'

const LABELS: Readonly<Record<string, string>> = { pageup: 'Page Up', pagedown: 'Page Down' }

/** What the keys of `map` do; actions without a key are left out. */
export function keyEntries(map: KeyMap): (readonly [string, string])[] {
  return ACTIONS.flatMap(({ name, doc }) => {
    const labels = chordsOf(map, name).map((chord) => keyLabel(chord))
    return labels.length === 0 ? [] : [[labels.join(', '), doc] as const]
  })
}

/** A chord as people write it: `ctrl-a` is `Ctrl+A`. */
export function keyLabel(chord: string): string {
  const parts = /^((?:(?:ctrl|alt|shift)-)*)(.+)$/u.exec(chord)!
  const modifiers = parts[1]!.split('-').filter((modifier) => modifier !== '')
  return [...modifiers, parts[2]!].map((part) => LABELS[part] ?? part.charAt(0).toUpperCase() + part.slice(1)).join('+')
}

const marks = (glyphs: Glyphs): readonly (readonly [string, string])[] => [
  [glyphs.pending, 'on its way to the daemon'],
  [`${glyphs.sent}3`, 'written to 3 peers'],
  [glyphs.stored, 'stored here, no peer was there'],
  [glyphs.failed, 'not sent'],
  [glyphs.unknown, 'the answer was lost: it may have been sent'],
  ['?k3x9y8z7w6', 'a member of a private room that nobody vouches for'],
  ['~k3x9', 'the peer an unsigned line came from; /peers lists the marks'],
]

const LEFT_COLUMNS = 28

/** The commands by group, one a line. */
export function commandHelp(): string[] {
  return COMMAND_GROUPS.flatMap((group) => [
    capitalised(group),
    ...COMMANDS.filter((command) => command.group === group).map((command) => commandLine(command)),
  ])
}

/** What is said of the command `word`; else of all commands and keys in whose names or words it is. */
export function helpAbout(word: string, map: KeyMap): string[] {
  const command = findCommand(word.replace(/^\//u, ''))
  if (command !== undefined) return [commandLine(command)]
  const wanted = word.toLowerCase()
  const lines = [...COMMANDS.map((entry) => commandLine(entry)), ...keyEntries(map).map(([key, doc]) => pair(key, doc))]
  const found = lines.filter((text) => text.toLowerCase().includes(wanted))
  return found.length === 0 ? [`nothing is said of ${word.slice(0, 40)}: /help lists all`] : found
}

/** Commands, keys and marks as `glyphs` draw them, one a line. */
export function fullHelp(glyphs: Glyphs, map: KeyMap): string[] {
  return [
    ...commandHelp(),
    pair('//text', 'send text that begins with a slash'),
    '',
    'Keys',
    ...keyEntries(map).map(([key, doc]) => pair(key, doc)),
    '',
    'Marks beside lines',
    ...marks(glyphs).map(([mark, doc]) => pair(mark, doc)),
    '',
    'Esc closes this help',
  ]
}

function commandLine({ name, argument, aliases, doc }: CommandEntry): string {
  const also = aliases.map((alias) => `/${alias}`).join(', ')
  return pair(`/${name}${argument === '' ? '' : ` ${argument}`}`, also === '' ? doc : `${doc} (also ${also})`)
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Two columns; a left part that is too long for its own pushes the right one. */
export function pair(left: string, right: string): string {
  const columns = Math.max(LEFT_COLUMNS, textWidth(left))
  return `  ${padText(left, columns, { ellipsis: '', align: 'left' })} ${right}`
}
