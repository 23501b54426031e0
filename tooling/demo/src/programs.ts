/** Starting the programs of this repository, as built. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { RpcClient, RpcUnreachable } from '@dchat/rpc'

export type Program = 'dchatd' | 'dchat-tui' | 'lilith'

/** The launcher of a program, to be run by this Node. */
function launcher(program: Program): string {
  return fileURLToPath(new URL(`../../../apps/${program}/bin/${program}.js`, import.meta.url))
}

/** A program in the background whose last words are kept for when it fails. */
export class BackgroundProgram {
  readonly name: string
  readonly #child: ChildProcess
  #lastWords = ''

  constructor(program: Program, args: readonly string[], name: string = program) {
    this.name = name
    this.#child = spawn(process.execPath, [launcher(program), ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000)
    })
  }

  /**
   * A client on the program's socket, as soon as it answers.
   * @throws {Error} with the program's last words when it ended, or did not answer in time
   */
  async connect(socketPath: string, timeoutMs = 20_000): Promise<RpcClient> {
    const endMs = performance.now() + timeoutMs
    for (;;) {
      if (this.#child.exitCode !== null)
        throw new Error(`${this.name} ended with code ${this.#child.exitCode}:\n${this.#lastWords}`)
      try {
        return await RpcClient.connect({ kind: 'unix', path: socketPath })
      } catch (error) {
        if (!(error instanceof RpcUnreachable)) throw error
        if (performance.now() > endMs) throw new Error(`${this.name} did not answer:\n${this.#lastWords}`, { cause: error })
        await pause(50)
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }
}

/**
 * Runs the chat screen on this terminal until the user leaves it.
 * @param farewell its last line
 * @returns its exit code
 */
export async function runScreen(args: readonly string[], farewell: string): Promise<number> {
  const env = { ...process.env, DCHAT_FAREWELL: farewell }
  const screen = spawn(process.execPath, [launcher('dchat-tui'), ...args], { stdio: 'inherit', env })
  // The screen takes the keys, Ctrl+C among them: this process must outlive it to clean up.
  process.on('SIGINT', () => {})
  const [code] = (await once(screen, 'exit')) as [number | null]
  return code ?? 1
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
