/** The settings of a start: reads tui.toml and the program's own file. */
import { existsSync } from 'node:fs'
import { readConfigText } from '@dchat/config'
import { dchatPaths } from '@dchat/rpc'
import type { Flags } from '../flags.ts'
import { NOTHING_OWN, OwnFile } from './own-file.ts'
import type { OwnData } from './own-file.ts'
import { SettingsKeeper } from './settings-keeper.ts'

export interface OwnSettings {
  readonly keeper: SettingsKeeper
  readonly file: OwnFile
  /** What the file held at the start. */
  readonly data: OwnData
  /** What is to be said once there is where to say it. */
  readonly warnings: readonly string[]
}

/** @throws {ConfigError} for a tui.toml, variable or flag that cannot be used */
export function loadSettings(flags: Pick<Flags, 'home' | 'theme'>, env: NodeJS.ProcessEnv): OwnSettings {
  const paths = dchatPaths({ env, ...(flags.home === undefined ? {} : { home: flags.home }) })
  const path = paths.tuiConfigFile
  const file = new OwnFile(paths.tuiSettingsPath)
  const { data, problem } = loaded(file)
  const text = existsSync(path) ? readConfigText(path) : ''
  const layers = { flags: { theme: flags.theme }, own: data.settings, env, file: { path, text } }
  const keeper = new SettingsKeeper({ layers, own: file })
  return { keeper, file, data, warnings: [...problem, ...keeper.warnings] }
}

/** What was set is not worth refusing to start. */
function loaded(file: OwnFile): { data: OwnData; problem: readonly string[] } {
  try {
    return { data: file.load(), problem: [] }
  } catch (error) {
    return { data: NOTHING_OWN, problem: [`what was set is ignored: ${(error as Error).message}`] }
  }
}
