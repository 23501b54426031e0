/** A Node socket as a TransportStream. */
import type { Socket } from 'node:net'
import type { StreamHandler, TransportStream } from './transport.ts'

export class SocketStream implements TransportStream {
  readonly remoteUrl: string
  readonly #socket: Socket
  #error: Error | undefined
  #isEnded = false

  /** @param socket connected and paused; owned by the stream from here on */
  constructor(socket: Socket, remoteUrl: string) {
    this.remoteUrl = remoteUrl
    this.#socket = socket
    // An error before `open` must not become an uncaught exception: it is told by `onClose`.
    socket.on('error', (error) => {
      this.#error = error
    })
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  open(handler: StreamHandler): void {
    const socket = this.#socket
    socket.on('data', (chunk: Buffer) => {
      if (!this.#isEnded) handler.onData(chunk)
    })
    socket.on('drain', () => handler.onDrain())
    socket.on('end', () => handler.onEnd())
    if (socket.closed) {
      setImmediate(() => handler.onClose(this.#error))
      return
    }
    socket.on('close', () => handler.onClose(this.#error))
    socket.resume()
  }

  write(bytes: Uint8Array): boolean {
    return !this.#isEnded && this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#isEnded = true
    // Reading on keeps the kernel from answering unread data with a reset, which could cost the peer our last frames.
    this.#socket.end()
    this.#socket.resume()
  }

  destroy(): void {
    this.#isEnded = true
    this.#socket.destroy()
  }
}
