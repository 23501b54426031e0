/** Raw line clients: their sockets become connections, on TCP with a secret first. */
import type { Socket } from 'node:net'
import type { Clock } from '@dchat/system'
import { DrainWatch } from './drain-watch.ts'
import type { Entrance } from './entrance.ts'
import { LineCarrier } from './line-carrier.ts'
import type { RpcLimits } from './limits.ts'
import type { NewConnection, PeerConnection } from './peer-connection.ts'
import { OWNER } from './rights.ts'

export interface LineFrontOptions {
  readonly clock: Clock
  readonly limits: RpcLimits
  /** Makes the connection of a carrier, known to the server from then on. */
  readonly open: (options: NewConnection) => PeerConnection
}

export class LineFront {
  readonly #options: LineFrontOptions

  constructor(options: LineFrontOptions) {
    this.#options = options
  }

  /** `first` is what the socket has sent already. */
  adopt(socket: Socket, first: Buffer, entrance: Entrance): void {
    const { clock, limits } = this.#options
    const watch = new DrainWatch(socket, { clock, stallMs: limits.stallMs, onStalled: () => socket.destroy() })
    const carrier = new LineCarrier(socket, { watch, maxBytes: limits.maxRequestBytes })
    const connection = this.#options.open({ carrier, entrance, rights: entrance.needsSecret ? undefined : OWNER })
    if (entrance.needsSecret) this.#awaitSecret(socket, connection)
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

  #awaitSecret(socket: Socket, connection: PeerConnection): void {
    const { clock, limits } = this.#options
    const timer = clock.setTimer(limits.authMs, () => socket.destroy(), { background: true })
    const cancel = (): void => timer.cancel()
    socket.once('close', cancel)
    connection.onAuthorised(cancel)
  }
}
