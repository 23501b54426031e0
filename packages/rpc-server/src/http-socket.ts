/** What is known of a socket that speaks HTTP: how it came, what it works on, and how long it may take. */
import type { Socket } from 'node:net'
import type { Clock, Timer } from '@dchat/system'
import { DrainWatch } from './drain-watch.ts'
import type { Entrance } from './entrance.ts'
import { InFlight } from './in-flight.ts'
import type { RpcLimits } from './limits.ts'

export class HttpSocket {
  readonly socket: Socket
  readonly entrance: Entrance
  readonly inFlight: InFlight
  readonly watch: DrainWatch
  /** Requests that are not answered yet. */
  active = 0
  /** It is a WebSocket now, and its requests are another's. */
  isUpgraded = false
  /** Its last request is a stream of events: there is no answer after it. */
  isStreaming = false
  readonly #clock: Clock
  readonly #limits: RpcLimits
  #timer: Timer | undefined

  constructor(socket: Socket, entrance: Entrance, options: { clock: Clock; limits: RpcLimits }) {
    this.socket = socket
    this.entrance = entrance
    this.#clock = options.clock
    this.#limits = options.limits
    this.inFlight = new InFlight(options.limits.maxInFlight)
    this.watch = new DrainWatch(socket, {
      clock: options.clock,
      stallMs: options.limits.stallMs,
      onStalled: () => socket.destroy(),
    })
    socket.once('close', () => this.proceed())
  }

  awaitHeaders(): void {
    this.#await(this.#limits.headersMs)
  }

  awaitBody(): void {
    this.#await(this.#limits.bodyMs)
  }

  /** What was awaited has come. */
  proceed(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #await(limitMs: number): void {
    this.#timer?.cancel()
    if (!this.socket.destroyed) this.#timer = this.#clock.setTimer(limitMs, () => this.socket.destroy(), { background: true })
  }
}
