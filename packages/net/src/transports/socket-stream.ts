/** A Node socket as a TransportStream. */
import type { Socket } from 'node:net'
import type { StreamHandler, TransportStream } from './transport.ts'

/** What the listeners of a socket know of its stream. */
interface StreamState {
  handler: StreamHandler | undefined
  error: Error | undefined
  isEnded: boolean
  /** Its owner reads nothing. */
  isPaused: boolean
  /** Since it last rested. */
  chunks: number
}

/**
 * Then a stream rests until others have had their turn. A read of the system brings that many only where each is a record of TLS of a
 * few bytes, thousands of which are in one read, and a hundred thousand in one turn of the event loop.
 */
const CHUNKS_AT_ONCE = 64

const STATE: unique symbol = Symbol('state of the stream')

/** A socket that leads to its stream: so all sockets share their listeners, which takes less memory than five of each. */
type StreamSocket = Socket & { readonly [STATE]: StreamState }

export class SocketStream implements TransportStream {
  readonly remoteUrl: string
  readonly #socket: StreamSocket
  readonly #state: StreamState = { handler: undefined, error: undefined, isEnded: false, isPaused: false, chunks: 0 }

  /** @param socket - connected and paused; owned by the stream from here on */
  constructor(socket: Socket, remoteUrl: string) {
    this.remoteUrl = remoteUrl
    this.#socket = Object.assign(socket, { [STATE]: this.#state })
    // An error before `open` must not become an uncaught exception: it is told by `onClose`.
    socket.on('error', onError)
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  open(handler: StreamHandler): void {
    const socket = this.#socket
    this.#state.handler = handler
    socket.on('data', onData).on('drain', onDrain).on('end', onEnd)
    if (socket.closed) {
      setImmediate(() => handler.onClose(this.#state.error))
      return
    }
    socket.on('close', onClose)
    socket.resume()
  }

  write(bytes: Uint8Array): boolean {
    return !this.#state.isEnded && this.#socket.write(bytes)
  }

  pause(): void {
    this.#state.isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#state.isPaused = false
    this.#socket.resume()
  }

  end(): void {
    this.#state.isEnded = true
    // Reading on keeps the kernel from answering unread data with a reset, which could cost the peer our last frames.
    this.#socket.end()
    this.resume()
  }

  destroy(): void {
    this.#state.isEnded = true
    this.#socket.destroy()
  }
}

function onError(this: StreamSocket, error: Error): void {
  this[STATE].error = error
}

function onData(this: StreamSocket, chunk: Buffer): void {
  const state = this[STATE]
  state.chunks += 1
  if (state.chunks >= CHUNKS_AT_ONCE) rest(this)
  if (!state.isEnded) state.handler?.onData(chunk)
}

function rest(socket: StreamSocket): void {
  const state = socket[STATE]
  state.chunks = 0
  socket.pause()
  setImmediate(() => {
    if (!state.isPaused) socket.resume()
  })
}

function onDrain(this: StreamSocket): void {
  this[STATE].handler?.onDrain()
}

function onEnd(this: StreamSocket): void {
  this[STATE].handler?.onEnd()
}

function onClose(this: StreamSocket): void {
  const { handler, error } = this[STATE]
  handler?.onClose(error)
}
