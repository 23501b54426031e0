/** A stream that exists before it can be used: what is done with it waits until it is unlocked, or comes to nothing. */
import type { Socket } from 'node:net'
import { isNetError } from '../errors.ts'
import type { SocketStream } from './socket-stream.ts'
import type { StreamHandler, TransportStream } from './transport.ts'

/** What may wait before `write` returns false: as much as a socket takes. */
const HIGH_WATER_BYTES = 64 * 1024

export class GatedStream implements TransportStream {
  readonly remoteUrl: string
  readonly #accepted: Socket
  /** What `destroy` destroys. */
  #socket: Socket
  #inner: SocketStream | undefined
  #handler: StreamHandler | undefined
  /** Written before the unlock; bounded by the caller, as `write` asks it to wait. */
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #isPaused = false
  #isEnded = false
  #isClosed = false
  #wantsDrain = false
  #error: Error | undefined

  /** @param socket - owned by the stream from here on; its end before the unlock is the end of the stream */
  constructor(socket: Socket, remoteUrl: string) {
    this.remoteUrl = remoteUrl
    this.#accepted = socket
    this.#socket = socket
    this.#watch(socket)
  }

  /** Whether it was neither unlocked nor closed yet. */
  get isLocked(): boolean {
    return this.#inner === undefined && !this.#isClosed && !this.#socket.destroyed
  }

  /** The socket is wrapped in another one from here on, whose end is that of the stream. */
  wrap(socket: Socket): void {
    this.#socket = socket
    this.#watch(socket)
  }

  /** `inner` has what was waiting, and all that comes. */
  unlock(inner: SocketStream): void {
    this.#inner = inner
    const queue = this.#queue
    this.#queue = []
    this.#queuedBytes = 0
    let isTaken = true
    for (const bytes of queue) isTaken = inner.write(bytes)
    const handler = this.#handler
    if (handler !== undefined) {
      inner.open(handler)
      if (this.#isPaused) inner.pause()
      if (this.#wantsDrain && isTaken) setImmediate(() => handler.onDrain())
    }
    if (this.#isEnded) inner.end()
  }

  /** Ends the stream; of several errors its handler hears the first of ours, or else the first. */
  fail(error: Error): void {
    if (!isNetError(this.#error)) this.#error = error
    this.destroy()
  }

  get hasReceived(): boolean {
    return this.#accepted.bytesRead > 0
  }

  get bufferedBytes(): number {
    return this.#inner?.bufferedBytes ?? this.#queuedBytes
  }

  open(handler: StreamHandler): void {
    this.#handler = handler
    if (this.#inner !== undefined) this.#inner.open(handler)
    else if (this.#isClosed) setImmediate(() => handler.onClose(this.#error))
  }

  write(bytes: Uint8Array): boolean {
    if (this.#inner !== undefined) return this.#inner.write(bytes)
    if (this.#isEnded) return false
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.length
    this.#wantsDrain ||= this.#queuedBytes >= HIGH_WATER_BYTES
    return !this.#wantsDrain
  }

  pause(): void {
    this.#isPaused = true
    this.#inner?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#inner?.resume()
  }

  end(): void {
    this.#isEnded = true
    this.#isPaused = false
    this.#inner?.end()
  }

  destroy(): void {
    this.#isEnded = true
    this.#queue = []
    if (this.#inner === undefined) this.#socket.destroy()
    else this.#inner.destroy()
  }

  #watch(socket: Socket): void {
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.once('close', () => this.#onSocketClosed(socket))
  }

  #onSocketClosed(socket: Socket): void {
    if (this.#inner !== undefined || socket !== this.#socket) return
    this.#isClosed = true
    this.#isEnded = true
    this.#queue = []
    this.#queuedBytes = 0
    this.#handler?.onClose(this.#error)
  }
}
