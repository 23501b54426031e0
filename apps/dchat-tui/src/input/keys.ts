/** What the terminal sent, as what is meant. Pure; works on what Ink's `useInput` gives, which knows no key tables of its own. */
import type { Key } from 'ink'
import { DEFAULT_KEY_MAP } from './action-table.ts'
import type { ActionName } from './action-table.ts'

export type KeyAction =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'action'; readonly name: ActionName }
  /** The wheel of the mouse, a notch up (-1) or down. */
  | { readonly type: 'wheel'; readonly by: 1 | -1 }

/** What one event of `useInput` means: nothing, one action, or several when keys came in one piece. */
export function decodeKey(input: string, key: Key): KeyAction[] {
  if (key.eventType === 'release' || key.super || key.hyper) return []
  const name = keyName(key)
  if (name !== null) return meant(withModifiers(name, key))
  if (key.ctrl) return meant(withModifiers(input.toLowerCase(), { ...key, shift: key.shift && /^[a-z]$/iu.test(input) }))
  if (key.meta) return meant(withModifiers(input.toLowerCase(), { ...key, shift: /^[A-Z]$/u.test(input) }))
  return decodeText(input)
}

/** The action of `chord`, if it has one. */
function meant(chord: string): KeyAction[] {
  const name = DEFAULT_KEY_MAP.get(chord)
  return name === undefined ? [] : [{ type: 'action', name }]
}

function withModifiers(name: string, key: Pick<Key, 'ctrl' | 'meta' | 'shift'>): string {
  return `${key.ctrl ? 'ctrl-' : ''}${key.meta ? 'alt-' : ''}${key.shift ? 'shift-' : ''}${name}`
}

function keyName(key: Key): string | null {
  if (key.return) return 'enter'
  if (key.backspace) return 'backspace'
  if (key.delete) return 'delete'
  if (key.leftArrow) return 'left'
  if (key.rightArrow) return 'right'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.pageUp) return 'pageup'
  if (key.pageDown) return 'pagedown'
  if (key.home) return 'home'
  if (key.end) return 'end'
  if (key.tab) return 'tab'
  if (key.escape) return 'esc'
  return null
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
  if (piece === '\r' || piece === '\r\n') return meant('enter')
  if (code === 0x7f) return meant('backspace')
  if (code === 0x1b) return meant('esc')
  if (code < 0x20) return meant(`ctrl-${String.fromCharCode(code + (code <= 26 ? 96 : 64))}`)
  return [{ type: 'insert', text: piece }]
}
