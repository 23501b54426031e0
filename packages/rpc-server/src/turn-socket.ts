import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { TLSSocketOptions } from 'node:tls'

/** Then others have their turn. */
const CHUNKS_AT_ONCE = 64
/** While a connection is not read, the system is read on until so many bytes wait, each in an object of its own where each is a record of its own. */
const BUFFERS = { highWaterMark: 1_024 }

/**
 * TLS around a socket, that rests after some chunks until others have had their turn: each record of TLS is a chunk, may have a byte, and
 * a hundred thousand of them come in one turn of the event loop, which would take seconds. Paused until it is resumed.
 */
export class TurnSocket extends TLSSocket {
  #chunks = 0
  #isPaused = true
  #isResting = false

  constructor(socket: Socket, options: TLSSocketOptions) {
    super(socket, { ...BUFFERS, ...options })
    super.pause() // a listener for data does not begin to read then
    this.on('data', () => this.#count())
  }

  override pause(): this {
    this.#isPaused = true
    return super.pause()
  }

  override resume(): this {
    this.#isPaused = false
    return this.#isResting ? this : super.resume()
  }

  #count(): void {
    this.#chunks += 1
    if (this.#chunks < CHUNKS_AT_ONCE) return
    this.#chunks = 0
    this.#isResting = true
    super.pause()
    setImmediate(() => this.#readOn())
  }

  #readOn(): void {
    this.#isResting = false
    if (!this.#isPaused) super.resume()
  }
}
