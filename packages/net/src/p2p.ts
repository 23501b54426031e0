/** A node of the network. Source: docs/node.md, *Life cycle*. */
import { parseUrl } from '@dchat/serial'
import { Publisher, SystemClock, SystemRandom, TaskScope, silentLogger } from '@dchat/system'
import type { Clock, Logger, Random } from '@dchat/system'
import { Acceptor } from './acceptor.ts'
import { Channel } from './channel.ts'
import type { ChannelInfo } from './channel.ts'
import { ChannelList } from './channel-list.ts'
import { Connector } from './connector.ts'
import { Dnet } from './dnet.ts'
import { NetError } from './errors.ts'
import { SHAREABLE_SCHEMES } from './hosts/endpoint.ts'
import { HostSaver } from './host-saver.ts'
import { Hosts } from './hosts/hosts.ts'
import { LIMITS } from './limits.ts'
import { getaddr } from './messages/core-messages.ts'
import type { GetaddrMessage } from './messages/core-messages.ts'
import type { MessageType } from './messages/message.ts'
import { PacketWriter } from './messages/packet-writer.ts'
import { registerCoreProtocols } from './protocols/core-protocols.ts'
import { ProtocolRegistry } from './protocols/protocol-registry.ts'
import { GreylistRefinery } from './sessions/greylist-refinery.ts'
import { InboundSession } from './sessions/inbound-session.ts'
import { ManualSession } from './sessions/manual-session.ts'
import { OutboundSession } from './sessions/outbound-session.ts'
import { SeedSyncSession } from './sessions/seedsync-session.ts'
import type { SessionDeps } from './sessions/session.ts'
import { makeSettings, profileOf } from './settings.ts'
import type { Settings } from './settings.ts'
import { systemTransports } from './transports/transport-table.ts'
import type { TransportTable } from './transports/transport.ts'

export type P2pState = 'open' | 'start' | 'started' | 'run' | 'stopped'

/** What a node publishes. */
export interface P2pEvents {
  state: P2pState
  /** A channel has done its version exchange (of any session: look at `info.session`). */
  connected: Channel
  /** A channel that was connected has stopped. */
  closed: Channel
  /** The last peer is gone. */
  disconnected: undefined
}

/** What a node takes from outside. Each has a real default. */
export interface P2pDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly transports: TransportTable
}

/** What became of a broadcast. */
export interface BroadcastResult {
  /** Channels that took the message. */
  readonly written: readonly Channel[]
  /** Channels whose queue was full; the message was not queued there. */
  readonly full: readonly Channel[]
}

/** A start that took longer may have announced us to a seed that could not reach us yet. */
const LATE_START_MS = 1_000

/**
 * A node. `start()` queries the seeds, `run()` keeps peers until `stop()`; `state` and the `state` event tell where it is:
 * open → start → started → run → stopped. After `stop()` it can be started again.
 */
export class P2p {
  readonly settings: Settings
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly hosts: Hosts<Channel>
  /** Register application protocols here, before `start()`. */
  readonly protocols: ProtocolRegistry = new ProtocolRegistry()
  readonly dnet: Dnet
  readonly events: Publisher<P2pEvents>
  readonly #transports: TransportTable
  readonly #packets: PacketWriter
  readonly #channels: ChannelList
  readonly #seed: SeedSyncSession
  readonly #manual: ManualSession
  readonly #inbound: InboundSession
  readonly #outbound: OutboundSession
  readonly #refinery: GreylistRefinery
  readonly #hostSaver: HostSaver
  #state: P2pState = 'open'
  #startTookMs = 0
  #scope: TaskScope
  #stopping: Promise<void> | undefined

  /** A node at rest: nothing runs, nothing is opened. @throws {NetError} NET_SETTINGS_INVALID */
  static create(settings: Partial<Settings>, deps: Partial<P2pDeps> = {}): P2p {
    return new P2p(makeSettings(settings), {
      clock: deps.clock ?? new SystemClock(),
      random: deps.random ?? new SystemRandom(),
      logger: deps.logger ?? silentLogger,
      transports: deps.transports ?? systemTransports(),
    })
  }

  private constructor(settings: Settings, deps: P2pDeps) {
    this.settings = settings
    this.clock = deps.clock
    this.random = deps.random
    this.logger = deps.logger
    this.#transports = deps.transports
    this.dnet = new Dnet(deps.clock)
    this.events = new Publisher((error) => deps.logger.error('Event listener failed', { error }))
    this.#packets = new PacketWriter(settings.magicBytes)
    this.hosts = new Hosts<Channel>(settings, { ...deps, isDialable: (url) => this.#isDialable(url) })
    this.#hostSaver = new HostSaver({ clock: deps.clock, logger: deps.logger, hosts: this.hosts })
    this.#channels = new ChannelList(deps.clock, {
      onConnected: (channel) => this.events.publish('connected', channel),
      onClosed: (channel) => this.events.publish('closed', channel),
      onNoPeers: () => this.events.publish('disconnected', undefined),
    })
    registerCoreProtocols(this.protocols, {
      settings,
      hosts: this.hosts,
      random: deps.random,
      logger: deps.logger,
      getaddr: () => this.#getaddr(),
    })
    const sessionDeps = this.#sessionDeps()
    this.#seed = new SeedSyncSession(sessionDeps)
    this.#manual = new ManualSession(sessionDeps)
    this.#inbound = new InboundSession({
      ...sessionDeps,
      acceptor: new Acceptor({ transports: this.#transports, makeChannel: (stream, info) => this.#makeChannel(stream, info) }),
    })
    this.#outbound = new OutboundSession({
      ...sessionDeps,
      seed: () => this.seed(),
      askPeers: () => this.#askPeers(),
      isConnected: () => this.#channels.peerCount > 0,
    })
    this.#refinery = new GreylistRefinery({
      ...sessionDeps,
      msWithoutPeers: () => this.#channels.msWithoutPeers,
      isDialable: (url) => this.#isDialable(url),
    })
    this.#scope = this.#newScope()
  }

  get state(): P2pState {
    return this.#state
  }

  /** Every channel that is not closed, also those still exchanging versions. */
  get channels(): readonly Channel[] {
    return this.#channels.all
  }

  /** Every channel after its version exchange, of any session. */
  get connectedChannels(): readonly Channel[] {
    return this.#channels.connected
  }

  /** The channels to peers: connected, and neither seed nor refine. */
  get peers(): readonly Channel[] {
    return [...this.#channels.peers()]
  }

  get peerCount(): number {
    return this.#channels.peerCount
  }

  /** The addresses listened on, with their real ports; empty before `run()`. */
  get listenUrls(): readonly string[] {
    return this.#inbound.urls
  }

  /** The channel id of each outbound slot, 0 for an empty one. */
  get outboundSlots(): readonly number[] {
    return this.#outbound.channelIds
  }

  /**
   * Queries the seeds and resolves when every query has ended, however it ended.
   * @throws {NetError} NET_WRONG_STATE unless open or stopped (a stop under way has to end first); NET_STOPPED when `stop()` was called meanwhile
   */
  async start(): Promise<void> {
    if (this.#state !== 'open' && this.#state !== 'stopped') {
      throw new NetError('NET_WRONG_STATE', { state: this.#state, wanted: 'open or stopped' })
    }
    this.#scope = this.#newScope()
    this.#setState('start')
    const scope = this.#scope
    const startMs = this.clock.monotonicMs()
    await this.hosts.start()
    if (!scope.isStopped) await this.#seed.seed()
    if (scope.isStopped) throw new NetError('NET_STOPPED', {})
    this.#startTookMs = this.clock.monotonicMs() - startMs
    this.#setState('started')
  }

  /**
   * Connects the manual peers, listens, fills the outbound slots, and resolves when all of that is down again after `stop()`.
   * @throws {NetError} NET_WRONG_STATE unless started; NET_LISTEN_FAILED naming the address that could not be bound: the
   * node is stopped then
   */
  async run(): Promise<void> {
    if (this.#state !== 'started') throw new NetError('NET_WRONG_STATE', { state: this.#state, wanted: 'started' })
    const { signal } = this.#scope
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    try {
      await this.#inbound.start()
      await this.#manual.start()
      await this.#outbound.start()
      await this.#refinery.start()
    } catch (error) {
      await this.stop()
      throw error
    }
    if (!signal.aborted) {
      this.#setState('run')
      this.#hostSaver.start(this.#scope)
      if (this.#wasAnnouncedTooEarly()) this.#scope.spawn(() => this.seed())
    }
    await stopped
    await this.stop()
  }

  /** Ends everything in any state and resolves when all is down. May be called any number of times, from anywhere. */
  stop(): Promise<void> {
    if (this.#state === 'open' || this.#state === 'stopped') return Promise.resolve()
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
      this.#setState('stopped')
    })
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Queries the seeds once more; resolves when every query has ended. */
  seed(): Promise<void> {
    return this.#seed.seed()
  }

  /**
   * Queues a message to every peer, encoded once. A metered message waits for the metering of each channel and counts as
   * taken by all.
   * @throws {NetError} NET_MESSAGE_TOO_LARGE
   */
  broadcast<T>(type: MessageType<T>, value: T): BroadcastResult {
    const written: Channel[] = []
    const full: Channel[] = []
    if (type.metering.threshold > 0) {
      for (const channel of this.#channels.peers()) {
        written.push(channel)
        channel.tasks.spawn(() => channel.send(type, value))
      }
      return { written, full }
    }
    const frame = this.#packets.encode(type, value)
    for (const channel of this.#channels.peers()) (channel.postFrame(frame, type.name) ? written : full).push(channel)
    return { written, full }
  }

  /** A frame to be given to several channels with `Channel.postFrame`. @throws {NetError} NET_MESSAGE_TOO_LARGE */
  encodeFrame<T>(type: MessageType<T>, value: T): Buffer {
    return this.#packets.encode(type, value)
  }

  /**
   * Connects one peer and keeps it connected from then on, like a configured one.
   * @param url canonical
   * @throws {NetError} why it could not be connected
   */
  async connect(url: string, signal: AbortSignal): Promise<Channel> {
    if (this.#state !== 'run') throw new NetError('NET_WRONG_STATE', { state: this.#state, wanted: 'run' })
    return this.#manual.connect(url, signal)
  }

  /** Closes a channel, and keeps its peer no longer if it was a manual one. @returns whether there was such a channel */
  async disconnect(channelId: number): Promise<boolean> {
    const channel = this.channels.find(({ info }) => info.id === channelId)
    if (channel === undefined) return false
    await this.#manual.forget(channel.info.url)
    await channel.stop()
    return true
  }

  async #stop(): Promise<void> {
    const ending = this.#scope.stop()
    // Side by side: each may have to wait for a peer that does not close.
    await Promise.all([
      this.#seed.stop(),
      this.#manual.stop(),
      this.#inbound.stop(),
      this.#outbound.stop(),
      this.#refinery.stop(),
    ])
    // Before the channels close: closing moves gold to grey.
    await this.#hostSaver.save()
    await Promise.all(this.channels.map((channel) => channel.stop(new NetError('NET_STOPPED', {}))))
    await ending
  }

  /** Whether the seeds were told of us long before we listened, or could not be told because a port was not known. */
  #wasAnnouncedTooEarly(): boolean {
    if (this.listenUrls.length === 0) return false
    return this.#startTookMs > LATE_START_MS || this.settings.externalAddrs.some((url) => parseUrl(url).port === 0)
  }

  #setState(state: P2pState): void {
    if (this.#state === state) return
    this.#state = state
    this.events.publish('state', state)
  }

  #newScope(): TaskScope {
    return new TaskScope((error) => this.logger.error('Background work failed', { error }))
  }

  #askPeers(): void {
    this.broadcast(getaddr, this.#getaddr())
  }

  #getaddr(): GetaddrMessage {
    const { getaddrsMax, outboundConnections } = this.settings
    const transports = this.settings.activeProfiles.filter((scheme) => SHAREABLE_SCHEMES.includes(scheme))
    return { max: Math.min(getaddrsMax ?? outboundConnections, LIMITS.GETADDR_MAX.value), transports }
  }

  #isDialable(url: string): boolean {
    const { scheme } = parseUrl(url)
    return this.settings.activeProfiles.includes(scheme) && this.#transports.has(scheme)
  }

  #makeChannel(stream: ConstructorParameters<typeof Channel>[0], info: Omit<ChannelInfo, 'id'>): Channel {
    const { clock, logger, dnet, settings } = this
    return new Channel(
      stream,
      { ...info, id: this.#newChannelId() },
      {
        clock,
        logger,
        dnet,
        magic: settings.magicBytes,
        packets: this.#packets,
      },
    )
  }

  #newChannelId(): number {
    for (;;) {
      const id = 1 + this.random.int(2 ** 32 - 1)
      if (!this.#channels.all.some(({ info }) => info.id === id)) return id
    }
  }

  #sessionDeps(): SessionDeps {
    const { settings, clock, random, logger, dnet, hosts, protocols } = this
    return {
      settings,
      clock,
      random,
      logger,
      dnet,
      hosts,
      protocols,
      channels: this.#channels,
      onBan: () => this.#hostSaver.saveSoon(this.#scope),
      connector: new Connector({
        clock,
        transports: this.#transports,
        profileOf: (scheme) => profileOf(settings, scheme),
        makeChannel: (stream, info) => this.#makeChannel(stream, info),
      }),
    }
  }
}
