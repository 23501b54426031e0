/** Cuts a client that takes nothing of what waits for it. */
import type { Socket } from 'node:net'
import type { Clock, Timer } from '@dchat/system'

/** A timer runs only while bytes wait; progress of a single byte starts the time anew. */
export class DrainWatch {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #stallMs: number
  readonly #onStalled: () => void
  #timer: Timer | undefined
  #takenBytes = 0

  constructor(socket: Socket, options: { clock: Clock; stallMs: number; onStalled: () => void }) {
    this.#socket = socket
    this.#clock = options.clock
    this.#stallMs = options.stallMs
    this.#onStalled = options.onStalled
    socket.once('close', () => this.#timer?.cancel())
  }

  /** To be called after each write. */
  wrote(): void {
    if (this.#timer === undefined && this.#socket.writableLength > 0 && !this.#socket.destroyed) this.#arm()
  }

  #arm(): void {
    this.#takenBytes = this.#taken()
    this.#timer = this.#clock.setTimer(this.#stallMs, () => this.#check(), { background: true })
  }

  #check(): void {
    this.#timer = undefined
    if (this.#socket.destroyed || this.#socket.writableLength === 0) return
    if (this.#taken() > this.#takenBytes) this.#arm()
    else this.#onStalled()
  }

  /** Bytes the system took: `bytesWritten` counts what still waits here too. */
  #taken(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }
}
