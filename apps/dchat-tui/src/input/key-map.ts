/** Which action each chord means: the defaults, and what the user has bound otherwise. Pure. */
import { ACTIONS } from './action-table.ts'
import type { ActionName } from './action-table.ts'
import { characterChord, namedChord } from './chord.ts'

/** Actions by chord. */
export type KeyMap = ReadonlyMap<string, ActionName>

/** The chords of actions that are bound otherwise than by default; none unbinds. */
export type KeyBindings = ReadonlyMap<ActionName, readonly string[]>

/** Keys that have a name of several letters. */
const KEY_NAMES: readonly string[] = [
  ...['enter', 'tab', 'esc', 'backspace', 'delete', 'insert', 'space'],
  ...['up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown'],
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
]

/** A chord that is bound takes it from the action that has it by default. */
export function keyMapWith(bindings: KeyBindings): KeyMap {
  const chords = new Map<string, ActionName>()
  for (const { name, keys } of ACTIONS) if (!bindings.has(name)) for (const key of keys) chords.set(key, name)
  for (const [name, keys] of bindings) for (const key of keys) chords.set(parseChord(key) ?? key, name)
  return chords
}

export const DEFAULT_KEY_MAP: KeyMap = keyMapWith(new Map())

/** The chords of an action in a key map, in its order. */
export function chordsOf(map: KeyMap, action: ActionName): string[] {
  return [...map].flatMap(([chord, name]) => (name === action ? [chord] : []))
}

/**
 * The chord that `text` names, as terminals' keys are named here: modifiers in any order, letters in any case; null when there is no
 * such key. Terminals do not tell some keys with Ctrl from others: `ctrl-i` is `tab`, `ctrl-m` is `enter`.
 */
export function parseChord(text: string): string | null {
  const [, prefix, name] = /^((?:(?:ctrl|alt|shift)-)*)(.+)$/u.exec(text.toLowerCase()) ?? []
  if (prefix === undefined || name === undefined) return null
  const words = prefix.split('-').slice(0, -1)
  if (new Set(words).size !== words.length) return null
  const modifiers = { ctrl: words.includes('ctrl'), alt: words.includes('alt'), shift: words.includes('shift') }
  if (KEY_NAMES.includes(name) && name !== 'space') return namedChord(name, modifiers)
  const character = name === 'space' ? ' ' : name
  const isTyped = !modifiers.ctrl && !modifiers.alt
  if (isTyped || !/^.$/u.test(character)) return null
  const isLetter = character !== character.toUpperCase()
  return modifiers.shift && !isLetter ? null : characterChord(character, modifiers)
}
