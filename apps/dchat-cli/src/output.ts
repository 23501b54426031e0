/** Writing to stdout or stderr at the pace of whoever reads it. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { OutputClosed } from './exit.ts'

/** Lines out. One writer at a time. */
export class Output {
  readonly #stream: Writable
  readonly #signal: AbortSignal
  readonly #isBroken: () => boolean

  /**
   * Takes over the errors of `stream`: a reader that is gone (EPIPE) ends the writing, nothing else.
   * @param signal ends the waiting for a slow reader
   */
  constructor(stream: Writable, signal: AbortSignal) {
    let broken = false
    this.#stream = stream
    this.#signal = signal
    this.#isBroken = () => broken
    stream.on('error', () => (broken = true))
  }

  /**
   * Resolves when the reader takes more.
   * @throws {OutputClosed} when there is no reader any more
   * @throws the signal's reason when it aborts while waiting
   */
  async line(text: string): Promise<void> {
    if (this.#isBroken() || this.#stream.destroyed) throw new OutputClosed()
    if (this.#stream.write(`${text}\n`)) return
    try {
      await once(this.#stream, 'drain', { signal: this.#signal })
    } catch (cause) {
      this.#signal.throwIfAborted()
      throw new OutputClosed('nobody reads', { cause })
    }
  }

  /** Resolves when all that was written is handed over. @throws {OutputClosed} */
  async flush(): Promise<void> {
    if (this.#isBroken() || this.#stream.destroyed) throw new OutputClosed()
    const error = await new Promise<Error | null | undefined>((resolve) => this.#stream.write('', resolve))
    if (error !== null && error !== undefined) throw new OutputClosed('nobody reads', { cause: error })
  }
}
