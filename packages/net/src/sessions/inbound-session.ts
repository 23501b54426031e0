/** Accepts peers. Source: docs/node.md, *Sessions*, inbound. */
import { parseUrl } from '@dchat/serial'
import { TaskScope } from '@dchat/system'
import type { Acceptor } from '../acceptor.ts'
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { hostTarget, nodeHost } from '../hosts/ban-target.ts'
import { LIMITS } from '../limits.ts'
import { withPort } from '../transports/tcp.ts'
import type { Listening } from '../transports/transport.ts'
import { registerChannel } from './session.ts'
import type { Session, SessionDeps } from './session.ts'

export interface InboundSessionDeps extends SessionDeps {
  readonly acceptor: Acceptor
}

/** Listens on every inbound address; all addresses together hold at most `inboundConnections` peers. */
export class InboundSession implements Session {
  readonly #deps: InboundSessionDeps
  #listening: Listening[] = []
  #scope: TaskScope | undefined
  readonly #pending = new Set<Channel>()
  readonly #peers = new Set<Channel>()

  constructor(deps: InboundSessionDeps) {
    this.#deps = deps
  }

  /** The canonical addresses listened on, with their real ports. */
  get urls(): string[] {
    return this.#listening.map(({ url }) => url)
  }

  async start(): Promise<void> {
    const { settings, logger, hosts } = this.#deps
    this.#scope = new TaskScope((error) => logger.error('Inbound session failed', { error }))
    if (settings.inbound.length === 0) {
      logger.info('Not configured for accepting incoming connections.')
      return
    }
    try {
      for (const url of settings.inbound) await this.#listen(url)
    } catch (error) {
      await this.stop()
      throw error
    }
    hosts.changeExternalAddrs((urls) => withRealPorts(urls, this.urls))
  }

  async stop(): Promise<void> {
    const listening = this.#listening
    this.#listening = []
    await Promise.all(listening.map((each) => each.close()))
    const stopped = new NetError('NET_STOPPED', {})
    await Promise.all([...this.#pending].map((channel) => channel.stop(stopped)))
    await this.#scope?.stop()
  }

  async #listen(url: string): Promise<void> {
    const listening = await this.#deps.acceptor.listen(url, {
      admits: (remoteUrl) => this.#admits(remoteUrl),
      onChannel: (channel) => this.#onChannel(channel),
    })
    this.#listening.push(listening)
    this.#deps.logger.info('Listening', { url: listening.url })
  }

  #admits(remoteUrl: string): boolean {
    if (this.#scope?.isStopped !== false) return false
    if (this.#deps.hosts.isBanned(remoteUrl, 'inbound')) return false
    return this.#peers.size < this.#deps.settings.inboundConnections
  }

  /** Half-open channels keep nobody out: when there are too many, one of the host that has most of them goes. */
  #makeRoom(): void {
    const waiting = [...this.#pending].filter((channel) => !channel.isStopped)
    const limit = LIMITS.PENDING_INBOUND.value
    if (waiting.length >= limit) void longestOfMostCrowded(waiting).drop(new NetError('NET_TOO_MANY_CHANNELS', { limit }))
  }

  /** Never waits: a slow handshake must not keep the next peer out. */
  #onChannel(channel: Channel): void {
    this.#makeRoom()
    this.#pending.add(channel)
    this.#scope!.spawn(() => this.#serve(channel))
  }

  async #serve(channel: Channel): Promise<void> {
    const { dnet, logger } = this.#deps
    const info = { addr: channel.info.url, channel_id: channel.info.id }
    try {
      await registerChannel(channel, this.#deps, () => this.#takePlace(channel))
    } catch (error) {
      logger.debug('Inbound handshake failed', { ...info, error })
      return
    } finally {
      this.#pending.delete(channel)
    }
    dnet.publish({ event: 'inbound_connected', info })
    void channel.closed.then(() => dnet.publish({ event: 'inbound_disconnected', info }))
  }

  /** Half-open channels hold no place, so the last one may have gone meanwhile. */
  #takePlace(channel: Channel): void {
    const limit = this.#deps.settings.inboundConnections
    if (this.#peers.size >= limit) throw new NetError('NET_TOO_MANY_CHANNELS', { limit })
    this.#peers.add(channel)
    void channel.closed.then(() => this.#peers.delete(channel))
  }
}

/** Of the hosts with the most channels the channel that came first. @param channels at least one, in the order they came */
function longestOfMostCrowded(channels: readonly Channel[]): Channel {
  const hosts = Map.groupBy(channels, ({ info }) => hostTarget(nodeHost(info.url) ?? info.url))
  return [...hosts.values()].reduce((most, each) => (each.length > most.length ? each : most))[0]!
}

/** External addresses with port 0 get the port we listen on for their scheme. */
function withRealPorts(externalAddrs: readonly string[], listenUrls: readonly string[]): string[] {
  return externalAddrs.map((url) => {
    const { scheme, port } = parseUrl(url)
    const real = listenUrls.map(parseUrl).find((listened) => listened.scheme === scheme)?.port
    return port === 0 && real !== undefined && real !== null ? withPort(url, real) : url
  })
}
