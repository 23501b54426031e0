/** A socket and lines, as a client in any language has them: nothing here knows JSON-RPC. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { NetConnectOpts, Socket } from 'node:net'
import { until } from './until.ts'

export class LineClient implements AsyncDisposable {
  /** Resolves once the connection is gone. */
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #lines: string[] = []
  #rest = ''
  #isClosed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\r\n')
      this.#rest = lines.pop()!
      this.#lines.push(...lines)
    })
    socket.on('error', () => {}) // that the connection is gone is what tests look at
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isClosed = true
        resolve()
      })
    })
  }

  static async connect(endpoint: NetConnectOpts): Promise<LineClient> {
    const socket = connect(endpoint)
    const client = new LineClient(socket)
    await once(socket, 'connect')
    return client
  }

  /** Sends bytes as they are. */
  write(text: string | Uint8Array): void {
    this.#socket.write(text)
  }

  /** Sends `value` as one line that ends with `\n`. */
  send(value: unknown): void {
    this.write(`${JSON.stringify(value)}\n`)
  }

  /** Says that nothing more is sent. */
  end(): void {
    this.#socket.end()
  }

  /** The next line without its `\r\n`. @throws {Error} when the connection ends instead */
  next(): Promise<string> {
    return until('a line comes', () => {
      const line = this.#lines.shift()
      if (line === undefined && this.#isClosed) throw new Error(`the connection ended; left was ${JSON.stringify(this.#rest)}`)
      return line
    })
  }

  /** The next line as JSON. */
  async read(): Promise<Answer> {
    return JSON.parse(await this.next()) as Answer
  }

  /** Sends a request and reads the next line. */
  async ask(method: string, params?: unknown, id: unknown = 1): Promise<Answer> {
    this.send({ jsonrpc: '2.0', id, method, params })
    return this.read()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.closed
  }
}

/** Anything a server may say; what is in it is for the test to check. */
// oxlint-disable-next-line typescript/no-explicit-any -- of what a server says wrong, nothing is known
export type Answer = any
