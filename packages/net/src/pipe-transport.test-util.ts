/** A transport as a program writes one, of a name that the library does not know: pipes within a process, `pipe://name:port`. */
import { duplexPair } from 'node:stream'
import type { Duplex } from 'node:stream'
import { NetError } from './index.ts'
import type { DialOptions, Listening, StreamHandler, Transport, TransportStream } from './index.ts'

export class PipeTransport implements Transport {
  readonly #host: string
  readonly #world: Map<string, (stream: TransportStream) => void>
  #lastPort = 0

  /** @param host - what the other side sees where this one dials. @param world - what is listened on, by address */
  constructor(host: string, world: Map<string, (stream: TransportStream) => void>) {
    this.#host = host
    this.#world = world
  }

  async dial(url: string, { signal }: DialOptions): Promise<TransportStream> {
    signal.throwIfAborted()
    await new Promise(setImmediate)
    signal.throwIfAborted()
    const accept = this.#world.get(url)
    if (accept === undefined) throw new NetError('NET_DIAL_FAILED', { url, reason: 'ECONNREFUSED' })
    const [near, far] = duplexPair({ allowHalfOpen: false })
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
    accept(new PipeStream(far, `pipe://${this.#host}:${this.#takePort()}`))
    return new PipeStream(near, url)
  }

  listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening> {
    const real = url.replace(/:0$/, () => `:${this.#takePort()}`)
    if (this.#world.has(real)) return Promise.reject(new NetError('NET_LISTEN_FAILED', { url, reason: 'EADDRINUSE' }))
    this.#world.set(real, onStream)
    const close = (): Promise<void> => Promise.resolve(void this.#world.delete(real))
    return Promise.resolve({ url: real, close })
  }

  #takePort(): number {
    this.#lastPort += 1
    return this.#lastPort
  }
}

class PipeStream implements TransportStream {
  readonly remoteUrl: string
  readonly #pipe: Duplex
  #isEnded = false

  constructor(pipe: Duplex, remoteUrl: string) {
    this.#pipe = pipe
    this.remoteUrl = remoteUrl
  }

  get bufferedBytes(): number {
    return this.#pipe.writableLength
  }

  open(handler: StreamHandler): void {
    if (this.#pipe.closed) {
      setImmediate(() => handler.onClose(undefined))
      return
    }
    this.#pipe
      .on('data', (chunk: Buffer) => this.#isEnded || handler.onData(chunk))
      .on('drain', () => handler.onDrain())
      .on('end', () => handler.onEnd())
      .on('close', () => handler.onClose(undefined))
  }

  write(bytes: Uint8Array): boolean {
    return !this.#isEnded && this.#pipe.write(bytes)
  }

  pause(): void {
    this.#pipe.pause()
  }

  resume(): void {
    this.#pipe.resume()
  }

  end(): void {
    this.#isEnded = true
    this.#pipe.end()
    this.#pipe.resume()
  }

  destroy(): void {
    this.#isEnded = true
    this.#pipe.destroy()
  }
}
