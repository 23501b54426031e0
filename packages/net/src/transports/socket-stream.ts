/** A Node socket as a TransportStream. */
import type { Socket } from 'node:net'
import type { StreamHandler, TransportStream } from './transport.ts'

/** Leads from a socket to its stream: listeners that all sockets share take less memory than five of each. */
const STREAM: unique symbol = Symbol('stream')

type StreamSocket = Socket & { [STREAM]: SocketStream }

export class SocketStream implements TransportStream {
  readonly remoteUrl: string
  readonly #socket: StreamSocket
  #handler: StreamHandler | undefined
  #error: Error | undefined
  #isEnded = false

  /** @param socket connected and paused; owned by the stream from here on */
  constructor(socket: Socket, remoteUrl: string) {
    this.remoteUrl = remoteUrl
    this.#socket = Object.assign(socket, { [STREAM]: this })
    // An error before `open` must not become an uncaught exception: it is told by `onClose`.
    socket.on('error', SocketStream.#onError)
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  open(handler: StreamHandler): void {
    const socket = this.#socket
    this.#handler = handler
    socket.on('data', SocketStream.#onData).on('drain', SocketStream.#onDrain).on('end', SocketStream.#onEnd)
    if (socket.closed) {
      setImmediate(() => handler.onClose(this.#error))
      return
    }
    socket.on('close', SocketStream.#onClose)
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

  static #onError(this: StreamSocket, error: Error): void {
    this[STREAM].#error = error
  }

  static #onData(this: StreamSocket, chunk: Buffer): void {
    const stream = this[STREAM]
    if (!stream.#isEnded) stream.#handler!.onData(chunk)
  }

  static #onDrain(this: StreamSocket): void {
    this[STREAM].#handler!.onDrain()
  }

  static #onEnd(this: StreamSocket): void {
    this[STREAM].#handler!.onEnd()
  }

  static #onClose(this: StreamSocket): void {
    const stream = this[STREAM]
    stream.#handler!.onClose(stream.#error)
  }
}
