/** HTTP and WebSocket clients. Loaded when the first of them comes: line clients never pay for Fastify. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { Clock, Logger } from '@dchat/system'
import type { Dispatcher } from './dispatcher.ts'
import { HTTP_REFUSALS } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import { createHttpApp } from './http-app.ts'
import type { HttpHandlers } from './http-app.ts'
import { HttpCall } from './http-call.ts'
import { findRefusal } from './http-gate.ts'
import type { GatePolicy } from './http-gate.ts'
import { HttpSocket } from './http-socket.ts'
import type { HttpAccess } from './http-socket.ts'
import type { RpcLimits } from './limits.ts'
import type { PeerConnection, PeerConnectionOptions } from './peer-connection.ts'
import { WsCarrier } from './ws-carrier.ts'

export interface HttpFrontOptions {
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly limits: RpcLimits
  readonly logger: Logger
  readonly policy: GatePolicy
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly nextId: () => number
  /** Makes the connection of a carrier, known to the server from then on. */
  readonly open: (options: Pick<PeerConnectionOptions, 'carrier' | 'refusal'>) => PeerConnection
}

export class HttpFront implements HttpHandlers {
  readonly #options: HttpFrontOptions
  readonly #sockets = new Map<Socket, HttpSocket>()
  readonly #calls = new Map<IncomingMessage, HttpCall>()
  #app: FastifyInstance | undefined
  #isStopping = false

  constructor(options: HttpFrontOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { limits, serverInfo } = this.#options
    this.#app = await createHttpApp({ limits, serverInfo, handlers: this })
  }

  /** Takes over a paused socket; `first` is what it has sent already. */
  adopt(socket: Socket, first: Buffer, access: HttpAccess): void {
    if (socket.destroyed || this.#app === undefined) return
    const { clock, limits } = this.#options
    const known = new HttpSocket(socket, access, { clock, limits })
    this.#sockets.set(socket, known)
    socket.once('close', () => this.#sockets.delete(socket))
    known.awaitHeaders()
    socket.unshift(first)
    this.#app.server.emit('connection', socket)
    socket.resume()
  }

  /** Tells handlers that wait, and ends connections once their requests are answered. */
  stop(): void {
    this.#isStopping = true
    for (const call of this.#calls.values()) call.stop()
    for (const known of this.#sockets.values()) this.#endIfIdle(known)
  }

  /** To be called when its connections have ended. */
  async close(): Promise<void> {
    await this.#app?.close()
  }

  begin(request: IncomingMessage, response: ServerResponse): HttpRefusal | undefined {
    const known = this.#sockets.get(request.socket)
    if (known === undefined) return HTTP_REFUSALS.failed
    known.proceed()
    known.active += 1
    response.once('close', () => this.#finished(known, request))
    const { method = '', url = '', headers } = request
    const refusal = findRefusal({ method, path: url.split('?', 1)[0] ?? '', headers }, known.access, this.#options.policy)
    if (refusal !== undefined) return refusal
    if (known.active > this.#options.limits.maxInFlight) return HTTP_REFUSALS.inFlight
    known.awaitBody()
    return undefined
  }

  bodyCame(request: IncomingMessage): void {
    this.#sockets.get(request.socket)?.proceed()
  }

  async call(body: Buffer, request: IncomingMessage): Promise<string | undefined> {
    const known = this.#sockets.get(request.socket)
    if (known === undefined) return undefined // the client is gone
    const call = new HttpCall(this.#options.nextId(), known.inFlight, (error) => this.failed(error))
    this.#calls.set(request, call)
    if (this.#isStopping) call.stop()
    const { done } = await this.#options.dispatcher.start(body, call)
    const { text, after } = await done
    for (const action of after) call.onClose(action)
    return text
  }

  sent(request: IncomingMessage): void {
    this.#sockets.get(request.socket)?.watch.wrote()
  }

  upgraded(ws: WebSocket, request: IncomingMessage): void {
    const known = this.#sockets.get(request.socket)
    if (known === undefined || this.#isStopping) {
      ws.terminate()
      return
    }
    known.isUpgraded = true
    known.proceed()
    const carrier = new WsCarrier(ws, { socket: known.socket, watch: known.watch })
    const connection = this.#options.open({ carrier, refusal: () => undefined })
    ws.on('message', (message: Buffer) => {
      carrier.push(message)
      connection.pump()
    })
    ws.on('close', () => connection.closed())
    known.socket.on('drain', () => connection.drained())
  }

  failed(error: unknown): void {
    this.#options.logger.error('RPC over HTTP failed', { error })
  }

  #finished(known: HttpSocket, request: IncomingMessage): void {
    known.active -= 1
    this.#calls.get(request)?.closed()
    this.#calls.delete(request)
    if (known.isUpgraded || known.active > 0) return
    known.awaitHeaders()
    if (this.#isStopping) this.#endIfIdle(known)
  }

  #endIfIdle(known: HttpSocket): void {
    if (!known.isUpgraded && known.active === 0) known.socket.destroySoon()
  }
}
