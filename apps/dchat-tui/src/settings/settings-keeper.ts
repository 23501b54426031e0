/** Has the settings of the running program, and changes them for good. */
import { sourceText, tomlText } from '@dchat/config'
import type { TomlValue } from '@dchat/config'
import { nearestName } from '@dchat/system'
import type { OwnData } from './own-file.ts'
import { ownFault, readSettings } from './read-settings.ts'
import type { SettingLayers, SettingsRead } from './read-settings.ts'
import { keyOf, SETTING_KEYS, SETTING_NAMES } from './setting-specs.ts'
import type { Settings } from './settings.ts'

/** A setting as `/set` lists it. */
export interface SettingLine {
  readonly key: string
  /** As tui.toml has it. */
  readonly value: string
  /** In a word: `default`, a variable, a flag, `/set`, `file:line`. */
  readonly source: string
}

export interface SettingsKeeperDeps {
  readonly layers: SettingLayers
  readonly own: { update(change: (data: OwnData) => OwnData): void }
}

/** What was said of a setting cannot be. `message` is a clause without the name of the command. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code = 'TUI_SETTING'
}

export class SettingsKeeper {
  readonly #own: SettingsKeeperDeps['own']
  #layers: SettingLayers
  #read: SettingsRead
  /** Told of what changes, once it holds. */
  onChange: (change: Partial<Settings>) => void = () => {}

  /** @throws {ConfigError} when the layers cannot be used */
  constructor({ layers, own }: SettingsKeeperDeps) {
    this.#own = own
    this.#layers = layers
    this.#read = readSettings(layers)
  }

  get settings(): Settings {
    return this.#read.settings
  }

  get warnings(): readonly string[] {
    return this.#read.warnings
  }

  /** All settings but the keys, in the order of the file. */
  get lines(): readonly SettingLine[] {
    return this.#read
      .values()
      .filter(({ key }) => Object.hasOwn(SETTING_KEYS, key))
      .map(({ key, value, source }) => ({ key, value: tomlText(value!), source: sourceText(source) }))
  }

  /** One of them. @throws {SettingError} for a key that is none */
  line(key: string): SettingLine {
    const found = this.lines.find((line) => line.key === key)
    if (found !== undefined) return found
    const nearest = nearestName(key, Object.keys(SETTING_KEYS))
    throw new SettingError(
      `there is no setting ${key.slice(0, 40)}: ${nearest === undefined ? '/set lists them' : `did you mean ${nearest}?`}`,
    )
  }

  /**
   * Sets `key` to what `text` stands for, now and for later starts; a flag that said otherwise counts no more.
   * @returns what holds then
   * @throws {SettingError}
   */
  set(key: string, text: string): SettingLine {
    this.line(key)
    const spec = SETTING_KEYS[key]!
    const parsed = spec.kind.parseText(text, process.cwd())
    const fault = 'value' in parsed ? ownFault(key, parsed.value) : parsed.reason
    if (!('value' in parsed) || fault !== null) throw new SettingError(`${key} ${fault}`)
    const flags = spec.flag === undefined ? this.#layers.flags : { ...this.#layers.flags, [spec.flag.name]: undefined }
    this.#layers = { ...this.#layers, flags }
    return this.#change(key, (settings) => ({ ...settings, [key]: parsed.value }))
  }

  /** As `set`; what is wrong, for people, or null. */
  trySet(key: string, text: string): string | null {
    try {
      this.set(key, text)
      return null
    } catch (error) {
      if (error instanceof SettingError) return error.message
      throw error
    }
  }

  /** Takes back what was set: what flags, variables, tui.toml and the defaults say holds again. @throws {SettingError} */
  reset(key: string): SettingLine {
    this.line(key)
    return this.#change(key, (settings) => without(settings, key))
  }

  #change(key: string, change: (settings: OwnData['settings']) => OwnData['settings']): SettingLine {
    this.#layers = { ...this.#layers, own: change(this.#layers.own) }
    this.#read = readSettings(this.#layers)
    const name = SETTING_NAMES.find((candidate) => keyOf(candidate) === key)!
    this.onChange({ [name]: this.settings[name] })
    try {
      this.#own.update((data) => ({ ...data, settings: change(data.settings) }))
    } catch (error) {
      throw new SettingError(`${key} holds until you leave, it cannot be kept: ${(error as Error).message}`, { cause: error })
    }
    return this.line(key)
  }
}

function without(settings: Readonly<Record<string, TomlValue>>, key: string): Readonly<Record<string, TomlValue>> {
  const { [key]: _gone, ...rest } = settings
  return rest
}
