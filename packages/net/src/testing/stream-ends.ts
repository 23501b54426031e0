/** Both ends of a stream in the hands of a test. */
import assert from 'node:assert/strict'
import type { Listening, StreamHandler, Transport, TransportStream } from '../transports/transport.ts'

/** A handler that remembers. */
export class Ear implements StreamHandler {
  readonly stream: TransportStream
  readonly chunks: Buffer[] = []
  drains = 0
  ends = 0
  closes = 0
  error: Error | undefined
  onChunk: () => void = () => {}
  #waiters: (() => void)[] = []

  constructor(stream: TransportStream) {
    this.stream = stream
    stream.open(this)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  get byteCount(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0)
  }

  onData(chunk: Buffer): void {
    assert.deepEqual([this.ends, this.closes], [0, 0], 'data after the end')
    this.chunks.push(chunk)
    this.onChunk()
    this.#tell()
  }

  onDrain(): void {
    this.drains += 1
    this.#tell()
  }

  onEnd(): void {
    this.ends += 1
    this.#tell()
  }

  onClose(error: Error | undefined): void {
    this.closes += 1
    this.error = error
    this.#tell()
  }

  /** Resolves once `isDone` holds, looking after each event. */
  async until(isDone: (ear: this) => boolean): Promise<void> {
    while (!isDone(this)) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  #tell(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}

/** A listener and what came in. */
export class Door implements AsyncDisposable {
  readonly streams: TransportStream[] = []
  readonly #transport: Transport
  #listening: Listening | undefined
  #wake: () => void = () => {}

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async open(url: string): Promise<this> {
    this.#listening = await this.#transport.listen(url, (stream) => {
      this.streams.push(stream)
      this.#wake()
    })
    return this
  }

  get url(): string {
    return this.#listening!.url
  }

  async take(): Promise<TransportStream> {
    while (this.streams.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.streams.shift()!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.close()
  }
}
