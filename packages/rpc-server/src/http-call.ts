/** One HTTP request as a caller: it gets its answer and nothing else. */
import { rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'
import type { Unsubscribe } from '@dchat/system'
import type { Caller } from './dispatcher.ts'
import type { InFlight } from './in-flight.ts'
import type { RpcConnection } from './methods.ts'
import type { Rights } from './rights.ts'

const GONE = rpcError('stopping', 'the connection has ended')

export interface HttpCallOptions {
  readonly id: number
  readonly inFlight: InFlight
  /** It comes this far only with some. */
  readonly rights: Rights
  readonly onListenerError: (error: unknown) => void
}

export class HttpCall implements Caller, RpcConnection {
  readonly id: number
  readonly kind = 'http'
  readonly connection: RpcConnection = this
  readonly inFlight: InFlight
  readonly rights: Rights
  /** Made when somebody asks for its signal: few handlers wait. */
  #abort: AbortController | undefined
  #reason: RpcError | undefined
  readonly #closeListeners = new Set<() => void>()
  readonly #onListenerError: (error: unknown) => void
  #isClosed = false

  constructor(options: HttpCallOptions) {
    this.id = options.id
    this.inFlight = options.inFlight
    this.rights = options.rights
    this.#onListenerError = options.onListenerError
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#reason !== undefined) this.#abort.abort(this.#reason)
    return this.#abort.signal
  }

  readonly refusal = (): RpcError | undefined => (this.#reason === undefined ? undefined : rpcError('stopping'))

  notify(): boolean {
    return false
  }

  position(): void {}

  onDrain(): Unsubscribe {
    return () => {}
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.#isClosed) this.#call(listener)
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** A handler that waits is told why it is not to go on. */
  end(reason: RpcError): void {
    this.#reason ??= reason
    this.#abort?.abort(this.#reason)
  }

  /** The answer is sent, or the client is gone. */
  closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.end(GONE)
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
