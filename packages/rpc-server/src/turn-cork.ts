/** Lets what is written in one turn of work leave in one system call: the answers to requests that came together. */
import type { Writable } from 'node:stream'

export class TurnCork {
  readonly #socket: Pick<Writable, 'cork' | 'uncork'>
  readonly #onReleased: () => void
  #isHeld = false

  /** @param onReleased called each time what was held has been handed to the system, or waits for the client */
  constructor(socket: Pick<Writable, 'cork' | 'uncork'>, onReleased: () => void) {
    this.#socket = socket
    this.#onReleased = onReleased
  }

  /** To be called before a write: it goes out when what can be done at once is done, before anything new is read. */
  hold(): void {
    if (this.#isHeld) return
    this.#isHeld = true
    this.#socket.cork()
    process.nextTick(() => {
      this.#isHeld = false
      this.#socket.uncork()
      this.#onReleased()
    })
  }
}
