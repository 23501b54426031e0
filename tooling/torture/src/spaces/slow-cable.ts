/** A cable between a space and the bridge whose frames are on their way for a while: the kernel here cannot delay them itself. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('frame-delay.py', import.meta.url))

/** Real frames: what TCP makes of a long way, and of a frame that is lost on it, is what it makes of them anywhere. */
export class SlowCable implements AsyncDisposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Lays one whose two ends are devices of the namespace `space`, with these names. */
  static async lay(space: string, ends: readonly [string, string]): Promise<SlowCable> {
    const args = ['netns', 'exec', space, 'python3', PROGRAM, ...ends]
    const cable = new SlowCable(spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    const first = await Promise.race([once(cable.#child.stdout!, 'data'), once(cable.#child, 'exit')])
    if (String(first[0]).trim() !== 'ready') throw new Error('no device for a slow cable: is /dev/net/tun there?')
    return cable
  }

  /** @param ms each way, from now on */
  setDelay(ms: number): void {
    this.#child.stdin!.write(`${ms}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}
