/** The actions as keys of `[keys]`: each is bound to chords, and has those of the table by default. */
import type { KeyKind, KeySpec } from '@dchat/config'
import { itemsOf, tomlKind } from '@dchat/config'
import type { TomlTable } from '@dchat/config'
import { nearestName } from '@dchat/system'
import { ACTIONS } from '../input/action-table.ts'
import type { ActionName } from '../input/action-table.ts'
import { parseChord } from '../input/key-map.ts'
import type { KeyBindings } from '../input/key-map.ts'

/** By the name of the action. */
export const KEY_SPECS: Readonly<Record<string, KeySpec<readonly string[]>>> = Object.fromEntries(
  ACTIONS.map(({ name, keys, doc }) => [
    name,
    { kind: chordsKind(), default: keys, text: doc.charAt(0).toUpperCase() + doc.slice(1) },
  ]),
)

/**
 * What `[keys]` binds otherwise than by default.
 * @throws {ConfigError} for a chord that is none, or that two actions are given
 */
export function readBindings(table: TomlTable): KeyBindings {
  const bindings = new Map<ActionName, readonly string[]>()
  const owners = new Map<string, ActionName>()
  for (const { name } of ACTIONS) {
    if (!table.has(name)) continue
    const chords = KEY_SPECS[name]!.kind.read(table, name, { home: '', base: '' })
    for (const [index, chord] of chords.entries()) {
      const owner = owners.get(chord)
      if (owner !== undefined && owner !== name)
        throw table.error(name, { reason: `"${chord}" is bound to ${owner} already`, index, hint: placeHint(table, owner) })
      owners.set(chord, name)
    }
    bindings.set(name, chords)
  }
  return bindings
}

function placeHint(table: TomlTable, owner: string): string | undefined {
  const line = table.lineOf(owner)
  return line === null ? undefined : `see line ${line}`
}

/** A chord or a list of them; none for no key at all. */
function chordsKind(): KeyKind<readonly string[]> {
  const list = tomlKind('chord or list of chords', (table, key) => readChords(table, key))
  return { ...list, parseText: (text, cwd) => (text.startsWith('[') ? list.parseText(text, cwd) : { value: itemsOf(text) }) }
}

function readChords(table: TomlTable, key: string): readonly string[] {
  const given = table.value(key)
  const texts = typeof given === 'string' ? [given] : table.strings(key)!
  return texts.map((text, index) => {
    const chord = parseChord(text)
    if (chord !== null) return chord
    const nearest = nearestName(text, KNOWN_CHORDS)
    const hint =
      nearest === undefined ? 'write chords as "ctrl-a", "alt-shift-n", "f5" or "pageup"' : `did you mean "${nearest}"?`
    throw table.error(key, {
      reason: `"${text}" is no key that can be bound`,
      hint,
      ...(typeof given === 'string' ? {} : { index }),
    })
  })
}

/** Those that are in use by default: what is wrong is likely a slip of one of them. */
const KNOWN_CHORDS: readonly string[] = ACTIONS.flatMap(({ keys }) => keys)
