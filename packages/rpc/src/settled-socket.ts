/** Waits until a client's socket is ready, with a deadline and a signal. */
import type { Socket } from 'node:net'
import type { Clock } from '@dchat/system'
import { RpcUnreachable } from './errors.ts'

export interface SocketWait {
  clock: Clock
  timeoutMs: number
  /** The endpoint as people read it. */
  address: string
  signal?: AbortSignal
}

export interface SettledOptions extends SocketWait {
  /** What it waits for. */
  event: string
  explain: (cause: NodeJS.ErrnoException) => RpcUnreachable
}

/**
 * Waits for an event of a socket, which is destroyed when it fails, when the time is up, and when the signal aborts.
 * @throws {RpcUnreachable} what `explain` makes of the failure; RPC_TIMEOUT
 * @throws the signal's reason
 */
export function settledSocket<S extends Socket>(socket: S, options: SettledOptions): Promise<S> {
  const { signal, address, timeoutMs, event } = options
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
      socket.removeListener('error', onError)
      socket.removeListener(event, onConnect)
      then()
    }
    const fail = (error: Error): void =>
      settle(() => {
        socket.on('error', () => {}) // the failure is told already; a late one has nobody to hear it
        socket.destroy()
        reject(error)
      })
    const onConnect = (): void => settle(() => resolve(socket))
    const onError = (cause: NodeJS.ErrnoException): void => fail(options.explain(cause))
    const onAbort = (): void => fail(signal!.reason as Error)
    const timer = options.clock.setTimer(timeoutMs, () => {
      const text = {
        reason: `no connection to ${address} within ${timeoutMs} ms`,
        hint: 'see whether dchatd is running and answers',
      }
      fail(new RpcUnreachable('RPC_TIMEOUT', text))
    })
    socket.once(event, onConnect)
    socket.once('error', onError)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
