/** A helper program in a space that says "ready", takes lines, and ends with whoever started it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export class SpaceProcess implements AsyncDisposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Resolves once it is ready. @param space the namespace @param command a program and its arguments @throws {Error} when it ends instead */
  static async start(space: string, command: readonly string[]): Promise<SpaceProcess> {
    const child = spawn('ip', ['netns', 'exec', space, ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.on('error', () => {}) // one that has ended takes no lines; whoever needs it notices
    const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    if (String(first[0]).trim() !== 'ready') throw new Error(`did not start: ${command.join(' ')}`)
    return new SpaceProcess(child)
  }

  tell(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}
