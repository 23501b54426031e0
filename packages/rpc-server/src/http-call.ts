/** One HTTP request as a caller: it gets its answer and nothing else. */
import { rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'
import type { Unsubscribe } from '@dchat/system'
import type { Caller } from './dispatcher.ts'
import type { InFlight } from './in-flight.ts'
import type { RpcConnection } from './methods.ts'

export class HttpCall implements Caller, RpcConnection {
  readonly id: number
  readonly kind = 'http'
  readonly connection: RpcConnection = this
  readonly inFlight: InFlight
  readonly #abort = new AbortController()
  readonly #closeListeners = new Set<() => void>()
  readonly #onListenerError: (error: unknown) => void
  #isClosed = false

  constructor(id: number, inFlight: InFlight, onListenerError: (error: unknown) => void) {
    this.id = id
    this.inFlight = inFlight
    this.#onListenerError = onListenerError
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Requests come this far only with credentials. */
  readonly refusal = (): RpcError | undefined => (this.signal.aborted ? rpcError('stopping') : undefined)

  notify(): boolean {
    return false
  }

  onDrain(): Unsubscribe {
    return () => {}
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.#isClosed) this.#call(listener)
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** The server stops: a handler that waits is told. */
  stop(): void {
    this.#abort.abort(rpcError('stopping', 'the daemon stops'))
  }

  /** The answer is sent, or the client is gone. */
  closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#abort.abort(rpcError('stopping', 'the connection has ended'))
    for (const listener of this.#closeListeners) this.#call(listener)
    this.#closeListeners.clear()
  }

  #call(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      this.#onListenerError(error)
    }
  }
}
