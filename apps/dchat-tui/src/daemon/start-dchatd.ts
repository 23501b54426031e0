/** Starts dchatd on its own: it has no terminal, and outlives this program and whatever ends it. */
import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError, parseToml, readConfigText } from '@dchat/config'
import type { DchatPaths } from '@dchat/rpc'
import { makeFolder, sanitizeText, sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { DAEMON_PROBE_MS, DAEMON_START_MS, MAX_LAST_WORDS_BYTES } from '../limits.ts'
import type { ProgramCommand } from './find-dchatd.ts'

export interface StartOptions {
  readonly program: ProgramCommand
  /** As `--home` had it. */
  readonly home: string | undefined
  readonly paths: DchatPaths
  readonly env: NodeJS.ProcessEnv
}

export interface StartDeps {
  readonly clock: Clock
  /** Whether it answers. */
  readonly isAnswering: () => Promise<boolean>
}

/** `failed`: it ended, or could not be started at all; `slow`: it runs, and does not answer yet. Reasons are sanitised. */
export type StartOutcome =
  | { readonly kind: 'started' }
  | { readonly kind: 'slow' }
  | { readonly kind: 'failed'; readonly reason: string; readonly lastWords: readonly string[] }

/** Resolves once it answers, has ended, or does not answer for too long. Never rejects for what dchatd does. */
export async function startDchatd(options: StartOptions, deps: StartDeps): Promise<StartOutcome> {
  const { logFile } = options.paths
  let log: number
  try {
    makeFolder(dirname(logFile))
    log = openSync(logFile, 'a', 0o600)
  } catch (error) {
    return { kind: 'failed', reason: `its log ${logFile} cannot be written: ${(error as Error).message}`, lastWords: [] }
  }
  const from = fstatSync(log).size
  const exited = Promise.withResolvers<string>()
  let end: string | undefined
  void exited.promise.then((how) => (end = how))
  try {
    const daemon = spawn(options.program.command, [...options.program.args, ...argumentsOf(options)], {
      detached: true,
      stdio: ['ignore', 'ignore', log],
      cwd: dirname(logFile),
      env: environmentOf(options.env),
    })
    daemon.on('error', (error) => exited.resolve(`it could not be started: ${error.message}`))
    daemon.on('exit', (code, signal) => exited.resolve(`it ended with ${code === null ? `signal ${signal}` : `code ${code}`}`))
    daemon.unref()
  } finally {
    closeSync(log)
  }
  const { clock, isAnswering } = deps
  const startMs = clock.monotonicMs()
  while (clock.monotonicMs() - startMs < DAEMON_START_MS) {
    if (await isAnswering()) return { kind: 'started' }
    if (end !== undefined) return { kind: 'failed', reason: sanitizeText(end), lastWords: lastWords(logFile, from) }
    await Promise.race([sleep(clock, DAEMON_PROBE_MS), exited.promise])
  }
  return { kind: 'slow' }
}

/** A log that is named is one that dchatd keeps small; one that its user has named himself stays where it is. */
function argumentsOf(options: StartOptions): string[] {
  const { home, paths } = options
  return [...(home === undefined ? [] : ['--home', resolve(home)]), ...(isLogNamed(options) ? [] : ['--log', paths.logFile])]
}

function isLogNamed({ paths: { configFile }, env }: StartOptions): boolean {
  if ((env['DCHAT_LOG_FILE'] ?? '') !== '') return true
  try {
    const log = parseToml(readConfigText(configFile), configFile).value('log')
    return typeof log === 'string' || (typeof log === 'object' && log !== null && 'file' in log)
  } catch (error) {
    // There is none yet, or dchatd will say what is wrong with it.
    if (error instanceof ConfigError) return false
    throw error
  }
}

/** Without what is said to this program. It runs in another folder: what a variable says relative to this one is made absolute. */
function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !/^DCHAT_(?:FAREWELL$|TUI_)/u.test(name)))
  const home = rest['DCHAT_HOME']
  return home === undefined || home === '' ? rest : { ...rest, DCHAT_HOME: resolve(home) }
}

const MAX_LAST_LINES = 5

/** What it wrote at last since `from`: lines for people, else of its log. */
function lastWords(path: string, from: number): string[] {
  const lines = tail(path, from)
    .split('\n')
    .map((line) => sanitizeText(line).trim())
    .filter((line) => line !== '')
  const plain = lines.filter((line) => !line.startsWith('{'))
  return (plain.length > 0 ? plain : lines).slice(-MAX_LAST_LINES)
}

function tail(path: string, from: number): string {
  try {
    const file = openSync(path, 'r')
    try {
      const size = fstatSync(file).size
      const start = Math.max(from <= size ? from : 0, size - MAX_LAST_WORDS_BYTES)
      const bytes = Buffer.alloc(size - start)
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start)).toString('utf8')
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return `${path} cannot be read: ${(error as Error).message}`
  }
}
