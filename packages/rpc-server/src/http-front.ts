/** HTTP and WebSocket clients. Loaded when the first of them comes: line clients never pay for Fastify. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { Clock, Logger } from '@dchat/system'
import { rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'
import type { Answer, Dispatcher } from './dispatcher.ts'
import type { Entrance } from './entrance.ts'
import { HTTP_REFUSALS } from './http-answers.ts'
import type { HttpRefusal } from './http-answers.ts'
import { createHttpApp } from './http-app.ts'
import type { HttpHandlers } from './http-app.ts'
import { HttpCall } from './http-call.ts'
import { judge } from './http-gate.ts'
import type { GatePolicy } from './http-gate.ts'
import { HttpSocket } from './http-socket.ts'
import type { RpcLimits } from './limits.ts'
import { TOKEN_REVOKED } from './peer-connection.ts'
import type { NewConnection, PeerConnection } from './peer-connection.ts'
import type { Rights } from './rights.ts'
import type { RpcCounts } from './rpc-counts.ts'
import type { Readiness, RpcServerOptions } from './server-options.ts'
import { SseCarrier } from './sse-carrier.ts'
import { WsCarrier } from './ws-carrier.ts'

export interface HttpFrontOptions {
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly limits: RpcLimits
  readonly counts: RpcCounts
  readonly logger: Logger
  /** As it is at the time of a request. */
  readonly policy: () => GatePolicy
  readonly readiness: () => Readiness
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly page: RpcServerOptions['page']
  readonly nextId: () => number
  /** Makes the connection of a carrier, known to the server from then on. */
  readonly open: (options: NewConnection) => PeerConnection
}

const STOPPING: RpcError = rpcError('stopping', 'the daemon stops')

export class HttpFront implements HttpHandlers {
  readonly #options: HttpFrontOptions
  readonly #sockets = new Map<Socket, HttpSocket>()
  readonly #calls = new Map<IncomingMessage, HttpCall>()
  /** Of requests that got in. */
  readonly #rights = new WeakMap<IncomingMessage, Rights>()
  /** Secrets of sessions that requests have opened. */
  readonly #sessions = new WeakMap<IncomingMessage, string>()
  #app: FastifyInstance | undefined
  #isStopping = false

  constructor(options: HttpFrontOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { limits, serverInfo, page } = this.#options
    this.#app = await createHttpApp({ limits, serverInfo, page, handlers: this })
  }

  /** Takes over a paused socket; `first` is what it has sent already. */
  adopt(socket: Socket, first: Buffer, entrance: Entrance): void {
    if (socket.destroyed || this.#app === undefined) return
    const { clock, limits } = this.#options
    const known = new HttpSocket(socket, entrance, { clock, limits })
    const { opened, closed } = this.#options.counts
    this.#sockets.set(socket, known)
    opened.http += 1
    socket.once('close', () => {
      this.#sockets.delete(socket)
      closed.http += 1
    })
    known.awaitHeaders()
    socket.unshift(first)
    this.#app.server.emit('connection', socket)
    // Node's parser would read the system's socket itself, past a TurnSocket that rests: not once there is a listener.
    if (entrance.isSecured) socket.on('data', () => {})
    socket.resume()
  }

  /** Tells handlers that wait, and ends connections once their requests are answered. */
  stop(): void {
    this.#isStopping = true
    for (const call of this.#calls.values()) call.end(STOPPING)
    for (const known of this.#sockets.values()) this.#endIfIdle(known)
  }

  /** Ends what is worked on for tokens that were taken away. */
  endRevoked(): void {
    for (const call of this.#calls.values()) if (call.rights.isRevoked) call.end(TOKEN_REVOKED)
  }

  /** To be called when its connections have ended. */
  async close(): Promise<void> {
    await this.#app?.close()
  }

  begin(request: IncomingMessage, response: ServerResponse): HttpRefusal | undefined {
    const known = this.#sockets.get(request.socket)
    if (known === undefined) return HTTP_REFUSALS.failed
    if (known.isStreaming) known.socket.destroy() // its answer would have to wait for the end of the stream
    known.proceed()
    known.active += 1
    response.once('close', () => this.#finished(known, request))
    const { method = '', url = '', headers } = request
    const path = url.split('?', 1)[0] ?? ''
    const verdict = judge({ method, path, headers }, known.entrance, this.#options.policy())
    if (!verdict.isIn) {
      this.#options.counts.noteRefusal(verdict.refusal.error)
      return verdict.refusal
    }
    if (verdict.rights !== undefined) this.#rights.set(request, verdict.rights)
    if ('session' in verdict) this.#sessions.set(request, verdict.session)
    if (known.active > this.#options.limits.maxInFlight) return HTTP_REFUSALS.inFlight
    delete headers['content-type'] // whatever it says, a body is JSON
    known.awaitBody()
    return undefined
  }

  bodyCame(request: IncomingMessage): void {
    this.#sockets.get(request.socket)?.proceed()
  }

  async call(body: Buffer, request: IncomingMessage): Promise<Answer> {
    const known = this.#sockets.get(request.socket)
    const rights = this.#rights.get(request)
    if (known === undefined || rights === undefined) return { text: undefined, after: [] } // the client is gone
    const call = new HttpCall({
      id: this.#options.nextId(),
      inFlight: known.inFlight,
      rights,
      onListenerError: (error) => this.failed(error),
    })
    this.#calls.set(request, call)
    if (this.#isStopping) call.end(STOPPING)
    const { done } = await this.#options.dispatcher.start(body, call)
    const answer = await done
    for (const action of answer.after) call.onClose(action)
    return answer
  }

  sent(request: IncomingMessage): void {
    this.#sockets.get(request.socket)?.watch.wrote()
  }

  upgraded(ws: WebSocket, request: IncomingMessage): void {
    const known = this.#sockets.get(request.socket)
    const rights = this.#rights.get(request)
    if (known === undefined || rights === undefined || this.#isStopping) {
      ws.terminate()
      return
    }
    known.isUpgraded = true
    known.proceed()
    const carrier = new WsCarrier(ws, { socket: known.socket, watch: known.watch })
    const connection = this.#options.open({ carrier, entrance: known.entrance, rights })
    ws.on('message', (message: Buffer) => {
      carrier.push(message)
      connection.pump()
    })
    ws.on('close', () => connection.closed())
    known.socket.on('drain', () => connection.drained())
  }

  stream(params: Record<string, unknown>, request: IncomingMessage, response: ServerResponse): void {
    const known = this.#sockets.get(request.socket)
    const rights = this.#rights.get(request)
    if (known === undefined || rights === undefined || this.#isStopping) {
      response.destroy()
      return
    }
    known.isStreaming = true
    const { clock, limits } = this.#options
    const subscribe = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: null, method: 'chat.subscribe', params }))
    const carrier = new SseCarrier(response, { request: subscribe, watch: known.watch, clock, heartbeatMs: limits.heartbeatMs })
    const connection = this.#options.open({ carrier, entrance: known.entrance, rights })
    const onDrain = (): void => connection.drained()
    known.socket.on('drain', onDrain)
    response.once('close', () => {
      known.isStreaming = false
      known.socket.removeListener('drain', onDrain)
      connection.closed()
    })
    connection.pump()
  }

  session(request: IncomingMessage): string | undefined {
    return this.#sessions.get(request)
  }

  readiness(): Readiness {
    return this.#options.readiness()
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
