/** `pnpm build`: builds every package and program, in order and from the cache where nothing changed. Says something only when it fails. */
import { spawnSync } from 'node:child_process'

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
const { status, error, stdout, stderr } = spawnSync(
  'turbo',
  ['run', 'build', '--output-logs=errors-only', ...process.argv.slice(2)],
  { env, encoding: 'utf8' },
)
if (error !== undefined) throw error
if (status !== 0) {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
}
process.exitCode = status ?? 1
