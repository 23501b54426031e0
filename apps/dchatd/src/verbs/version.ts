/** `dchatd version`: the program, and what it is made of. */
import { ExitCode, versionReport } from '@dchat/daemon'
import { DEFAULT_SETTINGS } from '@dchat/net'
import { RPC_VERSION } from '@dchat/rpc'
import { formatSemver } from '@dchat/serial'
import type { DchatdFlags } from '../config/index.ts'
import { COMMIT, VERSION } from '../version.ts'

/** With `--version` instead of the verb one line. */
export function version(flags: DchatdFlags): ExitCode {
  const all = {
    version: VERSION,
    commit: COMMIT,
    protocol: formatSemver(DEFAULT_SETTINGS.appVersion),
    rpc: RPC_VERSION,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? null,
  }
  process.stdout.write(flags.version ? `dchatd ${VERSION}\n` : versionReport('dchatd', all, { json: flags['json'] === true }))
  return ExitCode.ok
}
