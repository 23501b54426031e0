/** A daemon with a home of its own that survives its process: it can be stopped, killed and started again. */
import { readFileSync } from 'node:fs'
import type { RpcClient } from '@dchat/rpc'
import { connectSocket } from './connect-socket.ts'
import { Program } from './program.ts'
import type { ProgramName, ProgramOptions } from './program.ts'
import { TempHome } from './temp-home.ts'
import { until } from './until.ts'

/** How long an answer to its first client is waited for: patience with a busy machine, no limit of the product. */
const START_PATIENCE_MS = 60_000

export class DaemonProcess implements AsyncDisposable {
  readonly home: TempHome = new TempHome()
  readonly #name: ProgramName
  readonly #args: readonly string[]
  readonly #options: ProgramOptions
  readonly #socketPath: string
  #program: Program | undefined
  #client: RpcClient | undefined

  /** Does not run yet. @param options.args after those that name its home @param socketPath where its RPC listens, given its home */
  constructor(name: ProgramName, options: ProgramOptions & { args?: readonly string[] }, socketPath: (home: TempHome) => string) {
    this.#name = name
    this.#options = options
    this.#args = ['--home', this.home.path, ...(options.args ?? [])]
    this.#socketPath = socketPath(this.home)
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error('the daemon does not run')
    return this.#program
  }

  /** A client on its Unix socket. */
  get client(): RpcClient {
    if (this.#client === undefined) throw new Error('the daemon does not run')
    return this.#client
  }

  /** Starts the program and connects a client. @throws {Error} with its last words when it ends, or does not answer */
  async start(): Promise<void> {
    const program = new Program(this.#name, this.#args, this.#options)
    this.#program = program
    this.#client = await until(
      `${program.name} answers`,
      () => {
        if (program.ending !== undefined) throw new Error(`${program.name} ended: ${JSON.stringify(program.ending)}`)
        return connectSocket(this.#socketPath)
      },
      { timeoutMs: START_PATIENCE_MS },
    )
  }

  /** The secret that its RPC asks for on TCP: another at each start. */
  get cookie(): string {
    return readFileSync(this.home.paths.cookiePath, 'utf8').trim()
  }

  /** Where its RPC listens on TCP, as its log says. @throws {Error} when it does not */
  async rpcPort(): Promise<number> {
    await this.program.says('RPC listens', 'stderr')
    const port = /tcp(?:\+tls)?:\/\/127\.0\.0\.1:(\d+)/.exec(this.program.stderr)?.[1]
    if (port === undefined) throw new Error(`no port in: ${this.program.stderr}`)
    return Number(port)
  }

  /** Ends the process by a signal; the home stays. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    await this.#client?.close()
    this.program.kill(signal)
    await this.program.ended()
    this.#client = undefined
    this.#program = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.close()
    await this.#program?.[Symbol.asyncDispose]()
    this.home[Symbol.dispose]()
  }
}

/** `daemon` after `prepare` has succeeded; ended when it has not. */
export async function prepared<T extends DaemonProcess>(daemon: T, prepare: (daemon: T) => Promise<void>): Promise<T> {
  try {
    await prepare(daemon)
    return daemon
  } catch (error) {
    await daemon[Symbol.asyncDispose]()
    throw error
  }
}

/** Lines of a configuration file, by table. */
export type ConfigLines = Readonly<Record<string, readonly string[]>>

export function configText(tables: ConfigLines): string {
  return Object.entries(tables)
    .map(([name, lines]) => [`[${name}]`, ...lines, ''].join('\n'))
    .join('\n')
}
