/** Raw lines: one JSON value a line, `\n` or `\r\n` in, `\r\n` out. */
import type { Socket } from 'node:net'
import { LineSplitter } from '@dchat/rpc'
import type { TOO_LONG } from '@dchat/rpc'
import type { DrainWatch } from './drain-watch.ts'
import { encodeNotification } from './encode.ts'
import type { Carrier } from './peer-connection.ts'
import { TurnCork } from './turn-cork.ts'

const SPACE = 0x20
const TAB = 0x09

export class LineCarrier implements Carrier {
  readonly kind = 'line'
  readonly #socket: Socket
  readonly #cork: TurnCork
  readonly #splitter: LineSplitter
  #hasEnded = false

  constructor(socket: Socket, options: { watch: DrainWatch; maxBytes: number }) {
    this.#socket = socket
    this.#cork = new TurnCork(socket, () => options.watch.wrote())
    this.#splitter = new LineSplitter(options.maxBytes)
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  /** Takes a chunk; reading rests until it is used up. */
  push(chunk: Buffer): void {
    this.#splitter.push(chunk)
    this.#socket.pause()
  }

  /** The client ended its side: what came last is a line too. */
  pushEnd(): void {
    this.#hasEnded = true
  }

  /** Blank lines are nothing. */
  next(): Buffer | typeof TOO_LONG | undefined {
    for (;;) {
      const line = this.#splitter.next() ?? (this.#hasEnded ? this.#splitter.end() : undefined)
      if (line === undefined || typeof line === 'symbol' || !isBlank(line)) return line
    }
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#hasEnded) this.#socket.resume()
  }

  write(json: string): void {
    this.#cork.hold()
    this.#socket.write(Buffer.from(`${json}\r\n`))
  }

  notify(method: string, params: unknown): void {
    this.write(encodeNotification(method, params))
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === SPACE || byte === TAB)
}
