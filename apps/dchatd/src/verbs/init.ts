/** `dchatd init`: the commented file, without a daemon. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError, writeConfigOnce } from '@dchat/config'
import { ExitCode } from '@dchat/daemon'
import { dchatPaths } from '@dchat/rpc'
import { defaultConfigText } from '../config/index.ts'
import type { DchatdFlags } from '../config/index.ts'

/** @throws {ConfigError} when another file is there, or it cannot be written */
export function init(flags: DchatdFlags): ExitCode {
  const { configFile } = dchatPaths(flags.home === undefined ? {} : { home: flags.home })
  const file = flags.config === undefined ? configFile : resolve(flags.config)
  const text = defaultConfigText()
  if (write(file, text)) process.stdout.write(`Configuration written: ${file}\n`)
  else if (readIfText(file) === text) process.stdout.write(`Configuration is there already: ${file}\n`)
  else throw refusal(file, 'is there already, and is not written over', 'move it away first, or name another file with --config')
  return ExitCode.ok
}

function write(file: string, text: string): boolean {
  try {
    return writeConfigOnce(file, text)
  } catch (error) {
    throw refusal(file, `could not be written: ${error instanceof Error ? error.message : String(error)}`, null)
  }
}

function readIfText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // a folder, or not for us to read: not what would be written
  }
}

function refusal(file: string, reason: string, hint: string | null): ConfigError {
  return new ConfigError('CONFIG_UNREADABLE', { file, line: null, key: null, reason, hint })
}
