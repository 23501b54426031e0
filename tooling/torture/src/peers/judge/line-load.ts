/** Lines for everybody at a rate, over the daemon's own socket, whatever becomes of them. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'

const TICK_MS = 10
/** Lines of one tick at most: a machine that was busy elsewhere does not make up for all of it. */
const TICK_LINES = 200

export class LineLoad implements Disposable {
  readonly #socket: Socket
  readonly #timer: NodeJS.Timeout
  readonly #startMs = performance.now()
  readonly #line: string
  readonly #perSecond: number
  #sent = 0

  /** @param options.bytes of a text: one of `send`, as nodes without posts get it @param options.perSecond lines */
  constructor(socketPath: string, { perSecond, bytes }: { readonly perSecond: number; readonly bytes: number }) {
    this.#line = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'send', params: ['x'.repeat(bytes)] })}\n`
    this.#perSecond = perSecond
    this.#socket = connect({ path: socketPath })
    this.#socket.on('error', () => {}) // a daemon that is gone is what the experiment is about
    this.#socket.resume()
    this.#timer = setInterval(() => this.#send(), TICK_MS)
  }

  #send(): void {
    const due = Math.floor(((performance.now() - this.#startMs) * this.#perSecond) / 1_000)
    const lines = Math.min(TICK_LINES, due - this.#sent)
    this.#sent = due
    if (lines > 0 && this.#socket.writable) this.#socket.write(this.#line.repeat(lines))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#socket.destroy()
  }
}
