/** What /help and `?` show. */
import { padText } from '../view/width.ts'
import type { Glyphs } from '../view/theme.ts'
import { ACTIONS } from '../input/action-table.ts'
import { COMMANDS } from './command-table.ts'

const LABELS: Readonly<Record<string, string>> = { pageup: 'Page Up', pagedown: 'Page Down' }

/** What keys do. */
export const KEYS: readonly (readonly [string, string])[] = ACTIONS.filter(({ keys }) => keys.length > 0).map(({ keys, doc }) => [
  keys.map((key) => keyLabel(key)).join(', '),
  doc,
])

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

/** The commands, one a line. */
export function commandHelp(): string[] {
  return COMMANDS.map((command) => {
    const names = `/${command.name}${command.argument === '' ? '' : ` ${command.argument}`}`
    const aliases = command.aliases.map((alias) => `/${alias}`).join(', ')
    return pair(names, aliases === '' ? command.doc : `${command.doc} (also ${aliases})`)
  })
}

/** Commands, keys and marks as `glyphs` draw them, one a line. */
export function fullHelp(glyphs: Glyphs): string[] {
  return [
    'Commands',
    ...commandHelp(),
    pair('//text', 'send text that begins with a slash'),
    '',
    'Keys',
    ...KEYS.map(([key, doc]) => pair(key, doc)),
    '',
    'Marks beside lines',
    ...marks(glyphs).map(([mark, doc]) => pair(mark, doc)),
    '',
    'Esc closes this help',
  ]
}

function pair(left: string, right: string): string {
  return `  ${padText(left, LEFT_COLUMNS, { ellipsis: '', align: 'left' })} ${right}`
}
