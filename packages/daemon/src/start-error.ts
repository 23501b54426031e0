import { ConfigError } from '@dchat/config'
import { isNetError } from '@dchat/net'
import { sanitizeText } from '@dchat/system'
import { exitCodeOf, FlagError } from './errors.ts'
import type { ExitCode } from './errors.ts'
import type { Explanation } from './explain-failure.ts'
import { fileKey } from './setting-names.ts'

/**
 * Says on standard error why a daemon does not start, before there is a log: one line for a wrong configuration, command line
 * or setting, the stack for anything else.
 * @returns the exit code to end with.
 */
export function reportStartError(program: string, error: unknown): ExitCode {
  const line = lineOf(error)
  const text = line ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.stderr.write(`${program}: ${sanitizeText(text, { keepNewlines: line === undefined })}\n`)
  return exitCodeOf(error)
}

/**
 * Says on standard error what ended a daemon whose log is in a file; without a file the log has said it there.
 * @returns what `runDaemon` is to call
 */
export function failureReport(program: string, logFile: string | undefined): (explanation: Explanation) => void {
  return ({ reason, hint }) => {
    if (logFile === undefined) return
    process.stderr.write(`${program}: ${sanitizeText(hint === null ? reason : `${reason}; ${hint}`)}\n`)
  }
}

/** All there is to say of an error that whoever starts the daemon can mend. */
function lineOf(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof FlagError) return error.message
  return isNetError(error, 'NET_SETTINGS_INVALID') ? `${fileKey(error.data.key)}: ${error.data.reason}` : undefined
}
