/** A Node socket as a TransportStream. */
import type { Socket } from 'node:net'
import type { StreamHandler, TransportStream } from './transport.ts'

export class SocketStream implements TransportStream {
  readonly remoteUrl: string
  readonly #socket: Socket
  #error: Error | undefined

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
    socket.on('data', (chunk: Buffer) => handler.onData(chunk))
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
    return this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    // Reading on keeps the kernel from answering unread data with a reset, which could cost the peer our last frames.
    this.#socket.end()
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
