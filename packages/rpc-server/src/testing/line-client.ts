/** The barest line client: bytes out, lines in. */
import { connect } from 'node:net'
import type { NetConnectOpts, Socket } from 'node:net'
import { LineSplitter, TOO_LONG } from '@dchat/rpc'

export class LineClient {
  readonly socket: Socket
  readonly closed: Promise<void>
  readonly #splitter = new LineSplitter(64 * 1_048_576)
  readonly #lines: string[] = []
  readonly #waiting: ((line: string | undefined) => void)[] = []
  #isClosed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {}) // a cut connection is seen as its close
    socket.on('data', (chunk: Buffer) => {
      this.#splitter.push(chunk)
      for (let line = this.#splitter.next(); line !== undefined; line = this.#splitter.next()) {
        if (line !== TOO_LONG) this.#deliver(line.toString())
      }
    })
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true
        for (const waiter of this.#waiting.splice(0)) waiter(undefined)
        resolve()
      })
    })
  }

  static open(to: NetConnectOpts): Promise<LineClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(to)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.removeListener('error', reject)
        resolve(new LineClient(socket))
      })
    })
  }

  /** Lines over a socket that is connected. */
  static over(socket: Socket): LineClient {
    return new LineClient(socket)
  }

  send(text: string | Buffer): void {
    this.socket.write(text)
  }

  /** The next line; undefined once the connection has closed. */
  next(): Promise<string | undefined> {
    const line = this.#lines.shift()
    if (line !== undefined || this.#isClosed) return Promise.resolve(line)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Sends one value and gives the next line. */
  async ask(value: unknown): Promise<Record<string, unknown>> {
    this.send(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`)
    const line = await this.next()
    if (line === undefined) throw new Error('the connection closed before an answer came')
    return JSON.parse(line) as Record<string, unknown>
  }

  close(): Promise<void> {
    this.socket.destroy()
    return this.closed
  }

  #deliver(line: string): void {
    const waiter = this.#waiting.shift()
    if (waiter === undefined) this.#lines.push(line)
    else waiter(line)
  }
}
