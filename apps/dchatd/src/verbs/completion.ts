/** `dchatd completion`: the script that completes verbs and flags in a shell. */
import { ExitCode, FlagError } from '@dchat/daemon'
import { bashCompletion, fishCompletion, zshCompletion } from '@dchat/manual'
import type { DchatdCommand } from '../config/index.ts'
import { SHELLS, describeDchatd } from '../manual.ts'

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** @throws {FlagError} for a shell that there is none for */
export function completion({ argument }: DchatdCommand): ExitCode {
  const shell = SHELLS.find((known) => known === argument)
  if (shell === undefined) {
    const hint = `there are ${SHELLS.join(', ')}`
    throw new FlagError('FLAG_VALUE', { flag: 'completion', reason: 'needs the name of a shell', hint })
  }
  process.stdout.write(SCRIPTS[shell](describeDchatd()))
  return ExitCode.ok
}
