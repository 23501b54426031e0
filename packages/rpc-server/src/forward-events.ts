/** Events that go on to a client as notifications: one way for all programs that have some. */
import { rpcError } from '@dchat/rpc'
import type { Logger, Unsubscribe } from '@dchat/system'
import type { RpcConnection, RpcContext } from './methods.ts'

export interface EventSource<E> {
  /** The notification's method. */
  readonly name: string
  readonly logger: Logger
  /** The parameters of the notification. @default the event in an array */
  readonly paramsOf?: (event: E) => unknown
  /** Hears every event until the returned function is called. */
  subscribe(listener: (event: E) => void): Unsubscribe
}

/** @throws {RpcError} -32600 where there are no notifications: on HTTP */
export function checkCanNotify({ kind }: RpcConnection): void {
  if (kind !== 'http') return
  throw rpcError('invalid_request', 'HTTP has no notifications: subscribe over a WebSocket (/ws) or a line connection')
}

/**
 * Sends each event as a notification, once the call is answered, until the returned function is called:
 * whoever calls this ends it with the connection. Of what the client is too slow for nothing is kept: events are lost until it
 * has read (`maxQueuedBytes` wait for it), which is logged once each time.
 */
export function forwardEvents<E>(context: RpcContext, source: EventSource<E>): Unsubscribe {
  const { connection } = context
  const { paramsOf = (event: E) => [event] } = source
  let isAnswered = false
  let isLosing = false
  context.afterAnswer(() => {
    isAnswered = true
  })
  return source.subscribe((event) => {
    if (!isAnswered) return
    const isQueued = connection.notify(source.name, paramsOf(event))
    if (!isQueued && !isLosing)
      source.logger.warn('RPC client is too slow, network events are lost', { connectionId: connection.id })
    isLosing = !isQueued
  })
}
