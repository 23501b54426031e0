/** Puts the server together: addresses, the doorway, the two fronts, and the stop that leaves nothing behind. */
import type { Socket } from 'node:net'
import { formatRpcAddress, isLoopbackHost, rpcError } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import { SystemClock, silentLogger } from '@dchat/system'
import type { Clock, Logger } from '@dchat/system'
import { authMethod } from './auth-method.ts'
import { discoveryMethods } from './discovery-methods.ts'
import { Dispatcher } from './dispatcher.ts'
import { Doorway } from './doorway.ts'
import type { Entrance } from './entrance.ts'
import { RpcServerError } from './errors.ts'
import { FailedAuths } from './failed-auths.ts'
import type { HttpFront } from './http-front.ts'
import type { GatePolicy } from './http-gate.ts'
import { Keyring } from './keyring.ts'
import { DEFAULT_RPC_LIMITS } from './limits.ts'
import type { RpcLimits } from './limits.ts'
import { LineFront } from './line-front.ts'
import { listen } from './listening.ts'
import type { Listening } from './listening.ts'
import { RpcCounts } from './rpc-counts.ts'
import { pageMethod } from './page-method.ts'
import { PagePasses } from './page-passes.ts'
import { PeerConnection, TOKEN_REVOKED } from './peer-connection.ts'
import type { NewConnection } from './peer-connection.ts'
import { DEFAULT_RATE_LIMIT } from './server-options.ts'
import type { Readiness, RpcServer, RpcServerChange, RpcServerOptions } from './server-options.ts'
import type { TlsFront } from './tls-front.ts'

const DEFAULT_SOCKET_MODE = 0o600

/** Nothing is opened before `start`. @throws {TypeError} for a token whose hash is none */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  return new Server(options)
}

class Server implements RpcServer {
  readonly #counts: RpcCounts
  readonly #options: RpcServerOptions
  readonly #limits: RpcLimits
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #keyring: Keyring
  readonly #dispatcher: Dispatcher
  readonly #doorway: Doorway
  readonly #lines: LineFront
  readonly #connections = new Set<PeerConnection>()
  #policy: GatePolicy
  #listening: Listening[] = []
  #tls: TlsFront | undefined
  #http: Promise<HttpFront> | undefined
  #lastId = 0
  #started: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(options: RpcServerOptions) {
    const { auth, tokens = [], rateLimit = DEFAULT_RATE_LIMIT, allowedHosts = [], allowedOrigins = [] } = options
    this.#options = options
    const limits = { ...DEFAULT_RPC_LIMITS, ...options.limits }
    const clock = options.clock ?? new SystemClock()
    const logger = options.logger ?? silentLogger
    this.#limits = limits
    this.#clock = clock
    this.#logger = logger
    const keyring = new Keyring({ cookie: auth?.cookie, tokens, rateLimit, clock })
    const { counts = new RpcCounts() } = options
    this.#counts = counts
    const failures = new FailedAuths({ limits, clock, logger })
    const { page } = options
    const passes = page === undefined ? undefined : new PagePasses({ methods: page.methods, rateLimit, limits, clock })
    this.#keyring = keyring
    const cookiePath = auth?.cookiePath ?? ''
    this.#policy = { ports: new Set(), allowedHosts, allowedOrigins, cookiePath, keyring, failures, passes }
    this.#lines = new LineFront({ clock, limits, open: (carrier) => this.#open(carrier) })
    this.#doorway = new Doorway({
      limits,
      clock,
      counts,
      logger,
      hasUnix: options.listen.some(({ kind }) => kind === 'unix'),
      toLines: (socket, first, entrance) => this.#lines.adopt(socket, first, this.#forLines(entrance)),
      toHttp: (socket, first, entrance) => void this.#toHttp(socket, first, entrance),
    })
    this.#dispatcher = new Dispatcher({
      methods: [
        ...options.methods,
        authMethod(keyring, failures),
        ...discoveryMethods(options.serverInfo.name),
        ...(passes === undefined ? [] : [pageMethod(passes, () => this.addresses)]),
      ],
      disabledMethods: options.disabledMethods ?? [],
      limits,
      counts,
      clock,
      logger,
    })
  }

  get addresses(): readonly RpcAddress[] {
    return this.#listening.map(({ address }) => address)
  }

  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  reload(change: RpcServerChange): void {
    const { tokens, disabledMethods, tls, allowedHosts, allowedOrigins } = change
    if (tls !== undefined) this.#tls?.replace(tls)
    if (tokens !== undefined) this.#keyring.replaceTokens(tokens)
    if (disabledMethods !== undefined) this.#dispatcher.disable(disabledMethods)
    this.#policy = {
      ...this.#policy,
      ...(allowedHosts === undefined ? {} : { allowedHosts }),
      ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
    }
    for (const connection of this.#connections) if (connection.rights?.isRevoked === true) connection.end(TOKEN_REVOKED)
    void this.#http?.then((http) => http.endRevoked()).catch(() => {}) // who asked for it was told
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<void> {
    const { listen: addresses, tls, socketMode = DEFAULT_SOCKET_MODE } = this.#options
    for (const address of addresses) this.#check(address)
    if (tls !== undefined && addresses.some((address) => address.kind === 'tcp' && address.tls)) {
      const { TlsFront: Front } = await import('./tls-front.ts')
      this.#tls = new Front(tls)
      this.#doorway.secureBy(this.#tls)
    }
    const ports = new Set<number>()
    this.#policy = { ...this.#policy, ports }
    try {
      for (const address of addresses) {
        if (this.#stopped !== undefined) return
        const listening = await listen(address, { socketMode, onConnection: (socket) => this.#doorway.accept(socket, address) })
        this.#listening.push(listening)
        if (listening.address.kind === 'tcp') ports.add(listening.address.port)
      }
    } catch (error) {
      await this.#closeListening()
      throw error
    }
  }

  #check(address: RpcAddress): void {
    if (address.kind === 'unix') return
    const { tls, rpcCompat = false, allowRemote = false } = this.#options
    const data = { address: formatRpcAddress(address) }
    if (this.#keyring.isEmpty) throw new RpcServerError('RPC_COOKIE_MISSING', data)
    if (address.tls && tls === undefined) throw new RpcServerError('RPC_TLS_MISSING', data)
    if (isLoopbackHost(address.host)) return
    if (rpcCompat) throw new RpcServerError('RPC_LISTEN_EXPOSED', data)
    if (address.tls) return
    if (!allowRemote) throw new RpcServerError('RPC_LISTEN_UNENCRYPTED', data)
    this.#logger.warn('RPC is open to other machines, and not encrypted', data)
  }

  async #stop(): Promise<void> {
    await this.#started?.catch(() => {}) // who called start was told
    const closing = this.#closeListening()
    this.#doorway.close()
    for (const connection of this.#connections) connection.end(rpcError('stopping', 'the daemon stops'))
    const http = await this.#http?.catch(() => undefined) // who asked for it was told
    http?.stop()
    const timer = this.#clock.setTimer(this.#limits.stopMs, () => this.#doorway.destroy())
    await closing
    timer.cancel()
    await this.#doorway.emptied() // what their ends take back is taken back
    await http?.close()
  }

  async #closeListening(): Promise<void> {
    const closing = this.#listening.map((listening) => listening.close())
    this.#listening = []
    await Promise.all(closing)
  }

  #forLines(entrance: Entrance): Entrance {
    return this.#options.rpcCompat === true ? { ...entrance, needsSecret: false } : entrance
  }

  async #toHttp(socket: Socket, first: Buffer, entrance: Entrance): Promise<void> {
    try {
      this.#http ??= this.#loadHttp()
      const http = await this.#http
      if (this.#stopped === undefined) http.adopt(socket, first, entrance)
      else socket.destroy()
    } catch (error) {
      this.#logger.error('RPC over HTTP could not be started', { error })
      this.#http = undefined
      socket.destroy()
    }
  }

  async #loadHttp(): Promise<HttpFront> {
    const { HttpFront: Front } = await import('./http-front.ts')
    const front = new Front({
      dispatcher: this.#dispatcher,
      clock: this.#clock,
      limits: this.#limits,
      counts: this.#counts,
      logger: this.#logger,
      policy: () => this.#policy,
      readiness: () => this.#readiness(),
      serverInfo: this.#options.serverInfo,
      page: this.#options.page,
      nextId: () => this.#nextId(),
      open: (carrier) => this.#open(carrier),
    })
    await front.start()
    return front
  }

  #readiness(): Readiness {
    if (this.#stopped !== undefined) return { ready: false, state: 'stop', reasons: ['it stops'] }
    return this.#options.probes?.readiness() ?? { ready: true, state: 'run', reasons: [] }
  }

  #open(options: NewConnection): PeerConnection {
    const connection = new PeerConnection({
      ...options,
      id: this.#nextId(),
      dispatcher: this.#dispatcher,
      limits: this.#limits,
      logger: this.#logger,
    })
    this.#connections.add(connection)
    this.#counts.opened[connection.kind] += 1
    connection.onClose(() => {
      this.#connections.delete(connection)
      this.#counts.closed[connection.kind] += 1
    })
    return connection
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}
