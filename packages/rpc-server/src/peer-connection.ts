/** A connection that carries one JSON value after another: raw lines, WebSocket messages, or the events of a stream. */
import { TOO_LONG, rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'
import type { Logger, Unsubscribe } from '@dchat/system'
import { encodeError } from './encode.ts'
import type { Answer, Caller, Dispatcher } from './dispatcher.ts'
import type { Entrance } from './entrance.ts'
import { InFlight } from './in-flight.ts'
import type { RpcLimits } from './limits.ts'
import type { RpcConnection } from './methods.ts'
import type { Rights } from './rights.ts'

const AUTH_FIRST = 'send rpc.auth [cookie or token] first, or set rpc_compat = true in [rpc] to let line clients in without it'

/** What a caller gets whose token was taken away. */
export const TOKEN_REVOKED: RpcError = rpcError('unauthorized', 'the token is not valid any more')

/** What carries the values. It tells the connection what happens through `Events`. */
export interface Carrier {
  readonly kind: 'line' | 'ws' | 'sse'
  /** Bytes that wait for the client. */
  readonly queuedBytes: number
  /** The next value that has come, `TOO_LONG` for one that was dropped, undefined when there is none. */
  next(): Buffer | typeof TOO_LONG | undefined
  pause(): void
  resume(): void
  /** An answer. */
  write(json: string): void
  notify(method: string, params: unknown): void
  /** As `RpcConnection.position`; left out by carriers that cannot tell. */
  position?(cursor: number): void
  /** Ends the connection once the client took what waits. */
  end(): void
  destroy(): void
}

export interface PeerConnectionOptions {
  readonly id: number
  readonly carrier: Carrier
  readonly dispatcher: Dispatcher
  readonly limits: RpcLimits
  readonly logger: Logger
  readonly entrance: Entrance
  /** Undefined when it has to authorise before it may call methods. */
  readonly rights: Rights | undefined
}

/** What a front gives; the rest is the server's. */
export type NewConnection = Pick<PeerConnectionOptions, 'carrier' | 'entrance' | 'rights'>

/** Reads while there is room, works on requests beside each other, and answers in the order they are done. */
export class PeerConnection implements RpcConnection, Caller {
  readonly id: number
  readonly kind: 'line' | 'ws' | 'sse'
  readonly entrance: Entrance
  readonly connection: RpcConnection = this
  readonly inFlight: InFlight
  readonly #carrier: Carrier
  readonly #dispatcher: Dispatcher
  readonly #limits: RpcLimits
  readonly #logger: Logger
  readonly #abort = new AbortController()
  readonly #drainListeners = new Set<() => void>()
  readonly #closeListeners = new Set<() => void>()
  /** 'ending': reads nothing more, answers what it works on, then ends. */
  #state: 'open' | 'ending' | 'closed' = 'open'
  #isPumping = false
  /** Reading stopped for want of room, so there may be more to read. */
  #isHeldBack = false
  #isEnded = false
  #unanswered = 0
  #rights: Rights | undefined
  #onAuthorised: () => void = () => {}

  constructor(options: PeerConnectionOptions) {
    this.id = options.id
    this.kind = options.carrier.kind
    this.entrance = options.entrance
    this.#rights = options.rights
    this.#carrier = options.carrier
    this.#dispatcher = options.dispatcher
    this.#limits = options.limits
    this.#logger = options.logger
    this.inFlight = new InFlight(options.limits.maxInFlight, () => this.pump())
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get rights(): Rights | undefined {
    return this.#rights
  }

  /** It has shown a secret: these are its rights from now on. */
  authorise(rights: Rights): void {
    this.#rights = rights
    this.#onAuthorised()
  }

  /** Calls `listener`, in place of any before, whenever it has shown a secret. */
  onAuthorised(listener: () => void): void {
    this.#onAuthorised = listener
  }

  readonly refusal = (): RpcError | undefined => {
    if (this.signal.aborted) return rpcError('stopping')
    if (this.#rights === undefined) return rpcError('unauthorized', AUTH_FIRST)
    return this.#rights.isRevoked ? TOKEN_REVOKED : undefined
  }

  notify(method: string, params: unknown): boolean {
    if (this.#state !== 'open' || this.#carrier.queuedBytes > this.#limits.maxQueuedBytes) return false
    if (this.#rights?.isRevoked === true) {
      this.end(TOKEN_REVOKED)
      return false
    }
    this.#carrier.notify(method, params)
    return true
  }

  position(cursor: number): void {
    if (this.#state === 'open') this.#carrier.position?.(cursor)
  }

  onDrain(listener: () => void): Unsubscribe {
    this.#drainListeners.add(listener)
    return () => this.#drainListeners.delete(listener)
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.#state === 'closed') this.#call(listener)
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** To be called when values have come, or there is room for more. */
  pump(): void {
    if (this.#isPumping || this.#state === 'closed') return
    this.#isPumping = true
    void this.#read().then(
      () => this.#endIfDone(),
      (error: unknown) => {
        this.#logger.error('RPC connection failed', { connectionId: this.id, error })
        this.#carrier.destroy()
      },
    )
  }

  /** The client has taken all that waited for it. */
  drained(): void {
    for (const listener of this.#drainListeners) this.#call(listener)
    this.pump()
  }

  /** The client sends nothing more; what it asked for is still answered. */
  ended(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.pump()
  }

  /** The connection is gone. */
  closed(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#abort.abort(rpcError('stopping', 'the connection has ended'))
    for (const listener of this.#closeListeners) this.#call(listener)
    this.#closeListeners.clear()
    this.#drainListeners.clear()
  }

  /** Reads nothing more: handlers that wait are told why, what is worked on is answered, then the connection ends. */
  end(reason: RpcError): void {
    if (this.#state === 'closed') return
    this.#state = 'ending'
    this.#carrier.pause()
    this.#abort.abort(reason)
    this.#endIfDone()
  }

  async #read(): Promise<void> {
    try {
      while (this.#state !== 'closed' && !this.signal.aborted) {
        this.#isHeldBack = this.inFlight.isFull || this.#carrier.queuedBytes > this.#limits.maxQueuedBytes
        if (this.#isHeldBack) {
          this.#carrier.pause()
          return
        }
        const value = this.#carrier.next()
        if (value === undefined) {
          this.#carrier.resume()
          return
        }
        if (value === TOO_LONG) this.#write(encodeError(null, this.#tooLong()))
        else await this.#start(value)
      }
    } finally {
      this.#isPumping = false
    }
  }

  async #start(value: Buffer): Promise<void> {
    this.#unanswered += 1
    const { done } = await this.#dispatcher.start(value, this)
    void done.then((answer) => this.#answer(answer))
  }

  #answer({ text, after }: Answer): void {
    this.#unanswered -= 1
    if (text !== undefined) this.#write(text)
    for (const action of after) this.#call(action)
    this.#endIfDone()
    this.pump()
  }

  #write(text: string): void {
    if (this.#state !== 'closed') this.#carrier.write(text)
  }

  #endIfDone(): void {
    if (this.#state !== 'ending' || this.#unanswered > 0 || this.#isEnded) return
    if ((this.#isPumping || this.#isHeldBack) && !this.signal.aborted) return
    this.#isEnded = true
    this.#carrier.end()
  }

  #tooLong(): RpcError {
    return rpcError('too_large', `a request has at most ${this.#limits.maxRequestBytes} bytes`)
  }

  #call(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#logger.error('RPC listener failed', { connectionId: this.id, error })
    }
  }
}
