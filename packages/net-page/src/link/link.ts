/** Keeps the page in touch with the daemon: opens, asks, hears, and tries again with growing waits. */
import { LISTS_EVERY_MS, STATUS_EVERY_MS } from '../limits.ts'
import { safeText } from '../format.ts'
import type { Action, LinkState } from '../state.ts'
import { BackOff } from './back-off.ts'
import { NO_SECRET, openDoor } from './door.ts'
import { CallRefused, LinkLost, RpcSocket } from './rpc-socket.ts'
import { forgetSession, keepSession, takeSecret } from './secret-keeper.ts'
import type { KeeperDeps } from './secret-keeper.ts'

export interface LinkOptions {
  readonly browser: KeeperDeps & { readonly location: Pick<Location, 'protocol' | 'host'> }
  readonly dispatch: (action: Action) => void
  /** Something went wrong that is no matter of the network: a mistake in the page. */
  readonly failed: (error: unknown) => void
}

export class Link {
  readonly #options: LinkOptions
  readonly #backOff = new BackOff(Math.random)
  #socket: RpcSocket | undefined
  #secret: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Of `performance.now`. */
  #listsDueMs = 0

  constructor(options: LinkOptions) {
    this.#options = options
  }

  start(): void {
    this.#secret = takeSecret(this.#options.browser)
    if (this.#secret === undefined) this.#tell({ at: 'locked', text: NO_SECRET })
    else this.#begin()
  }

  /** Opens with what the user has entered. */
  enter(secret: string): void {
    this.#secret = secret
    this.#begin()
  }

  #begin(): void {
    this.#socket?.close()
    this.#tell({ at: 'opening' })
    this.#connect().catch((error: unknown) => this.#lost(error))
  }

  async #connect(): Promise<void> {
    const answer = await openDoor(this.#secret!)
    if (answer.kind === 'locked') {
      this.#lock(answer.text)
      return
    }
    if (answer.kind === 'later') {
      this.#retry(answer.text, answer.afterMs)
      return
    }
    this.#secret = answer.session
    keepSession(answer.session, this.#options.browser)
    const { protocol, host } = this.#options.browser.location
    const socket = await RpcSocket.open(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`, {
      session: answer.session,
      events: { told: (method, params) => this.#told(method, params), closed: () => this.#closed(socket) },
    })
    this.#socket = socket
    this.#listsDueMs = 0
    await this.#ask(socket)
    await socket.call('net.subscribe')
    this.#backOff.reset()
    this.#tell({ at: 'live' })
  }

  /** Asks for what is shown, and again after a while. */
  async #ask(socket: RpcSocket): Promise<void> {
    const { dispatch } = this.#options
    if (performance.now() >= this.#listsDueMs) {
      dispatch({ type: 'node', node: await socket.call('node.get_info') })
      dispatch({ type: 'hosts', hosts: await socket.call('hosts.list') })
      this.#listsDueMs = performance.now() + LISTS_EVERY_MS
    }
    dispatch({ type: 'status', status: await socket.call('net.status'), atMs: performance.now() })
    this.#after(STATUS_EVERY_MS, () => this.#ask(socket))
  }

  #told(method: string, params: unknown): void {
    if (method !== 'net.event') return
    const { time, event, info } = params as { time: number; event: string; info: unknown }
    this.#options.dispatch({ type: 'event', timeMs: time, event, info })
  }

  #closed(socket: RpcSocket): void {
    if (socket === this.#socket) this.#lost(new LinkLost('the connection has ended'))
  }

  #lost(error: unknown): void {
    const socket = this.#socket
    this.#socket = undefined
    clearTimeout(this.#timer)
    socket?.close()
    if (error instanceof CallRefused && (error.kind === 'unauthorized' || error.kind === 'forbidden'))
      this.#lock(`The daemon refuses what this page asks for: ${safeText(error.message)}.`)
    else if (error instanceof LinkLost || error instanceof CallRefused) this.#retry('The connection to the daemon has ended.')
    else {
      this.#options.failed(error)
      this.#retry('The page could not go on.')
    }
  }

  #lock(text: string): void {
    this.#secret = undefined
    forgetSession(this.#options.browser)
    this.#tell({ at: 'locked', text })
  }

  #retry(text: string, afterMs = this.#backOff.next()): void {
    if (this.#secret === undefined) return
    this.#tell({ at: 'waiting', text, retryMs: afterMs })
    this.#after(afterMs, () => this.#connect())
  }

  /** In place of what was to be done later before. */
  #after(waitMs: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      work().catch((error: unknown) => this.#lost(error))
    }, waitMs)
  }

  #tell(link: LinkState): void {
    this.#options.dispatch({ type: 'link', link })
  }
}
