/** Clients that keep a daemon busy: they send without pause, and remember what they were promised. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { NetConnectOpts, Socket } from 'node:net'
import type { Answer } from './line-client.ts'

/** What tests learn of lines: those that are promised have to be there for good. */
export interface LineWitness {
  /** The daemon answered, or told a subscriber: the line is stored under this number. */
  promised(seq: number, text: string): void
}

export interface SenderOptions {
  readonly endpoint: NetConnectOpts
  /** Sent first, as on TCP. @default none is needed */
  readonly cookie?: string
  readonly witness: LineWitness
  /** The next text, told nobody else. */
  readonly nextText: () => string
  /** Requests that may be unanswered at a time. @default 16 */
  readonly window?: number
  /** Hears errors that are answered. @default there may be none */
  readonly onError?: (error: Answer) => void
}

/** Sends `chat.send` one after the other, many at a time, until the connection ends or `stop` is called. */
export class Sender implements AsyncDisposable {
  readonly #options: SenderOptions
  readonly #socket: Socket
  readonly #unanswered = new Map<number, string>()
  readonly #closed: Promise<void>
  /** The first thing that should not have been said. */
  #fault: Error | undefined
  #lastId = 0
  #isStopping = false
  #answers = 0

  constructor(options: SenderOptions) {
    this.#options = options
    this.#socket = connect(options.endpoint)
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()))
    readLines(this.#socket, (line) => this.#read(line))
    this.#socket.on('error', () => {}) // a daemon that is gone is what tests are about
    this.#socket.once('connect', () => {
      const { cookie, window = 16 } = options
      if (cookie !== undefined) this.#write(0, 'rpc.auth', [cookie])
      for (let index = 0; index < window; index += 1) this.#sendNext()
    })
  }

  /** Answers so far, errors included. */
  get answers(): number {
    return this.#answers
  }

  /** Sends nothing more, waits for what is unanswered, and ends. @throws {Error} when something was said that should not */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#endIfDone()
    await this.ended()
  }

  /** Resolves once the connection is gone. @throws {Error} as `stop` */
  async ended(): Promise<void> {
    await this.#closed
    if (this.#fault !== undefined) throw this.#fault
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.#closed
  }

  #sendNext(): void {
    if (this.#isStopping || this.#socket.destroyed) return
    const text = this.#options.nextText()
    this.#lastId += 1
    this.#unanswered.set(this.#lastId, text)
    this.#write(this.#lastId, 'chat.send', [text])
  }

  #write(id: number, method: string, params: unknown[]): void {
    this.#socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
  }

  #read(line: string): void {
    const { id, result, error } = JSON.parse(line) as Answer
    if (id === 0 && result === true) return
    const text = this.#unanswered.get(id)
    this.#unanswered.delete(id)
    this.#answers += 1
    if (text === undefined) this.#fail(`nobody asked for ${line}`)
    else if (error !== undefined) {
      if (this.#options.onError === undefined) this.#fail(`an error came: ${line}`)
      this.#options.onError?.(error)
    } else if (result.text !== text) this.#fail(`${line} is not about ${text}`)
    else this.#options.witness.promised(result.seq, text)
    if (this.#isStopping) this.#endIfDone()
    else this.#sendNext()
  }

  #endIfDone(): void {
    if (this.#unanswered.size === 0) this.#socket.end()
  }

  #fail(reason: string): void {
    this.#fault ??= new Error(reason)
    this.#socket.destroy()
  }
}

/** A line client that is subscribed to all messages, and passes them to `witness`, until the connection ends. */
export class Follower implements AsyncDisposable {
  readonly #socket: Socket
  readonly #closed: Promise<void>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  static async subscribed(path: string, witness: LineWitness): Promise<Follower> {
    const socket = connect({ path })
    const follower = new Follower(socket)
    socket.on('error', () => {}) // as above
    readLines(socket, (line) => {
      const { method, params } = JSON.parse(line) as Answer
      if (method === 'chat.message') witness.promised(params.message.seq, params.message.text)
    })
    await once(socket, 'connect')
    socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chat.subscribe', params: [] })}\n`)
    return follower
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.#closed
  }
}

/** Calls `onLine` with each whole line. What stands in an unfinished last one was not said. */
function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\r\n')
    rest = lines.pop()!
    for (const line of lines) onLine(line)
  })
}
