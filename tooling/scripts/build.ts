/** `pnpm build`: builds every package and program, in order and from the cache where nothing changed. Says something only when it fails. */
import { spawnSync } from 'node:child_process'

/** The commit that is built, with `-dirty` when files were changed; empty outside of a checkout. */
function commitHere(): string {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : ''
}

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', BUILD_COMMIT: commitHere() }
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
