/** A cable between a space and the bridge whose frames are on their way for a while: the kernel here cannot delay them itself. */
import { fileURLToPath } from 'node:url'
import { SpaceProcess } from './space-process.ts'

const PROGRAM = fileURLToPath(new URL('frame-delay.py', import.meta.url))

/** Real frames: what TCP makes of a long way, and of a frame that is lost on it, is what it makes of them anywhere. */
export class SlowCable implements AsyncDisposable {
  readonly #process: SpaceProcess

  private constructor(process: SpaceProcess) {
    this.#process = process
  }

  /** Lays one whose two ends are devices of the namespace `space`, with these names. */
  static async lay(space: string, ends: readonly [string, string]): Promise<SlowCable> {
    return new SlowCable(await SpaceProcess.start(space, ['python3', PROGRAM, ...ends]))
  }

  /** @param ms each way, from now on */
  setDelay(ms: number): void {
    this.#process.tell(String(ms))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }
}
