import { sanitizeText } from '@dchat/system'
import { ConfigError, exitCodeOf, FlagError } from './errors.ts'
import type { ExitCode } from './errors.ts'

/**
 * Says on standard error why a daemon does not start, before there is a log: one line for a wrong configuration or
 * command line, the stack for anything else.
 * @returns the exit code to end with.
 */
export function reportStartError(program: string, error: unknown): ExitCode {
  const isExpected = error instanceof ConfigError || error instanceof FlagError
  const text =
    isExpected || !(error instanceof Error)
      ? String(error instanceof Error ? error.message : error)
      : (error.stack ?? error.message)
  process.stderr.write(`${program}: ${sanitizeText(text, { keepNewlines: !isExpected })}\n`)
  return exitCodeOf(error)
}
