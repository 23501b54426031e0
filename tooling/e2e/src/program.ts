/** A program of this repository, as built, in a process of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export type ProgramName = 'dchatd' | 'dchat-cli' | 'dchat-tui' | 'lilith'

export interface ProgramOptions {
  /** Added to an environment that holds nothing but PATH, the time zone and where temporary files go. */
  readonly env?: NodeJS.ProcessEnv
  /** Given at once, then ended. Without it, stdin stays open until `endInput`. */
  readonly input?: string | Uint8Array
  /** Started in place of the program of the repository: a file that can be executed. */
  readonly command?: string
  /** A command that becomes the one that follows it, such as `nsenter --net=FILE`: the program is started by it. @default [] */
  readonly within?: readonly string[]
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Of each stream so much is kept, the latest: a program that logs for ever does not fill memory. */
const KEPT_CHARACTERS = 4 * 1024 * 1024

export class Program implements AsyncDisposable {
  readonly name: string
  readonly #child: ChildProcess
  readonly #ended: Promise<Ending>
  #ending: Ending | undefined
  #stdout = ''
  #stderr = ''

  /** @param name `node` runs the script that is the first of `args`, with nothing of the repository around it */
  constructor(name: ProgramName | 'node', args: readonly string[], options: ProgramOptions = {}) {
    this.name = `${name} ${args.join(' ')}`
    const launcher = name === 'node' ? [] : [fileURLToPath(new URL(`../../../apps/${name}/bin/${name}.js`, import.meta.url))]
    const env = { ...plainEnvironment(), ...options.env }
    const started = options.command === undefined ? [process.execPath, ...launcher] : [options.command]
    const [command, ...rest] = [...(options.within ?? []), ...started, ...args]
    this.#child = spawn(command!, rest, { env })
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-KEPT_CHARACTERS)
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_CHARACTERS)
    })
    this.#child.stdin!.on('error', () => {}) // a program that ended does not read; how it ended is what tests look at
    if (options.input !== undefined) this.#child.stdin!.end(options.input)
    this.#ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#ending = {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        stdout: this.#stdout,
        stderr: this.#stderr,
      }
      return this.#ending
    })
  }

  /** Runs a program to its end. @throws {Error} when that takes more than a minute */
  static async run(name: ProgramName, args: readonly string[], options: ProgramOptions = {}): Promise<Ending> {
    await using program = new Program(name, args, { input: '', ...options })
    return await program.ended(60_000)
  }

  get pid(): number {
    return this.#child.pid!
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Undefined while it runs. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Gives it more input. */
  write(text: string): void {
    this.#child.stdin!.write(text)
  }

  endInput(): void {
    this.#child.stdin!.end()
  }

  /** How it ended. @throws {Error} with its last words when it has not after `timeoutMs` */
  async ended(timeoutMs = 20_000): Promise<Ending> {
    try {
      return await until(`${this.name} ends`, () => this.#ending, { timeoutMs })
    } catch (cause) {
      throw new Error(`${this.name} runs on; it said:\n${this.#stderr.slice(-4_000)}`, { cause })
    }
  }

  /** Resolves once `text` stands in what it said on `stream`. @throws {Error} when it ended without, or after 20 s */
  async says(text: string | RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    await until(`${this.name} says ${text} on ${stream}`, () => {
      const said = stream === 'stdout' ? this.#stdout : this.#stderr
      const isSaid = typeof text === 'string' ? said.includes(text) : text.test(said)
      if (!isSaid && this.#ending !== undefined)
        throw new Error(`${this.name} ended without saying ${text}: ${JSON.stringify(this.#ending)}`)
      return isSaid
    })
  }

  /** Resolves once it waits for something on its stdin: the poll set that Linux tells of has it. */
  async readsInput(): Promise<void> {
    const folder = `/proc/${this.pid}/fdinfo`
    const isPolled = (name: string): boolean => /^tfd:\s+0 /m.test(readIfThere(`${folder}/${name}`))
    await until(`${this.name} reads its input`, () => readdirSync(folder).some(isPolled))
  }

  /** Ends it the hard way, if it runs still. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ending === undefined) this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** A file of /proc; empty once what it tells of is gone. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Nothing of the user's own: no configuration folder, no address of a daemon. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env
  return { PATH, TZ: 'UTC', ...(TMPDIR === undefined ? {} : { TMPDIR }) }
}
