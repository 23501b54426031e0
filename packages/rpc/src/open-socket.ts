/** Opens the socket of a client, inside TLS where the address says so, with a deadline and a signal. */
import type { NetConnectOpts, Socket } from 'node:net'
import type { RpcEndpoint } from './endpoint.ts'
import { RpcUnreachable } from './errors.ts'
import { settledSocket } from './settled-socket.ts'
import type { SocketWait } from './settled-socket.ts'

export interface OpenSocketOptions extends SocketWait {
  connect: (options: NetConnectOpts) => Socket
}

/**
 * @throws {RpcUnreachable} RPC_CONNECT_FAILED, RPC_TIMEOUT; with TLS also RPC_TLS_FAILED, RPC_CERTIFICATE_WRONG
 * @throws the signal's reason
 */
export async function openSocket(endpoint: RpcEndpoint, options: OpenSocketOptions): Promise<Socket> {
  options.signal?.throwIfAborted()
  if (endpoint.kind === 'unix') return connected(options.connect({ path: endpoint.path }), options)
  const { host, port } = endpoint
  const startMs = options.clock.monotonicMs()
  const tls = endpoint.tls ? await import('./secured.ts') : undefined
  const socket = await connected(options.connect({ host, port, noDelay: true }), options)
  if (tls === undefined) return socket
  const timeoutMs = Math.max(0, options.timeoutMs - (options.clock.monotonicMs() - startMs))
  return tls.secured(socket, endpoint, { ...options, timeoutMs })
}

function connected(socket: Socket, options: OpenSocketOptions): Promise<Socket> {
  return settledSocket(socket, { ...options, event: 'connect', explain: (cause) => refused(cause, options.address) })
}

function refused(cause: NodeJS.ErrnoException, address: string): RpcUnreachable {
  return new RpcUnreachable('RPC_CONNECT_FAILED', explain(cause, address), { cause })
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
