/**
 * What keys do, in one table: the key map, `/keys`, `/help`, the documents and the check of `[keys]` are made from it. Every action has a
 * name; no other code asks for a key.
 */

export type ActionGroup = 'rooms' | 'scrolling' | 'lines' | 'input' | 'program'

export interface ActionEntry {
  /** Kebab-case; what `[keys]` of tui.toml calls it. */
  readonly name: string
  /** Default chords: modifiers (`ctrl-`, `alt-`, `shift-`, in this order) and a key, in lower case. */
  readonly keys: readonly string[]
  /** What it does, for people: one line without a full stop. */
  readonly doc: string
  readonly group: ActionGroup
}

const inGroup =
  (group: ActionGroup) =>
  <const N extends string>(name: N, keys: readonly string[], doc: string): ActionEntry & { readonly name: N } => ({
    name,
    keys,
    doc,
    group,
  })

const room = inGroup('rooms')
const scroll = inGroup('scrolling')
const line = inGroup('lines')
const input = inGroup('input')
const program = inGroup('program')

export const ACTIONS = [
  room('room-next', ['ctrl-n', 'alt-right'], 'the next room'),
  room('room-previous', ['ctrl-p', 'alt-left'], 'the room before'),
  room('room-active', ['alt-a'], 'the room with something unread, where you are meant first'),
  room('room-last', ['alt-/'], 'the room shown before'),
  room('room-status', ['alt-shift-s'], 'the status room: news of the daemon and the peers'),
  room('open-switcher', ['alt-k'], 'go to a room or a person by a few letters'),
  room('toggle-rooms-pane', ['alt-shift-b'], 'show or hide the list of rooms'),
  room('toggle-peers-pane', ['alt-shift-n'], 'show or hide people and peers'),
  room('room-1', ['alt-1'], 'the first room'),
  room('room-2', ['alt-2'], 'the second room'),
  room('room-3', ['alt-3'], 'the third room'),
  room('room-4', ['alt-4'], 'the fourth room'),
  room('room-5', ['alt-5'], 'the fifth room'),
  room('room-6', ['alt-6'], 'the sixth room'),
  room('room-7', ['alt-7'], 'the seventh room'),
  room('room-8', ['alt-8'], 'the eighth room'),
  room('room-9', ['alt-9'], 'the ninth room'),
  room('room-10', ['alt-0'], 'the tenth room'),
  scroll('scroll-page-up', ['pageup'], 'a page up'),
  scroll('scroll-page-down', ['pagedown'], 'a page down'),
  scroll('scroll-up', ['shift-up', 'alt-pageup', 'ctrl-pageup'], '3 rows up'),
  scroll('scroll-down', ['shift-down', 'alt-pagedown', 'ctrl-pagedown'], '3 rows down'),
  scroll('scroll-top', ['ctrl-home', 'alt-home'], 'the oldest line in memory'),
  scroll('scroll-bottom', ['ctrl-end', 'alt-end'], 'the newest line'),
  scroll('pane-page-up', ['shift-pageup'], 'a page up in the pane of people and peers, else in the talk'),
  scroll('pane-page-down', ['shift-pagedown'], 'a page down there'),
  scroll('to-unread', ['alt-u'], 'the first line that is new'),
  scroll('mention-previous', ['alt-p'], 'the line before that names you'),
  scroll('mention-next', ['alt-n'], 'the line after that names you'),
  line('select-up', ['alt-up'], 'pick out the newest line in sight, the line before; Enter shows all about it'),
  line('select-down', ['alt-down'], 'the line after'),
  line('find', ['ctrl-s'], 'look for words in the talk; again, the match after'),
  line('bare-view', ['alt-l'], 'the talk as plain text, to select with the terminal'),
  input('submit', ['enter'], 'send'),
  input('newline', ['alt-enter', 'ctrl-j', 'shift-enter', 'ctrl-enter'], 'begin a new line'),
  input('complete', ['tab'], 'complete a command, what it takes, or a nick'),
  input('complete-back', ['shift-tab'], 'the completion before'),
  input('input-up', ['up'], 'a row up, else the input line before, of this room'),
  input('input-down', ['down'], 'a row down, else the input line after, of this room'),
  input('history-older', ['ctrl-up'], 'the input line before, of any room'),
  input('history-newer', ['ctrl-down'], 'the input line after, of any room'),
  input('history-search', ['ctrl-r'], 'search earlier input lines'),
  input('cursor-left', ['left', 'ctrl-b'], 'a character left'),
  input('cursor-right', ['right', 'ctrl-f'], 'a character right'),
  input('word-left', ['alt-b', 'ctrl-left'], 'a word left'),
  input('word-right', ['alt-f', 'ctrl-right'], 'a word right'),
  input('line-start', ['ctrl-a'], 'the start of the line'),
  input('line-end', ['ctrl-e'], 'the end of the line'),
  input('home', ['home'], 'the start of the line; the oldest line in memory while the input is empty'),
  input('end', ['end'], 'the end of the line; the newest line while the input is empty'),
  input('delete-left', ['backspace', 'ctrl-h'], 'delete the character before'),
  input('delete-right', ['delete'], 'delete the character after'),
  input('delete-blank-left', ['ctrl-w'], 'delete back to a blank'),
  input('delete-word-left', ['alt-backspace', 'ctrl-backspace'], 'delete the word before'),
  input('delete-word-right', ['alt-d', 'alt-delete', 'ctrl-delete'], 'delete the word after'),
  input('delete-line-start', ['ctrl-u'], 'delete to the start of the line'),
  input('delete-line-end', ['ctrl-k'], 'delete to the end of the line'),
  input('yank', ['ctrl-y'], 'put back what was deleted'),
  input('transpose', ['ctrl-t'], 'swap two characters'),
  input('undo', ['ctrl-_'], 'undo'),
  input('redo', ['alt-_'], 'redo'),
  program('open-network', ['alt-g'], 'the network: who is connected, and why not more'),
  program('cancel', ['esc'], 'close what is open'),
  program('redraw', ['ctrl-l'], 'draw the screen anew'),
  program('edit-draft', ['ctrl-g'], 'open the input in $VISUAL or $EDITOR'),
  program('toggle-mouse', ['alt-m'], 'the wheel of the mouse scrolls, or no longer'),
  program('suspend', ['ctrl-z'], 'stop; `fg` in the shell goes on'),
  program('interrupt', ['ctrl-c'], 'empty the input; a second time within 2 seconds quits'),
  program('end-of-input', ['ctrl-d'], 'delete the character after; quits while the input is empty'),
] as const satisfies readonly ActionEntry[]

export type ActionName = (typeof ACTIONS)[number]['name']
