/** What /help and `?` show. */
import { padText } from '../view/width.ts'
import type { Glyphs } from '../view/theme.ts'
import { COMMANDS } from './command-table.ts'

/** What keys do. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['Enter', 'send; Alt+Enter or Ctrl+J begins a new line'],
  ['Page Up, Page Down', 'scroll by a page; Shift+Up, Shift+Down by 3 rows'],
  ['Ctrl+Home, Ctrl+End', 'oldest line in memory, newest line; End too while the input is empty'],
  ['Alt+P, Alt+N', 'the line before, after that names you'],
  ['Alt+1 to Alt+9, Alt+0', 'the first nine rooms, the tenth'],
  ['Ctrl+N, Ctrl+P', 'the next room, the one before; Alt+Right, Alt+Left too'],
  ['Alt+A, Alt+/', 'the room with something unread; the room shown before'],
  ['Up, Down', 'earlier input lines; Ctrl+R searches them'],
  ['Tab, Shift+Tab', 'complete a command, what it takes, or a nick'],
  ['Ctrl+A, Ctrl+E', 'start, end of the line; Ctrl+B, Ctrl+F a character'],
  ['Alt+B, Alt+F', 'a word back, forth; Ctrl+Left, Ctrl+Right too'],
  ['Ctrl+W, Alt+Backspace', 'delete the word before; Alt+D the one after'],
  ['Ctrl+U, Ctrl+K', 'delete to the start, end of the line; Ctrl+Y puts it back'],
  ['Ctrl+T', 'swap two characters'],
  ['Ctrl+_, Alt+_', 'undo, redo'],
  ['Ctrl+L', 'draw the screen anew'],
  ['Ctrl+C', 'empty the input; twice quits, as Ctrl+D in an empty input does'],
]

const marks = (glyphs: Glyphs): readonly (readonly [string, string])[] => [
  [glyphs.pending, 'on its way to the daemon'],
  [`${glyphs.sent}3`, 'written to 3 peers'],
  [glyphs.stored, 'stored here, no peer was there'],
  [glyphs.failed, 'not sent'],
  [glyphs.unknown, 'the answer was lost: it may have been sent'],
  ['?k3x9y8z7w6', 'a member of a private room that nobody vouches for'],
  ['~k3x9', 'the peer an unsigned line came from; /peers lists the marks'],
]

const LEFT_COLUMNS = 24

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
