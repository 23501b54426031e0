/**
 * Server-sent events: one request, whose answer opens the stream or refuses it, then notifications.
 *
 *   retry: 2000
 *
 *   id: 16                    where it begins: a block without data is no event, but the client remembers its id
 *
 *   id: 17                    the cursor, so that a client that connects again says from where (`Last-Event-ID`)
 *   event: chat.message
 *   data: {"subscription":"chat-1","message":{…}}
 *
 *   id: 12
 *   event: chat.lagged        the last one: the stream ends, and the client that connects again misses nothing
 *   data: {"subscription":"chat-1","resume":12}
 *
 *   :                         nothing happened for a while
 */
import type { ServerResponse } from 'node:http'
import type { TOO_LONG } from '@dchat/rpc'
import type { Clock, Timer } from '@dchat/system'
import type { DrainWatch } from './drain-watch.ts'
import { statusOf } from './http-answers.ts'
import type { Carrier } from './peer-connection.ts'

export interface SseCarrierOptions {
  /** The request that subscribes, as JSON. */
  readonly request: Buffer
  readonly watch: DrainWatch
  readonly clock: Clock
  readonly heartbeatMs: number
}

/** After how long a client is to connect again. */
const RETRY_MS = 2_000
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // proxies are to hand on what comes
}

export class SseCarrier implements Carrier {
  readonly kind = 'sse'
  readonly #response: ServerResponse
  readonly #options: SseCarrierOptions
  #request: Buffer | undefined
  #heartbeat: Timer | undefined

  constructor(response: ServerResponse, options: SseCarrierOptions) {
    this.#response = response
    this.#options = options
    this.#request = options.request
    response.once('close', () => this.#heartbeat?.cancel())
  }

  get queuedBytes(): number {
    return this.#response.writableLength
  }

  next(): Buffer | typeof TOO_LONG | undefined {
    const request = this.#request
    this.#request = undefined
    return request
  }

  pause(): void {} // nothing more is read of it

  resume(): void {}

  /** The answer to the request. */
  write(json: string): void {
    const { error } = JSON.parse(json) as { error?: { code: number } }
    if (error === undefined) {
      this.#response.writeHead(200, HEADERS)
      this.#send(`retry: ${RETRY_MS}\n\n`)
      this.#beatLater()
      return
    }
    const status = statusOf(error.code)
    const headers = status === 429 ? { 'retry-after': '1' } : {}
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers })
    this.#response.end(json)
  }

  notify(method: string, params: unknown): void {
    const { message, resume } = params as { message?: { seq: number }; resume?: number }
    const id = message?.seq ?? resume
    this.#send(`${id === undefined ? '' : `id: ${id}\n`}event: ${method}\ndata: ${JSON.stringify(params)}\n\n`)
    if (method === 'chat.lagged') this.end()
  }

  position(cursor: number): void {
    this.#send(`id: ${cursor}\n\n`)
  }

  end(): void {
    this.#response.end()
  }

  destroy(): void {
    this.#response.destroy()
  }

  #send(text: string): void {
    if (this.#response.writableEnded) return
    this.#response.write(text)
    this.#options.watch.wrote()
  }

  #beatLater(): void {
    const { clock, heartbeatMs } = this.#options
    this.#heartbeat = clock.setTimer(
      heartbeatMs,
      () => {
        if (this.queuedBytes === 0) this.#send(':\n\n')
        this.#beatLater()
      },
      { background: true },
    )
  }
}
