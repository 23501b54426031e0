/** What the terminal sent, as what is meant. Pure; works on what Ink's `useInput` gives, which knows no key tables of its own. */
import type { Key } from 'ink'
import type { RoomMove } from '../state/rooms.ts'
import type { EditCommand } from './editor.ts'

export type ScreenCommand =
  | 'submit'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'linesUp'
  | 'linesDown'
  | 'toStart'
  | 'toEnd'
  | 'home'
  | 'end'
  | 'interrupt'
  | 'endOfInput'
  | 'redraw'
  | 'complete'
  | 'completeBack'
  | 'escape'
  | 'searchHistory'
  | 'cancel'
  | 'mentionBefore'
  | 'mentionAfter'

export type KeyAction =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'edit'; readonly command: EditCommand }
  | { readonly type: 'screen'; readonly command: ScreenCommand }
  | { readonly type: 'room'; readonly to: RoomMove }

const edit = (command: EditCommand): KeyAction[] => [{ type: 'edit', command }]
const screen = (command: ScreenCommand): KeyAction[] => [{ type: 'screen', command }]
const room = (to: RoomMove): KeyAction[] => [{ type: 'room', to }]
const NEWLINE: KeyAction[] = [{ type: 'insert', text: '\n' }]

const CTRL_EDITS: Readonly<Record<string, EditCommand>> = {
  a: 'lineStart',
  e: 'lineEnd',
  b: 'left',
  f: 'right',
  w: 'killBlankLeft',
  k: 'killLineEnd',
  u: 'killLineStart',
  y: 'yank',
  t: 'transpose',
  _: 'undo',
  '-': 'undo',
  '/': 'undo',
  h: 'backspace',
}
const CTRL_SCREEN: Readonly<Record<string, ScreenCommand>> = {
  c: 'interrupt',
  d: 'endOfInput',
  l: 'redraw',
  r: 'searchHistory',
  g: 'cancel',
  m: 'submit',
  i: 'complete',
}
const META_EDITS: Readonly<Record<string, EditCommand>> = {
  b: 'wordLeft',
  f: 'wordRight',
  d: 'killWordRight',
  _: 'redo',
  '-': 'redo',
}
const CTRL_ROOMS: Readonly<Record<string, RoomMove>> = { n: 'next', p: 'previous' }
const META_ROOMS: Readonly<Record<string, RoomMove>> = { a: 'active', '/': 'last' }
const META_SCREEN: Readonly<Record<string, ScreenCommand>> = { p: 'mentionBefore', n: 'mentionAfter' }

/** What one event of `useInput` means: nothing, one action, or several when keys came in one piece. */
export function decodeKey(input: string, key: Key): KeyAction[] {
  if (key.eventType === 'release' || key.super || key.hyper) return []
  const named = namedKey(key)
  if (named !== null) return named
  if (key.ctrl) return input === ' ' || input === '@' ? [] : control(input.toLowerCase())
  if (key.meta) return meta(input)
  return decodeText(input)
}

function namedKey(key: Key): KeyAction[] | null {
  const isWord = key.ctrl || key.meta
  if (key.return) return key.meta || key.shift || key.ctrl ? NEWLINE : screen('submit')
  if (key.backspace) return edit(isWord ? 'killWordLeft' : 'backspace')
  if (key.delete) return edit(isWord ? 'killWordRight' : 'delete')
  if (key.leftArrow) return key.meta ? room('previous') : edit(key.ctrl ? 'wordLeft' : 'left')
  if (key.rightArrow) return key.meta ? room('next') : edit(key.ctrl ? 'wordRight' : 'right')
  if (key.upArrow) return screen(key.shift ? 'linesUp' : 'up')
  if (key.downArrow) return screen(key.shift ? 'linesDown' : 'down')
  if (key.pageUp) return screen(isWord ? 'linesUp' : 'pageUp')
  if (key.pageDown) return screen(isWord ? 'linesDown' : 'pageDown')
  if (key.home) return screen(isWord ? 'toStart' : 'home')
  if (key.end) return screen(isWord ? 'toEnd' : 'end')
  if (key.tab) return screen(key.shift ? 'completeBack' : 'complete')
  if (key.escape) return screen('escape')
  return null
}

function control(name: string): KeyAction[] {
  if (name === 'j') return NEWLINE
  const command = CTRL_EDITS[name]
  if (command !== undefined) return edit(command)
  const move = CTRL_ROOMS[name]
  if (move !== undefined) return room(move)
  const other = CTRL_SCREEN[name]
  return other === undefined ? [] : screen(other)
}

function meta(input: string): KeyAction[] {
  const name = input.toLowerCase()
  const command = META_EDITS[name]
  if (command !== undefined) return edit(command)
  const move = /^\d$/u.test(name) ? ((Number(name) + 9) % 10) + 1 : META_ROOMS[name]
  if (move !== undefined) return room(move)
  const other = META_SCREEN[name]
  return other === undefined ? [] : screen(other)
}

/**
 * Text that came in one piece: keys typed fast, where a single line end at the end is Enter; or, with line ends inside it, a
 * paste in a terminal that does not mark pastes.
 */
function decodeText(input: string): KeyAction[] {
  if (input === '') return []
  const ends = input.match(/\r\n|\r|\n/gu)?.length ?? 0
  if (ends > 1 || (ends === 1 && !/[\r\n]$/u.test(input))) return [{ type: 'paste', text: input }]
  const actions: KeyAction[] = []
  // oxlint-disable-next-line no-control-regex -- control characters are the keys looked for
  for (const piece of input.match(/\r\n|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/gu) ?? []) actions.push(...decodePiece(piece))
  return actions
}

function decodePiece(piece: string): KeyAction[] {
  const code = piece.charCodeAt(0)
  if (piece === '\n') return NEWLINE
  if (piece === '\r' || piece === '\r\n') return screen('submit')
  if (code === 0x7f) return edit('backspace')
  if (code === 0x1b) return screen('escape')
  if (code < 0x20) return control(String.fromCharCode(code + (code <= 26 ? 96 : 64)))
  return [{ type: 'insert', text: piece }]
}
