/** What a reading of the configuration while a daemon runs could not change. */
import { isNetError } from '@dchat/net'
import { ConfigError } from './errors.ts'

/** A setting that the node refuses to change, as a line about the file; any other error as it is. */
export function reloadError(error: unknown, file: string): unknown {
  if (!isNetError(error, 'NET_SETTINGS_INVALID')) return error
  const { key, reason } = error.data
  const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const data = { file, line: null, key: name, reason, hint: 'restart to change it' }
  return new ConfigError('CONFIG_VALUE', data, { cause: error })
}
