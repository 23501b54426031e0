/** What a program gives the server: its methods, and what a handler gets besides its parameters. */
import { METHODS } from '@dchat/rpc/schemas'
import type { MethodName, MethodParams, MethodResult } from '@dchat/rpc'
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { Unsubscribe } from '@dchat/system'

export type CarrierKind = 'line' | 'ws' | 'sse' | 'http'

/** The connection a request came on. */
export interface RpcConnection {
  /** Unique within one server. */
  readonly id: number
  /** On 'http' there are no notifications: `notify` is always false there. */
  readonly kind: CarrierKind
  /**
   * Queues a notification. False when it was not queued: the client takes too little (`maxQueuedBytes` wait for it) or the
   * connection is ending. Then `onDrain` or `onClose` follows.
   */
  notify(method: string, params: unknown): boolean
  /** Tells where a subscription begins, for a client that is cut before its first notification. Only 'sse' has a way to say so. */
  position(cursor: number): void
  /** Called each time the client has taken all that waited for it. */
  onDrain(listener: () => void): Unsubscribe
  /** Called once, when the connection has ended; at once when it already has. */
  onClose(listener: () => void): Unsubscribe
}

export interface RpcContext {
  readonly connection: RpcConnection
  /** Aborts, with an `RpcError`, when the connection ends or the server stops; who waits then throws the signal's reason. */
  readonly signal: AbortSignal
  /** The methods this server offers that the caller may call. */
  callable(): readonly MethodSpec[]
  /** Runs `action` once the answer is queued for the client (HTTP: sent), or cannot be any more. */
  afterAnswer(action: () => void): void
  /** The name of the token the caller showed; undefined when it is the owner. */
  readonly token: string | undefined
  /** Whether there is such a method, and the caller has the right to call it. */
  mayCall(method: string): boolean
}

/** Gives the result, or throws an `RpcError` that becomes the answer; any other error is logged and answered with -32603. */
export type Handler = (params: Readonly<Record<string, unknown>>, context: RpcContext) => unknown

export interface Method {
  readonly spec: MethodSpec
  readonly handle: Handler
}

export type MethodTable = readonly Method[]

/** What handles each method of the contract. */
type Handlers = {
  [M in MethodName]: (params: MethodParams<M>, context: RpcContext) => MethodResult<M> | Promise<MethodResult<M>>
}

/** Binds the method of this name to its handler. The parameters are checked before the handler sees them. */
export function method<M extends MethodName>(name: M, handle: Handlers[M]): Method {
  const spec = METHODS.get(name)
  if (spec === undefined) throw new RangeError(`no such method: ${name}`)
  return { spec, handle: handle as unknown as Handler }
}
