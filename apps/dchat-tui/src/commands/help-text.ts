/** What /help and `?` show. */
import { padText, textWidth } from '../view/width.ts'
import type { Glyphs } from '../view/theme.ts'
import { ACTIONS } from '../input/action-table.ts'
import type { ActionEntry, ActionName } from '../input/action-table.ts'
import { chordsOf } from '../input/key-map.ts'
import type { KeyMap } from '../input/key-map.ts'
import { COMMANDS, COMMAND_GROUPS } from './command-table.ts'
import type { CommandEntry } from './command-table.ts'
import { findCommand } from './parse-line.ts'

const LABELS: Readonly<Record<string, string>> = { pageup: 'Page Up', pagedown: 'Page Down' }

/** What the keys of `map` do; actions without a key are left out. */
export function keyEntries(map: KeyMap): (readonly [string, string])[] {
  return keysOf(ACTIONS, map)
}

function keysOf(actions: readonly ActionEntry[], map: KeyMap): (readonly [string, string])[] {
  return actions.flatMap(({ name, doc }) => {
    const labels = chordsOf(map, name as ActionName).map((chord) => keyLabel(chord))
    return labels.length === 0 ? [] : [[labels.join(', '), doc] as const]
  })
}

/** A chord as people write it: `ctrl-a` is `Ctrl+A`. */
export function keyLabel(chord: string): string {
  const parts = /^((?:(?:ctrl|alt|shift)-)*)(.+)$/u.exec(chord)!
  const modifiers = parts[1]!.split('-').filter((modifier) => modifier !== '')
  return [...modifiers, parts[2]!].map((part) => LABELS[part] ?? part.charAt(0).toUpperCase() + part.slice(1)).join('+')
}

/** What help has under one heading. */
export interface HelpSection {
  readonly title: string
  readonly entries: readonly (readonly [left: string, right: string])[]
}

/** Commands, keys and the marks that `glyphs` draw, by what they are for. */
export function helpSections(glyphs: Glyphs, map: KeyMap): HelpSection[] {
  return [...commandSections(), ...keySections(map), { title: 'Marks beside lines', entries: marks(glyphs) }]
}

function commandSections(): HelpSection[] {
  return COMMAND_GROUPS.map((group) => ({
    title: `Commands: ${group}`,
    entries: [
      ...COMMANDS.filter((command) => command.group === group).map((command) => commandEntry(command)),
      ...(group === 'talk' ? [['//text', 'send text that begins with a slash'] as const] : []),
    ],
  }))
}

function keySections(map: KeyMap): HelpSection[] {
  const byGroup = Map.groupBy(ACTIONS, ({ group }) => group)
  return [...byGroup].map(([group, actions]) => {
    const isNumber = ({ name }: ActionEntry): boolean => /^room-\d+$/u.test(name)
    const numbers = keysOf(actions.filter(isNumber), map)
    const others = keysOf(
      actions.filter((action) => !isNumber(action)),
      map,
    )
    const [first, last] = [numbers[0], numbers.at(-1)]
    const rooms = first === undefined || last === undefined ? [] : [[`${first[0]} to ${last[0]}`, 'the rooms by number'] as const]
    return { title: `Keys: ${group}`, entries: [...others, ...rooms] }
  })
}

const marks = (glyphs: Glyphs): readonly (readonly [string, string])[] => [
  [glyphs.pending, 'on its way to the daemon'],
  [`${glyphs.sent}3`, 'written to 3 peers'],
  [glyphs.stored, 'stored here, no peer was there'],
  [glyphs.failed, 'not sent'],
  [glyphs.unknown, 'the answer was lost: it may have been sent'],
  [glyphs.pointer, 'picked out'],
  ['?k3x9y8z7w6', 'a member of a private room that nobody vouches for'],
  ['~k3x9', 'the peer an unsigned line came from; /peers lists the marks'],
]

const LEFT_COLUMNS = 28

/** The commands by group, one a line. */
export function commandHelp(): string[] {
  return commandSections().flatMap(({ title, entries }) => [title, ...entries.map(([left, right]) => pair(left, right))])
}

/** What is said of the command `word`; else of all commands and keys in whose names or words it is. */
export function helpAbout(word: string, map: KeyMap): string[] {
  const command = findCommand(word.replace(/^\//u, ''))
  if (command !== undefined) return [pair(...commandEntry(command))]
  const wanted = word.toLowerCase()
  const lines = [...COMMANDS.map((entry) => commandEntry(entry)), ...keyEntries(map)].map((entry) => pair(...entry))
  const found = lines.filter((text) => text.toLowerCase().includes(wanted))
  return found.length === 0 ? [`nothing is said of ${word.slice(0, 40)}: /help lists all`] : found
}

function commandEntry({ name, argument, aliases, doc }: CommandEntry): readonly [string, string] {
  const also = aliases.map((alias) => `/${alias}`).join(', ')
  return [`/${name}${argument === '' ? '' : ` ${argument}`}`, also === '' ? doc : `${doc} (also ${also})`]
}

/** Two columns; a left part that is too long for its own pushes the right one. */
export function pair(left: string, right: string): string {
  const columns = Math.max(LEFT_COLUMNS, textWidth(left))
  return `  ${padText(left, columns, { ellipsis: '', align: 'left' })} ${right}`
}
