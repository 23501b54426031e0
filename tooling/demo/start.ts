/**
 * `pnpm start`: daily use. Runs dchatd with this user's configuration unless it runs already, and opens the chat on it.
 * Leaving the chat leaves dchatd running. `--home DIR` is passed on to both.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { RpcClient, RpcUnreachable, dchatPaths } from '@dchat/rpc'
import { launcher, pause, runScreen } from './src/programs.ts'

const READY_MS = 20_000
/** Characters of dchatd's log that are shown when it did not start. */
const MAX_LAST_WORDS = 2_000

const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { home: { type: 'string' } } })
const homeArgs = values.home === undefined ? [] : ['--home', values.home]
/** As a shell takes it: the folder in quotes. */
const stopArgs = values.home === undefined ? '' : `--home '${resolve(values.home).replaceAll("'", String.raw`'\''`)}' `
const paths = dchatPaths(values.home === undefined ? {} : { home: values.home })

async function isRunning(): Promise<boolean> {
  try {
    const client = await RpcClient.connect({ kind: 'unix', path: paths.socketPath })
    await client.close()
    return true
  } catch (error) {
    if (error instanceof RpcUnreachable) return false
    throw error
  }
}

/** Starts dchatd on its own, with its log in a file. @throws {Error} when it ends instead of answering */
async function startDaemon(): Promise<void> {
  mkdirSync(dirname(paths.logFile), { recursive: true, mode: 0o700 })
  const errors = openSync(paths.logFile, 'a', 0o600)
  const { size: oldBytes } = fstatSync(errors)
  const daemon = spawn(process.execPath, [launcher('dchatd'), ...homeArgs, '--log', paths.logFile], {
    detached: true,
    stdio: ['ignore', 'ignore', errors],
  })
  closeSync(errors)
  let exit: number | undefined
  void once(daemon, 'exit').then(([code]) => {
    exit = (code as number | null) ?? 1
  })
  const endMs = performance.now() + READY_MS
  while (!(await isRunning())) {
    if (exit !== undefined || performance.now() > endMs) {
      const said = readFileSync(paths.logFile).subarray(oldBytes).toString('utf8').slice(-MAX_LAST_WORDS)
      throw new Error(`dchatd did not start. It said, in ${paths.logFile}:\n${said.trimEnd()}`)
    }
    await pause(50)
  }
  daemon.unref()
}

try {
  if (!(await isRunning())) {
    await startDaemon()
    console.log(`dchatd runs with ${paths.configFile}; its log is ${paths.logFile}`)
  }
  process.exitCode = await runScreen(
    homeArgs,
    `dchatd keeps running. To stop it: npx -y pnpm@12 exec dchat-cli ${stopArgs}node.stop`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
