/** Opens the socket of a client, with a deadline and a signal. */
import type { NetConnectOpts, Socket } from 'node:net'
import type { Clock } from '@dchat/system'
import type { RpcEndpoint } from './endpoint.ts'
import { RpcUnreachable } from './errors.ts'

export interface OpenSocketOptions {
  clock: Clock
  timeoutMs: number
  /** The endpoint as people read it. */
  address: string
  connect: (options: NetConnectOpts) => Socket
  signal?: AbortSignal
}

/**
 * @throws {RpcUnreachable} RPC_CONNECT_FAILED, RPC_TIMEOUT
 * @throws the signal's reason
 */
export function openSocket(endpoint: RpcEndpoint, options: OpenSocketOptions): Promise<Socket> {
  const { signal, address, timeoutMs } = options
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const socket = options.connect(
      endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port, noDelay: true },
    )
    const settle = (then: () => void): void => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
      socket.removeListener('error', onError)
      socket.removeListener('connect', onConnect)
      then()
    }
    const fail = (error: Error): void =>
      settle(() => {
        socket.on('error', () => {}) // the failure is told already; a late one has nobody to hear it
        socket.destroy()
        reject(error)
      })
    const onConnect = (): void => settle(() => resolve(socket))
    const onError = (cause: NodeJS.ErrnoException): void =>
      fail(new RpcUnreachable('RPC_CONNECT_FAILED', explain(cause, address), { cause }))
    const onAbort = (): void => fail(signal!.reason as Error)
    const timer = options.clock.setTimer(timeoutMs, () => {
      const text = {
        reason: `no connection to ${address} within ${timeoutMs} ms`,
        hint: 'see whether dchatd is running and answers',
      }
      fail(new RpcUnreachable('RPC_TIMEOUT', text))
    })
    socket.once('connect', onConnect)
    socket.once('error', onError)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

function explain(cause: NodeJS.ErrnoException, address: string): { reason: string; hint: string } {
  switch (cause.code ?? 'unknown') {
    case 'ENOENT':
      return { reason: `no daemon is running: ${address} does not exist`, hint: 'start the daemon with `dchatd`' }
    case 'ECONNREFUSED':
      return { reason: `no daemon listens at ${address}`, hint: 'start the daemon with `dchatd`' }
    case 'EACCES':
      return { reason: `no permission to open ${address}`, hint: 'the socket belongs to the user who runs dchatd' }
    default:
      return { reason: `${address} cannot be reached: ${cause.message}`, hint: 'check the address given by --rpc or DCHAT_RPC' }
  }
}
