/** What is known of a socket that speaks HTTP: how it came, what it works on, and how long it may take. */
import type { Socket } from 'node:net'
import type { Clock, Timer } from '@dchat/system'
import { DrainWatch } from './drain-watch.ts'
import { InFlight } from './in-flight.ts'
import type { RpcLimits } from './limits.ts'

/** How a connection came, and what it has to show. */
export interface HttpAccess {
  /** Host names are checked on TCP only: what reaches a Unix socket is on this machine. */
  readonly checksHost: boolean
  readonly cookie: string | undefined
}

export class HttpSocket {
  readonly socket: Socket
  readonly access: HttpAccess
  readonly inFlight: InFlight
  readonly watch: DrainWatch
  /** Requests that are not answered yet. */
  active = 0
  /** It is a WebSocket now, and its requests are another's. */
  isUpgraded = false
  readonly #clock: Clock
  readonly #limits: RpcLimits
  #timer: Timer | undefined

  constructor(socket: Socket, access: HttpAccess, options: { clock: Clock; limits: RpcLimits }) {
    this.socket = socket
    this.access = access
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
