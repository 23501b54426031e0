/** What the settings are in the end: flags, what was set in the program, variables, tui.toml and the defaults, in this order. Pure. */
import { ConfigError, keyValues, overridePath, parseToml, readKeys, readOverrides, refuseUnknownKeys } from '@dchat/config'
import type { ConfigSection, KeyValue, Override, Overrides, TomlValue, VariableNames } from '@dchat/config'
import { KEY_SPECS, readBindings } from './key-specs.ts'
import { keyOf, SETTING_KEYS, SETTING_NAMES } from './setting-specs.ts'
import type { Settings } from './settings.ts'

export const TUI_SECTIONS: readonly ConfigSection[] = [
  { path: [], title: 'top level', keys: SETTING_KEYS },
  {
    path: ['keys'],
    title: '[keys]',
    text: 'What keys do: an action and its chord, or a list of chords; an empty list leaves it without a key. A chord that is given here is taken from the action that has it by default',
    keys: KEY_SPECS,
  },
]

/** `DCHAT_TUI_NICK_COLORS`. */
const TUI_VARIABLES: VariableNames = { prefix: 'DCHAT_TUI_', others: [], foreign: [] }

export interface SettingLayers {
  /** By the name of the flag. */
  readonly flags: Readonly<Record<string, unknown>>
  /** What was set in the program, by key. */
  readonly own: Readonly<Record<string, TomlValue>>
  readonly env: NodeJS.ProcessEnv
  /** Where tui.toml is; empty text when it is not there. */
  readonly file: { readonly path: string; readonly text: string }
}

export interface SettingsRead {
  readonly settings: Settings
  /** Of each key, with its source; made when asked for, which a start does not. */
  readonly values: () => readonly KeyValue[]
  /** Of what does no harm and is ignored: a line each. */
  readonly warnings: readonly string[]
}

/** Where a value stands that was set in the program. */
const SET: Override['source'] = { kind: 'set', name: '/set' }

/** @throws {ConfigError} for the first value, key or chord that will not do */
export function readSettings({ flags, own, env, file }: SettingLayers): SettingsRead {
  const ofEnv = readOverrides(TUI_SECTIONS, { flags: {}, env, variables: TUI_VARIABLES })
  const ofFlags = readOverrides(TUI_SECTIONS, { flags, env: {}, variables: TUI_VARIABLES })
  const { good, warnings } = checkOwn(own)
  const root = parseToml(file.text, file.path, new Map([...ofEnv.overrides, ...ownOverrides(good), ...ofFlags.overrides]))
  const read = readKeys(root, SETTING_KEYS, { home: '', base: '' })
  const keys = readBindings(root.section('keys'))
  refuseUnknownKeys(root)
  const plain = Object.fromEntries(SETTING_NAMES.map((name) => [name, read[keyOf(name)]]))
  return {
    settings: { ...plain, keys } as unknown as Settings,
    values: () => keyValues(root, TUI_SECTIONS),
    warnings: [...ofEnv.warnings, ...warnings],
  }
}

/** A file of an older or newer program may hold what this one does not know: it must not keep it from starting. */
function checkOwn(own: Readonly<Record<string, TomlValue>>): { good: Readonly<Record<string, TomlValue>>; warnings: string[] } {
  const warnings: string[] = []
  const good = Object.entries(own).filter(([key, value]) => {
    const fault = ownFault(key, value)
    if (fault !== null) warnings.push(`what was set of ${key} is ignored: ${fault}`)
    return fault === null
  })
  return { good: Object.fromEntries(good), warnings }
}

/** What is wrong with a value to be set, as a clause; null for one that can be. */
export function ownFault(key: string, value: TomlValue): string | null {
  const spec = Object.hasOwn(SETTING_KEYS, key) ? SETTING_KEYS[key] : undefined
  if (spec === undefined) return 'there is no such setting'
  try {
    spec.kind.read(parseToml('', '', ownOverrides({ [key]: value })), key, { home: '', base: '' })
    return null
  } catch (error) {
    if (error instanceof ConfigError)
      return [error.data.reason, ...(error.data.hint === null ? [] : [error.data.hint])].join('; ')
    throw error
  }
}

function ownOverrides(own: Readonly<Record<string, TomlValue>>): Overrides {
  return new Map(Object.entries(own).map(([key, value]): [string, Override] => [overridePath([key]), { value, source: SET }]))
}
