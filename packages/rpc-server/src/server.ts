/** Puts the server together: addresses, first bytes, the two fronts, and the stop that leaves nothing behind. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { formatRpcAddress, rpcError } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import { SystemClock, silentLogger } from '@dchat/system'
import type { Clock, Logger } from '@dchat/system'
import { isLoopbackName } from './access.ts'
import { Admission } from './admission.ts'
import { discoveryMethods } from './discovery-methods.ts'
import { Dispatcher, encodeError } from './dispatcher.ts'
import { RpcServerError } from './errors.ts'
import { isLineClient, readFirst } from './first-byte.ts'
import { HTTP_REFUSALS, rawHttpAnswer } from './http-answers.ts'
import type { HttpFront } from './http-front.ts'
import { DEFAULT_RPC_LIMITS } from './limits.ts'
import type { RpcLimits } from './limits.ts'
import { LineFront } from './line-front.ts'
import { listen } from './listening.ts'
import type { Listening } from './listening.ts'
import type { MethodTable } from './methods.ts'
import { PeerConnection } from './peer-connection.ts'
import type { PeerConnectionOptions } from './peer-connection.ts'

export interface RpcServerOptions {
  /** Where to listen; all of them or none. */
  readonly listen: readonly RpcAddress[]
  readonly methods: MethodTable
  /** What callers on TCP have to show, and the file they find it in. Needed when `listen` has a TCP address. */
  readonly auth?: { readonly cookie: string; readonly cookiePath: string }
  /** Lets line clients on TCP in without the cookie; loopback only. @default false */
  readonly rpcCompat?: boolean
  /** Further names a Host header may have, `name` or `name:port`. @default [] */
  readonly allowedHosts?: readonly string[]
  /** Web pages that may call, as `https://host`. @default [] */
  readonly allowedOrigins?: readonly string[]
  /** These are answered with -32601; `rpc.auth` cannot be disabled. @default [] */
  readonly disabledMethods?: readonly string[]
  readonly limits?: Partial<RpcLimits>
  /** @default the machine's clock */
  readonly clock?: Clock
  readonly logger?: Logger
  /** Shown to who opens the address in a browser. */
  readonly serverInfo: { readonly name: string; readonly version: string }
}

export interface RpcServer {
  /**
   * Listens. Resolves when clients can connect.
   * @throws {RpcServerError} RPC_ADDRESS_IN_USE, RPC_LISTEN_FAILED, RPC_LISTEN_EXPOSED, RPC_COOKIE_MISSING
   */
  start(): Promise<void>
  /**
   * Accepts nothing more, answers what it works on (handlers that wait are told by their signal), and ends all connections within
   * `stopMs`. Calling it again waits for the same stop. A stopped server does not start again.
   */
  stop(): Promise<void>
  /** Where it listens, with real ports; empty before `start` and after `stop`. */
  readonly addresses: readonly RpcAddress[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Nothing is opened before `start`. */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  return new Server(options)
}

class Server implements RpcServer {
  readonly #options: RpcServerOptions
  readonly #limits: RpcLimits
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #dispatcher: Dispatcher
  readonly #admission: Admission
  readonly #lines: LineFront
  readonly #ports = new Set<number>()
  readonly #sockets = new Set<Socket>()
  /** Those of them whose language is not known, and those that are refused. */
  readonly #strangers = new Set<Socket>()
  readonly #connections = new Set<PeerConnection>()
  #listening: Listening[] = []
  #http: Promise<HttpFront> | undefined
  #lastId = 0
  #refusals = 0
  #started: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(options: RpcServerOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_RPC_LIMITS, ...options.limits }
    this.#clock = options.clock ?? new SystemClock()
    this.#logger = options.logger ?? silentLogger
    this.#admission = new Admission(
      this.#limits,
      options.listen.some(({ kind }) => kind === 'unix'),
    )
    this.#lines = new LineFront({ clock: this.#clock, limits: this.#limits, open: (carrier) => this.#open(carrier) })
    this.#dispatcher = new Dispatcher({
      methods: [...options.methods, this.#lines.authMethod, ...discoveryMethods(options.serverInfo.name)],
      disabledMethods: options.disabledMethods ?? [],
      limits: this.#limits,
      logger: this.#logger,
    })
  }

  get addresses(): readonly RpcAddress[] {
    return this.#listening.map(({ address }) => address)
  }

  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<void> {
    for (const address of this.#options.listen) this.#check(address)
    try {
      for (const address of this.#options.listen) {
        if (this.#stopped !== undefined) return
        const listening = await listen(address, (socket) => this.#accept(socket, address.kind))
        this.#listening.push(listening)
        if (listening.address.kind === 'tcp') this.#ports.add(listening.address.port)
      }
    } catch (error) {
      await this.#closeListening()
      throw error
    }
  }

  #check(address: RpcAddress): void {
    if (address.kind === 'unix') return
    const text = formatRpcAddress(address)
    if (this.#options.auth === undefined) throw new RpcServerError('RPC_COOKIE_MISSING', { address: text })
    if (address.tls) throw new RpcServerError('RPC_TLS_MISSING', { address: text })
    if (isLoopbackName(address.host)) return
    if (this.#options.rpcCompat === true) throw new RpcServerError('RPC_LISTEN_EXPOSED', { address: text })
    this.#logger.warn('RPC is open to other machines, and not encrypted', { address: text })
  }

  async #stop(): Promise<void> {
    await this.#started?.catch(() => {}) // who called start was told
    const closing = this.#closeListening()
    for (const socket of this.#strangers) socket.destroy()
    for (const connection of this.#connections) connection.stop()
    const http = await this.#http?.catch(() => undefined) // who asked for it was told
    http?.stop()
    const timer = this.#clock.setTimer(this.#limits.stopMs, () => {
      for (const socket of this.#sockets) socket.destroy()
    })
    await closing
    timer.cancel()
    await Promise.all(Array.from(this.#sockets, (socket) => once(socket, 'close'))) // what their ends take back is taken back
    await http?.close()
  }

  async #closeListening(): Promise<void> {
    const closing = this.#listening.map((listening) => listening.close())
    this.#listening = []
    await Promise.all(closing)
  }

  #accept(socket: Socket, kind: RpcAddress['kind']): void {
    socket.on('error', (error) => this.#logger.debug('RPC connection failed', { error }))
    if (this.#stopped !== undefined) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    this.#strangers.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#strangers.delete(socket)
    })
    if (!this.#admission.enter(kind)) {
      this.#refuse(socket)
      return
    }
    socket.once('close', () => this.#admission.leave(kind))
    const { auth, rpcCompat } = this.#options
    const cookie = kind === 'tcp' ? auth?.cookie : undefined
    readFirst(socket, { clock: this.#clock, firstByteMs: this.#limits.firstByteMs }, (first) => {
      this.#strangers.delete(socket)
      if (isLineClient(first)) this.#lines.adopt(socket, first, { cookie: rpcCompat === true ? undefined : cookie })
      else void this.#toHttp(socket, first, { checksHost: kind === 'tcp', cookie })
    })
  }

  async #toHttp(socket: Socket, first: Buffer, access: { checksHost: boolean; cookie: string | undefined }): Promise<void> {
    try {
      this.#http ??= this.#loadHttp()
      const http = await this.#http
      if (this.#stopped === undefined) http.adopt(socket, first, access)
      else socket.destroy()
    } catch (error) {
      this.#logger.error('RPC over HTTP could not be started', { error })
      this.#http = undefined
      socket.destroy()
    }
  }

  async #loadHttp(): Promise<HttpFront> {
    const { HttpFront: Front } = await import('./http-front.ts')
    const { allowedHosts = [], allowedOrigins = [], auth, serverInfo } = this.#options
    const front = new Front({
      dispatcher: this.#dispatcher,
      clock: this.#clock,
      limits: this.#limits,
      logger: this.#logger,
      policy: { ports: this.#ports, allowedHosts, allowedOrigins, cookiePath: auth?.cookiePath ?? '' },
      serverInfo,
      nextId: () => this.#nextId(),
      open: (carrier) => this.#open(carrier),
    })
    await front.start()
    return front
  }

  #open(options: Pick<PeerConnectionOptions, 'carrier' | 'refusal'>): PeerConnection {
    const connection = new PeerConnection({
      ...options,
      id: this.#nextId(),
      dispatcher: this.#dispatcher,
      limits: this.#limits,
      logger: this.#logger,
    })
    this.#connections.add(connection)
    connection.onClose(() => this.#connections.delete(connection))
    return connection
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** There is no place for it: it is told so in its own language, if not too many are being told already. */
  #refuse(socket: Socket): void {
    if (this.#refusals >= this.#limits.maxRefusals) {
      socket.destroy()
      return
    }
    this.#refusals += 1
    socket.once('close', () => {
      this.#refusals -= 1
    })
    const { firstByteMs } = this.#limits
    readFirst(socket, { clock: this.#clock, firstByteMs }, (first) => {
      const line = `${encodeError(null, rpcError('too_many', 'too many connections are open'))}\r\n`
      socket.end(isLineClient(first) ? line : rawHttpAnswer(HTTP_REFUSALS.connections))
      const timer = this.#clock.setTimer(firstByteMs, () => socket.destroy(), { background: true })
      socket.once('close', () => timer.cancel())
      socket.once('end', () => socket.destroy())
      socket.resume()
    })
  }
}
