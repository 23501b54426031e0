/** From an accepted socket to a front: places, the TLS handshake, the first byte. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { rpcError } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import type { Clock, Logger } from '@dchat/system'
import { Admission } from './admission.ts'
import { encodeError } from './encode.ts'
import type { Entrance } from './entrance.ts'
import { isLineClient, readFirst } from './first-byte.ts'
import { HTTP_REFUSALS, rawHttpAnswer } from './http-answers.ts'
import type { RpcLimits } from './limits.ts'
import type { RpcCounts } from './rpc-counts.ts'
import type { TlsFront } from './tls-front.ts'

export interface DoorwayOptions {
  readonly limits: RpcLimits
  readonly clock: Clock
  readonly counts: RpcCounts
  readonly logger: Logger
  /** Whether there is a Unix socket, for which places are kept. */
  readonly hasUnix: boolean
  /** What has sent its first bytes, paused. */
  readonly toLines: (socket: Socket, first: Buffer, entrance: Entrance) => void
  readonly toHttp: (socket: Socket, first: Buffer, entrance: Entrance) => void
}

export class Doorway {
  readonly #options: DoorwayOptions
  readonly #admission: Admission
  readonly #sockets = new Set<Socket>()
  /** Those of them whose language is not known, and those that are refused. */
  readonly #strangers = new Set<Socket>()
  #tls: TlsFront | undefined
  #refusals = 0
  #isClosed = false

  constructor(options: DoorwayOptions) {
    this.#options = options
    this.#admission = new Admission(options.limits, options.hasUnix)
  }

  /** To be called before sockets of addresses with TLS are accepted. */
  secureBy(tls: TlsFront): void {
    this.#tls = tls
  }

  accept(socket: Socket, address: RpcAddress): void {
    this.#keep(socket)
    if (this.#isClosed) {
      socket.destroy()
      return
    }
    const isSecured = address.kind === 'tcp' && address.tls
    if (!this.#admission.enter(address.kind)) {
      this.#options.counts.refused.too_many += 1
      if (isSecured) socket.destroy() // it could be told only after a handshake, which is more work than it is worth
      else this.#refuse(socket)
      return
    }
    socket.once('close', () => this.#admission.leave(address.kind))
    const isTcp = address.kind === 'tcp'
    const entrance = {
      address: isTcp ? (socket.remoteAddress ?? 'unknown') : 'unix',
      isSecured,
      checksHost: isTcp,
      needsSecret: isTcp,
    }
    if (isSecured) this.#shakeHands(socket, entrance)
    else this.#greet(socket, entrance)
  }

  /** Accepts nothing more, and ends those that have not said what they speak. */
  close(): void {
    this.#isClosed = true
    for (const socket of this.#strangers) socket.destroy()
  }

  /** Ends all connections at once. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Resolves when all connections have ended. */
  async emptied(): Promise<void> {
    await Promise.all(Array.from(this.#sockets, (socket) => once(socket, 'close')))
  }

  #keep(socket: Socket): void {
    socket.on('error', (error) => this.#options.logger.debug('RPC connection failed', { error }))
    this.#sockets.add(socket)
    this.#strangers.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#strangers.delete(socket)
    })
  }

  #shakeHands(socket: Socket, entrance: Entrance): void {
    const { clock, limits } = this.#options
    const secured = this.#tls!.wrap(socket)
    this.#keep(secured)
    const giveUp = (): void => {
      secured.destroy()
    }
    const timer = clock.setTimer(limits.handshakeMs, giveUp, { background: true })
    secured.once('end', giveUp)
    secured.once('close', () => {
      timer.cancel()
      socket.destroy()
    })
    secured.once('secure', () => {
      timer.cancel()
      secured.removeListener('end', giveUp)
      this.#strangers.delete(socket)
      this.#greet(secured, entrance)
    })
  }

  #greet(socket: Socket, entrance: Entrance): void {
    const { clock, limits, toLines, toHttp } = this.#options
    // Who reaches the socket of the owner is known before he says a word.
    const firstByteMs = entrance.needsSecret ? limits.firstByteMs : undefined
    readFirst(socket, { clock, firstByteMs }, (first) => {
      this.#strangers.delete(socket)
      if (isLineClient(first)) toLines(socket, first, entrance)
      else toHttp(socket, first, entrance)
    })
  }

  /** There is no place for it: it is told so in its own language, if not too many are being told already. */
  #refuse(socket: Socket): void {
    const { clock, limits } = this.#options
    if (this.#refusals >= limits.maxRefusals) {
      socket.destroy()
      return
    }
    this.#refusals += 1
    socket.once('close', () => {
      this.#refusals -= 1
    })
    const { firstByteMs } = limits
    readFirst(socket, { clock, firstByteMs }, (first) => {
      const line = `${encodeError(null, rpcError('too_many', 'too many connections are open'))}\r\n`
      socket.end(isLineClient(first) ? line : rawHttpAnswer(HTTP_REFUSALS.connections))
      const timer = clock.setTimer(firstByteMs, () => socket.destroy(), { background: true })
      socket.once('close', () => timer.cancel())
      socket.once('end', () => socket.destroy())
      socket.resume()
    })
  }
}
