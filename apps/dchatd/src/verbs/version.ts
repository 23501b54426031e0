/** `dchatd version`: the program, and what it is made of. */
import { ExitCode, versionReport } from '@dchat/daemon'
import type { DchatdFlags } from '../config/index.ts'
import { COMMIT, VERSION } from '../version.ts'

/** With `--version` instead of the verb one line. */
export function version(flags: DchatdFlags): ExitCode {
  process.stdout.write(
    flags.version
      ? `dchatd ${VERSION}\n`
      : versionReport('dchatd', { version: VERSION, commit: COMMIT }, { json: flags['json'] === true }),
  )
  return ExitCode.ok
}
