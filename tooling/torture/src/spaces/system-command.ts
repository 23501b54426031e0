/** Runs a command of the system, such as `ip` or `nft`, to its end. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What is waited for; each of them works in milliseconds. */
const TIMEOUT_MS = 30_000

/** @param input given on stdin @returns its stdout @throws {Error} with what it said, when it fails or takes over 30 s */
export async function systemCommand(command: readonly string[], input = ''): Promise<string> {
  const [file, ...args] = command
  const running = run(file!, args, { timeout: TIMEOUT_MS })
  running.child.stdin!.on('error', () => {}) // one that fails at once does not read; that it failed is what is told
  running.child.stdin!.end(input)
  const { stdout } = await running
  return stdout
}
