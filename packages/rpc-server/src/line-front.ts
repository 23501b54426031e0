/** Raw line clients: their sockets become connections, on TCP with a cookie first. */
import type { Socket } from 'node:net'
import { rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'
import type { Clock } from '@dchat/system'
import { isSameSecret } from './cookie.ts'
import { DrainWatch } from './drain-watch.ts'
import { LineCarrier } from './line-carrier.ts'
import type { RpcLimits } from './limits.ts'
import { method } from './methods.ts'
import type { Method, RpcConnection } from './methods.ts'
import { PeerConnection } from './peer-connection.ts'
import type { PeerConnectionOptions } from './peer-connection.ts'

/** What a connection must show. `cookie` undefined: nothing. */
export interface LineAccess {
  readonly cookie: string | undefined
}

export interface LineFrontOptions {
  readonly clock: Clock
  readonly limits: RpcLimits
  /** Makes the connection of a carrier, known to the server from then on. */
  readonly open: (options: Pick<PeerConnectionOptions, 'carrier' | 'refusal'>) => PeerConnection
}

export class LineFront {
  readonly #options: LineFrontOptions
  /** Cookies that connections have not shown yet. */
  readonly #locked = new WeakMap<RpcConnection, { cookie: string; unlock: () => void }>()

  constructor(options: LineFrontOptions) {
    this.#options = options
  }

  /** `first` is what the socket has sent already. */
  adopt(socket: Socket, first: Buffer, access: LineAccess): void {
    const { clock, limits } = this.#options
    const watch = new DrainWatch(socket, { clock, stallMs: limits.stallMs, onStalled: () => socket.destroy() })
    const carrier = new LineCarrier(socket, { watch, maxBytes: limits.maxRequestBytes })
    let isLocked = access.cookie !== undefined
    const connection = this.#options.open({ carrier, refusal: () => (isLocked ? needsCookie() : undefined) })
    if (access.cookie !== undefined) {
      const timer = clock.setTimer(limits.authMs, () => socket.destroy(), { background: true })
      socket.once('close', () => timer.cancel())
      const unlock = (): void => {
        isLocked = false
        timer.cancel()
        this.#locked.delete(connection)
      }
      this.#locked.set(connection, { cookie: access.cookie, unlock })
    }
    socket.on('data', (chunk: Buffer) => {
      carrier.push(chunk)
      connection.pump()
    })
    socket.on('end', () => {
      const timer = clock.setTimer(limits.halfOpenMs, () => socket.destroy(), { background: true })
      socket.once('close', () => timer.cancel())
      carrier.pushEnd()
      connection.ended()
    })
    socket.on('drain', () => connection.drained())
    socket.on('close', () => connection.closed())
    carrier.push(first)
    connection.pump()
  }

  /** `rpc.auth`, which also answers true where no cookie is asked for. */
  get authMethod(): Method {
    return method('rpc.auth', ({ cookie }, { connection }) => {
      const lock = this.#locked.get(connection)
      if (lock === undefined) return true
      if (!isSameSecret(cookie, lock.cookie))
        throw rpcError('unauthorized', 'the cookie is wrong; it is new at each start of the daemon')
      lock.unlock()
      return true
    })
  }
}

function needsCookie(): RpcError {
  return rpcError(
    'unauthorized',
    'send rpc.auth [cookie] first, or set rpc_compat = true in [rpc] to let line clients in without it',
  )
}
