/** The process around the program: its streams, SIGINT, the exit code. */
import { SystemClock } from '@dchat/system'
import { runCli } from './cli.ts'

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: new SystemClock(),
  signal: interrupted.signal,
})
// A read of stdin that nobody waits for any more would keep the process.
if (process.exitCode !== 0) process.stdin.destroy()
