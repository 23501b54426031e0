/** One connection on which the same request is asked over and over; answers are counted, not parsed, so that the client costs little. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { NetConnectOpts, Socket } from 'node:net'
import { BenchError } from './rows.ts'

/** What is said on a connection. */
export interface Talk {
  readonly endpoint: NetConnectOpts
  /** Said first, and answered before anything else; to open a WebSocket. */
  readonly opening?: string
  readonly request: Buffer
  /** What each answer begins or ends with, once. */
  readonly mark: 'line end' | 'same length'
  /** A part of the first answer, to know it is one. */
  readonly expected: string
}

const LF = 0x0a

export class Exchange implements AsyncDisposable {
  readonly #talk: Talk
  readonly #socket: Socket
  #answerBytes = 0
  #spareBytes = 0
  #onAnswers: (count: number) => void = () => {}
  #onEnd: () => void = () => {}

  private constructor(talk: Talk, socket: Socket) {
    this.#talk = talk
    this.#socket = socket
  }

  /** @throws {BenchError} BENCH_DAEMON_FAILED when it answers something else than expected */
  static async open(talk: Talk): Promise<Exchange> {
    const socket = connect(talk.endpoint)
    socket.setNoDelay(true)
    await once(socket, 'connect')
    if (talk.opening !== undefined) {
      socket.write(talk.opening)
      await once(socket, 'data')
    }
    const exchange = new Exchange(talk, socket)
    socket.write(talk.request)
    const [first] = (await once(socket, 'data')) as [Buffer]
    if (!first.includes(talk.expected)) throw new BenchError('BENCH_DAEMON_FAILED', `dchatd answered ${first.toString()}`)
    exchange.#answerBytes = first.length
    socket.on('close', () => exchange.#onEnd())
    socket.on('data', (chunk: Buffer) => exchange.#onAnswers(exchange.#count(chunk)))
    return exchange
  }

  /** Asks `total` times with at most `window` unanswered. @throws {BenchError} BENCH_DAEMON_FAILED when the connection ends */
  run(total: number, window: number): Promise<void> {
    const { request } = this.#talk
    const many = Buffer.concat(Array.from({ length: window }, () => request))
    let asked = Math.min(window, total)
    let answered = 0
    return new Promise((resolve, reject) => {
      this.#onEnd = () => reject(new BenchError('BENCH_DAEMON_FAILED', 'dchatd ended a connection'))
      this.#onAnswers = (count) => {
        answered += count
        const more = Math.min(count, total - asked)
        asked += more
        if (more > 0) this.#socket.write(many.subarray(0, more * request.length))
        if (answered === total) resolve()
      }
      this.#socket.write(many.subarray(0, asked * request.length))
    })
  }

  /** Asks one after the other. @returns how long each took, in ms */
  async times(total: number): Promise<number[]> {
    const times: number[] = []
    for (let index = 0; index < total; index += 1) {
      const startMs = performance.now()
      await this.run(1, 1)
      times.push(performance.now() - startMs)
    }
    return times
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, 'close')
  }

  #count(chunk: Buffer): number {
    if (this.#talk.mark === 'same length') {
      const bytes = this.#spareBytes + chunk.length
      this.#spareBytes = bytes % this.#answerBytes
      return (bytes - this.#spareBytes) / this.#answerBytes
    }
    let count = 0
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) count += 1
    return count
  }
}
