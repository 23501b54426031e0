/** What a reading of the configuration while a daemon runs could not change. */
import { ConfigError, quoteKey } from '@dchat/config'
import { isNetError } from '@dchat/net'
import { fileKey } from './setting-names.ts'
import type { SettingNames } from './setting-names.ts'

/** Where a file keeps the settings of a node. */
export interface SettingsTable {
  /** @default ['net'] */
  readonly path?: readonly string[]
  /** Keys that are not called as in `[net]`. @default none */
  readonly names?: SettingNames
}

/**
 * A setting that the node refuses to change, as a line about the file; any other error as it is.
 * @param error of `P2p.reload` with settings that were found valid, so that only the change can be refused
 */
export function reloadError(error: unknown, file: string, { path = ['net'], names }: SettingsTable = {}): unknown {
  if (!isNetError(error, 'NET_SETTINGS_INVALID')) return error
  const key = [...path, fileKey(error.data.key, names)].map(quoteKey).join('.')
  const reason = 'cannot change while the node runs'
  const data = { file, line: null, key, reason, hint: 'restart to change it' }
  return new ConfigError('CONFIG_VALUE', data, { cause: error })
}
