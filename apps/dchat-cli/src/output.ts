/** Writing to stdout or stderr at the pace of whoever reads it. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { OutputClosed, OutputFailed } from './exit.ts'

/** Lines out. One writer at a time. */
export class Output {
  readonly #stream: Writable
  readonly #signal: AbortSignal
  /** What went wrong with the stream, if anything did. */
  readonly #failure: () => Error | undefined

  /**
   * Takes over the errors of `stream`: they end the writing, nothing else.
   * @param signal ends the waiting for a slow reader
   */
  constructor(stream: Writable, signal: AbortSignal) {
    let failure: Error | undefined
    this.#stream = stream
    this.#signal = signal
    this.#failure = () => failure
    stream.on('error', (error: Error) => (failure ??= error))
  }

  /**
   * Resolves when the reader takes more.
   * @throws {OutputClosed} when there is no reader any more; {OutputFailed} when it cannot be written
   * @throws the signal's reason when it aborts while waiting
   */
  line(text: string): Promise<void> {
    return this.text(`${text}\n`)
  }

  /** The same of a text that has its line ends. */
  async text(text: string): Promise<void> {
    this.#check()
    if (this.#stream.write(text)) return
    try {
      await once(this.#stream, 'drain', { signal: this.#signal })
    } catch (cause) {
      this.#signal.throwIfAborted()
      throw ending(cause)
    }
  }

  /** Resolves when all that was written is handed over. @throws {OutputClosed | OutputFailed} */
  async flush(): Promise<void> {
    this.#check()
    const error = await new Promise<Error | null | undefined>((resolve) => this.#stream.write('', resolve))
    if (error !== null && error !== undefined) throw ending(error)
  }

  #check(): void {
    const failure = this.#failure()
    if (failure !== undefined) throw ending(failure)
    if (this.#stream.destroyed) throw new OutputClosed('the output is closed')
  }
}

/** A stream that was closed has no reader either. */
const NO_READER: ReadonlySet<unknown> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'])

function ending(cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException
  if (NO_READER.has(code)) return new OutputClosed('nobody reads', { cause })
  return new OutputFailed(`the output cannot be written: ${message}`, { cause })
}
