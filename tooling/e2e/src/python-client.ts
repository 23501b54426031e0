/** The clients in Python (tooling/e2e/clients) as processes: what people have from the reference speaks Python. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

interface Answer {
  readonly id?: number
  readonly result?: unknown
  readonly error?: string
}

export class PythonClient implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #stdout = ''
  #stderr = ''
  #code: number | null | undefined
  #asked = 0

  /** @param script such as `viewer.py` @throws {Error} on use, where there is no python3 */
  constructor(script: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(`../clients/${script}`, import.meta.url))
    this.#child = spawn('python3', ['-B', path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stdin!.on('error', () => {}) // that it has ended is what who waits for its answer hears
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#ended = once(this.#child, 'close').then(([code]) => {
      this.#code = code as number | null
      return this.#code
    })
    this.#ended.catch((error: unknown) => (this.#stderr += String(error)))
  }

  /** Runs one to its end. @returns what it printed, and said of an error */
  static async run(script: string, args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    await using client = new PythonClient(script, args)
    const code = await client.#ended
    return { code, stdout: client.#stdout, stderr: client.#stderr }
  }

  /** Resolves with the first value it printed that `fits`. @throws {Error} with what it said, when it ends first or after 30 s */
  prints<T>(what: string, fits: (value: T) => boolean): Promise<T> {
    return until(
      `the client prints ${what}`,
      () => {
        const values = this.#stdout
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as T)
        const found = values.find(fits)
        if (found === undefined && this.#code !== undefined) throw new Error(`it ended with ${this.#code}: ${this.#stderr}`)
        return found as Exclude<T, undefined | false> | undefined
      },
      { timeoutMs: 30_000 },
    ) as Promise<T>
  }

  /** Has a client that takes commands, JSON a line, do one. @returns its result @throws {Error} with the reason it gave, or when it ends */
  async ask<T>(command: string, parameters: object = {}): Promise<T> {
    this.#asked += 1
    const id = this.#asked
    this.#child.stdin!.write(`${JSON.stringify({ id, do: command, ...parameters })}\n`)
    const answer = await this.prints<Answer>(`an answer to ${command}`, (value) => value.id === id)
    if (answer.error !== undefined) throw new Error(`${command}: ${answer.error}`)
    return answer.result as T
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#code === undefined) this.#child.kill('SIGKILL')
    await this.#ended
  }
}
