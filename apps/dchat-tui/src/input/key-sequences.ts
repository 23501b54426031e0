/**
 * What the escape sequences of terminals mean: xterm, VT220, rxvt, the Linux console, screen and tmux, and the kitty keyboard
 * protocol. Pure. Answers to questions of other programs, and keys nobody has, mean nothing: null.
 */
import { NO_MODIFIERS, characterChord, namedChord } from './chord.ts'
import type { Modifiers } from './chord.ts'

export type InputEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'key'; readonly chord: string }
  /** `isCut`: it was longer than is kept of one, or its end never came. */
  | { readonly type: 'paste'; readonly text: string; readonly isCut: boolean }
  | { readonly type: 'wheel'; readonly by: 1 | -1 }
  | { readonly type: 'focus'; readonly isFocused: boolean }
  /** The terminal knows the kitty keyboard protocol: its answer to `CSI ? u`. */
  | { readonly type: 'kitty' }

/** A sequence that begins with `ESC [`: what stands between that and its last byte, the last byte, and whether Alt came before. */
export interface ControlSequence {
  readonly parameters: string
  readonly final: string
  readonly alt: boolean
}

const LETTER_KEYS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
}
const RXVT_ARROWS: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' }
const LINUX_KEYS: Readonly<Record<string, string>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' }
const NUMBERED_KEYS: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
}
/** How rxvt ends the numbered keys instead of `~`. */
const RXVT_ENDS: Readonly<Record<string, Modifiers>> = {
  $: { ...NO_MODIFIERS, shift: true },
  '^': { ...NO_MODIFIERS, ctrl: true },
  '@': { ...NO_MODIFIERS, ctrl: true, shift: true },
}
const CODE_KEYS: Readonly<Record<number, string>> = { 8: 'backspace', 9: 'tab', 13: 'enter', 27: 'esc', 127: 'backspace' }
/** The keys of the number pad, from 57,399 on, as the kitty protocol numbers them. */
const KEYPAD_TEXT = '0123456789./*-+'
const FIRST_KEYPAD = 57_399
const KEYPAD_KEYS = ['enter', '=', ',', 'left', 'right', 'up', 'down', 'pageup', 'pagedown', 'home', 'end', 'insert', 'delete']
/** Codes of keys without text: none of those that are not listed here is used. */
const FIRST_PRIVATE = 0xe000
const LAST_PRIVATE = 0xf8ff
/** What Shift makes of a key on a keyboard of the US, for terminals that do not say. */
const UNSHIFTED = "`1234567890-=[]\\;',./"
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?'

/** What a sequence means; `'pasteStart'` when what follows is a paste. */
export function decodeControlSequence(sequence: ControlSequence): InputEvent | 'pasteStart' | null {
  const { parameters, final, alt } = sequence
  if (parameters === '[') return keyEvent(LINUX_KEYS[final], { ...NO_MODIFIERS, alt })
  if (parameters.startsWith('<')) return wheelOf(parameters.slice(1), final)
  if (parameters.startsWith('?')) return final === 'u' ? { type: 'kitty' } : null
  if (!/^[\d:;]*$/u.test(parameters)) return null
  const numbers = parameters.split(';').map((part) => part.split(':').map(Number))
  const first = numbers[0]![0]!
  if (final === '~' && first === 200) return 'pasteStart'
  const modifiers = modifiersOf(numbers[1], final === 'u')
  if (modifiers === null) return null
  const held = { ...modifiers, alt: modifiers.alt || alt }
  if (final === 'u') return codeEvent(numbers, held)
  if (final === '~') return first === 27 ? codeEvent([numbers[2] ?? []], held) : keyEvent(NUMBERED_KEYS[first], held)
  if (final in RXVT_ENDS) return keyEvent(NUMBERED_KEYS[first], { ...RXVT_ENDS[final]!, alt })
  if (parameters === '' && (final === 'I' || final === 'O')) return { type: 'focus', isFocused: final === 'I' }
  if (final === 'Z') return keyEvent('tab', { ...held, shift: true })
  if (final in RXVT_ARROWS) return keyEvent(RXVT_ARROWS[final], { ...held, shift: true })
  // `CSI row ; column R` tells where the cursor is: only what no row can be is a key.
  if (parameters !== '' && first > 1) return null
  return keyEvent(LETTER_KEYS[final], held)
}

/** What `ESC O`, digits for modifiers, and a last byte mean. */
export function decodeSingleShift(sequence: ControlSequence): InputEvent | null {
  const { parameters, final, alt } = sequence
  const modifiers = modifiersOf([Number(parameters.split(';').at(-1))])
  if (modifiers === null) return null
  const held = { ...modifiers, alt: modifiers.alt || alt }
  if (final === 'M') return keyEvent('enter', held)
  if (final === 'I') return keyEvent('tab', held)
  if (final in RXVT_ARROWS) return keyEvent(RXVT_ARROWS[final], { ...held, ctrl: true })
  // The number pad in application mode: `j` is `*`, and so on to `y`, which is 9.
  if (final >= 'j' && final <= 'y') return textEvent(String.fromCharCode(final.charCodeAt(0) - 0x40))
  return keyEvent(LETTER_KEYS[final], held)
}

/** A turn of the mouse wheel in the oldest encoding, of which `button` is the first byte. */
export function decodeOldMouse(button: number): InputEvent | null {
  return wheelOf(`${button - 32}`, 'M')
}

/** Modifier keys held with Shift, Alt or Control as the other bits say: bit 2 Shift, 4 Alt, 16 Control of a wheel do not count. */
function wheelOf(parameters: string, final: string): InputEvent | null {
  const button = Number(parameters.split(';')[0]) & ~0b11100
  if (final !== 'M' || (button !== 64 && button !== 65)) return null
  return { type: 'wheel', by: button === 64 ? -1 : 1 }
}

/**
 * Of the parameter `1 + bits`, and of what happened to the key; null when it was let go, or a key is held that we know nothing of.
 * Bit 8 is Super where `isSuper`; the older encodings have Meta there, which is Alt.
 */
function modifiersOf(parameter: readonly number[] | undefined, isSuper = false): Modifiers | null {
  const [value = 1, event = 1] = parameter ?? []
  if (event === 3) return null
  const bits = value > 0 ? value - 1 : 0
  if ((bits & (isSuper ? 0b111000 : 0b110000)) !== 0) return null
  return { shift: (bits & 1) !== 0, alt: (bits & 0b1010) !== 0, ctrl: (bits & 4) !== 0 }
}

/** A key by the code of its character: `code:shifted:base`, and in the third field what it types. */
function codeEvent(numbers: readonly (readonly number[])[], held: Modifiers): InputEvent | null {
  const [code = 0, shifted = 0, base = 0] = numbers[0] ?? []
  const named = CODE_KEYS[code]
  if (named !== undefined) return keyEvent(named, held)
  if (code >= FIRST_KEYPAD && code < FIRST_KEYPAD + KEYPAD_TEXT.length + KEYPAD_KEYS.length) return keypadEvent(code, held)
  if (code < 0x20 || (code >= FIRST_PRIVATE && code <= LAST_PRIVATE)) return null
  if (!held.ctrl && !held.alt) {
    const typed = (numbers[2] ?? []).filter((point) => point > 0)
    if (typed.length > 0) return textEvent(typed.map((point) => characterOf(point)).join(''))
  }
  const character = pressedCharacter({ code, shifted, base }, held)
  if (character === '') return null
  return held.ctrl || held.alt ? { type: 'key', chord: characterChord(character, held) } : textEvent(character)
}

/** A chord is known by the Latin letter on its key, whatever the keyboard is set to. */
function pressedCharacter(key: { code: number; shifted: number; base: number }, held: Modifiers): string {
  const { code, shifted, base } = key
  const isLatin = code < 0x80 || base === 0
  if ((held.ctrl || held.alt) && !isLatin) return characterOf(base)
  if (!held.shift) return characterOf(code)
  if (shifted > 0) return characterOf(shifted)
  const plain = characterOf(code)
  const at = UNSHIFTED.indexOf(plain)
  return at === -1 ? plain.toUpperCase() : SHIFTED[at]!
}

function keypadEvent(code: number, held: Modifiers): InputEvent | null {
  const at = code - FIRST_KEYPAD
  const key = at < KEYPAD_TEXT.length ? KEYPAD_TEXT[at]! : KEYPAD_KEYS[at - KEYPAD_TEXT.length]!
  if (key.length > 1) return keyEvent(key, held)
  return held.ctrl || held.alt ? { type: 'key', chord: characterChord(key, held) } : textEvent(key)
}

function keyEvent(key: string | undefined, modifiers: Modifiers): InputEvent | null {
  return key === undefined ? null : { type: 'key', chord: namedChord(key, modifiers) }
}

function textEvent(text: string): InputEvent | null {
  return text === '' ? null : { type: 'text', text }
}

/** Empty when there is no such character. */
function characterOf(point: number): string {
  const isCharacter = point >= 0x20 && point <= 0x10_ffff && point !== 0x7f && (point < 0xd800 || point > 0xdfff)
  return isCharacter ? String.fromCodePoint(point) : ''
}
