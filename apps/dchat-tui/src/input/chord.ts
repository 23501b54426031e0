/** Names of key presses: `ctrl-a`, `alt-shift-n`, `shift-up`, `alt-/`. Modifiers stand in the order ctrl, alt, shift. Pure. */

export interface Modifiers {
  readonly ctrl: boolean
  readonly alt: boolean
  readonly shift: boolean
}

export const NO_MODIFIERS: Modifiers = { ctrl: false, alt: false, shift: false }

/** What is sent with Ctrl in the encodings that know no more than 32 such keys; the newer ones are read the same. */
const SAME_CONTROL: Readonly<Record<string, string>> = { i: 'tab', m: 'enter', '[': 'esc', '/': 'ctrl-_', '@': 'ctrl-space' }

/** The name of the key `key` (`up`, `f5`, `enter`, …) with `modifiers`. */
export function namedChord(key: string, modifiers: Modifiers): string {
  return `${modifiers.ctrl ? 'ctrl-' : ''}${modifiers.alt ? 'alt-' : ''}${modifiers.shift ? 'shift-' : ''}${key}`
}

/** The name of the key that types `character`, pressed with Ctrl, Alt or both; Shift counts with letters only. */
export function characterChord(character: string, modifiers: Modifiers): string {
  if (character === ' ') return namedChord('space', { ...modifiers, shift: false })
  const lower = character.toLowerCase()
  const isLetter = lower !== character.toUpperCase()
  const shift = isLetter && (modifiers.shift || lower !== character)
  const same = modifiers.ctrl && !modifiers.alt && !shift ? SAME_CONTROL[lower] : undefined
  return same ?? namedChord(lower, { ...modifiers, shift })
}

/** The name of what a control byte (below 0x20, or 0x7f) stands for. */
export function controlChord(byte: number, alt: boolean): string {
  const modifiers = { ...NO_MODIFIERS, alt }
  switch (byte) {
    case 0x09:
      return namedChord('tab', modifiers)
    case 0x0d:
      return namedChord('enter', modifiers)
    case 0x1b:
      return namedChord('esc', modifiers)
    case 0x7f:
      return namedChord('backspace', modifiers)
    case 0x00:
      return namedChord('space', { ...modifiers, ctrl: true })
    default:
      return namedChord(String.fromCharCode(byte + (byte <= 26 ? 0x60 : 0x40)), { ...modifiers, ctrl: true })
  }
}
