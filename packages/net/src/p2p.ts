/** A node of the network. Source: docs/node.md, *Life cycle*. */
/* oxlint-disable max-lines -- Longer than 400 lines because it is the one place where a node is put together, started and stopped: parts of it would only be read together. */
import { parseUrl } from '@dchat/serial'
import { Publisher, SystemClock, SystemRandom, TaskScope, silentLogger } from '@dchat/system'
import type { Clock, Logger, Random } from '@dchat/system'
import { broadcastTo } from './broadcast.ts'
import type { BroadcastResult } from './broadcast.ts'
import type { Channel } from './channel.ts'
import { ChannelList } from './channel-list.ts'
import { makeChannelSources } from './channel-sources.ts'
import { ClockWatch } from './clock-watch.ts'
import { DialFailures } from './dial-failures.ts'
import { Dnet } from './dnet.ts'
import { NetError } from './errors.ts'
import { HostSaver } from './host-saver.ts'
import { banFields } from './hosts/ban-list.ts'
import type { Ban } from './hosts/ban-list.ts'
import { Hosts } from './hosts/hosts.ts'
import { LiveSettings } from './live-settings.ts'
import { getaddr } from './messages/core-messages.ts'
import type { GetaddrMessage } from './messages/core-messages.ts'
import type { MessageType } from './messages/message.ts'
import { PacketWriter } from './messages/packet-writer.ts'
import { networkStatus } from './network-status.ts'
import type { NetworkStatus } from './network-status.ts'
import { ownGetaddr } from './own-getaddr.ts'
import { clockAheadMs, isClockConfirmed } from './peer-clocks.ts'
import { registerCoreProtocols } from './protocols/core-protocols.ts'
import { ProtocolRegistry } from './protocols/protocol-registry.ts'
import { ResourceManager } from './resources/resource-manager.ts'
import type { WorkMeter } from './resources/resource-manager.ts'
import type { InboundCounts } from './sessions/inbound-session.ts'
import type { DirectChannels } from './sessions/direct-session.ts'
import { isPeerSession, sessionName } from './sessions/session-flags.ts'
import { SessionSet } from './sessions/session-set.ts'
import type { SessionSetDeps } from './sessions/session-set.ts'
import { makeSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { isDialableScheme } from './transports/mixing.ts'
import { systemTransports } from './transports/transport-table.ts'
import type { TransportTable } from './transports/transport.ts'

/** Where in its life a node is: made, querying the seeds, waiting for `run`, running, or stopped. */
export type P2pState = 'open' | 'start' | 'started' | 'run' | 'stopped'

/** What a node publishes. */
export interface P2pEvents {
  /** The node is in another state now. */
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
  /** Time. @default the clock of the machine */
  readonly clock: Clock
  /** Random numbers, of cryptographic quality unless runs are to be alike. @default those of the system */
  readonly random: Random
  /** Hears what happens. @default says nothing */
  readonly logger: Logger
  /**
   * How addresses are dialled and listened on, in place of the default. A transport may have a name of its own, which the settings then
   * take as they take `tcp`: `new Map([...systemTransports(), ['ws', mine]])` with `activeProfiles: ['tcp', 'ws']`. Its addresses are
   * listened on, and dialled by `peers`, `seeds`, `connect` and `direct.getChannel`. They are neither told to peers nor taken from
   * them: the list of what is told is the wire's. Two spellings are one address where they differ in the case of the host or in a `/`
   * at the end; what more there is to an address, the transport says when it is dialled. @default `systemTransports`: real sockets
   */
  readonly transports: TransportTable
  /** Measures the work that channels cause. @default the clock */
  readonly workMeter?: WorkMeter | undefined
}

/** A start that took longer may have announced us to a seed that could not reach us yet. */
const LATE_START_MS = 1_000

/**
 * A node of the network (docs/node.md, *Life cycle*). `start()` queries the seeds, `run()` keeps peers until `stop()`; `state` and the `state` event tell where it is:
 * open → start → started → run → stopped. After `stop()` it can be started again.
 */
export class P2p {
  /** As they are now: `reload` changes them in place. */
  readonly settings: Settings
  /** As it was given, or the clock of the machine. */
  readonly clock: Clock
  /** As it was given, or that of the system. */
  readonly random: Random
  /** As it was given, or one that says nothing. */
  readonly logger: Logger
  /** The hosts that this node knows, and the bans. */
  readonly hosts: Hosts<Channel>
  /** Register application protocols here, before `start()`. */
  readonly protocols: ProtocolRegistry = new ProtocolRegistry()
  /** Events of a running node, for who looks into it. */
  readonly dnet: Dnet
  /** Changes of state, and channels that come and go. */
  readonly events: Publisher<P2pEvents>
  readonly #liveSettings: LiveSettings
  readonly #transports: TransportTable
  readonly #packets: PacketWriter
  readonly #channels: ChannelList
  readonly #sessions: SessionSet
  readonly #dialFailures: DialFailures
  readonly #hostSaver: HostSaver
  readonly #clockWatch: ClockWatch
  #state: P2pState = 'open'
  #startTookMs = 0
  #scope: TaskScope
  /** Settles when the sessions have started, or could not. */
  #starting: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | undefined

  /** A node at rest: nothing runs, nothing is opened. @throws NetError NET_SETTINGS_INVALID, also for a scheme that no transport serves */
  static create(settings: Partial<Settings>, deps: Partial<P2pDeps> = {}): P2p {
    const made = makeSettings(settings)
    const clock = deps.clock ?? new SystemClock()
    return new P2p(made, {
      clock,
      random: deps.random ?? new SystemRandom(),
      logger: deps.logger ?? silentLogger,
      workMeter: deps.workMeter,
      transports: deps.transports ?? systemTransports(made, clock),
    })
  }

  private constructor(made: Settings, deps: P2pDeps) {
    this.#liveSettings = new LiveSettings(made, deps.transports)
    const settings = this.#liveSettings.current
    this.settings = settings
    this.clock = deps.clock
    this.random = deps.random
    this.logger = deps.logger
    this.#transports = deps.transports
    this.dnet = new Dnet(deps)
    this.events = new Publisher((error) => deps.logger.error('Event listener failed', { error }))
    this.#packets = new PacketWriter(settings.magicBytes)
    this.hosts = new Hosts<Channel>(settings, { ...deps, isDialable: (url) => this.#isDialable(url) })
    this.#clockWatch = new ClockWatch({ clock: deps.clock, logger: deps.logger, aheadMs: () => this.clockAheadMs })
    this.#hostSaver = new HostSaver({ clock: deps.clock, logger: deps.logger, save: () => this.#saveHosts() })
    this.#channels = new ChannelList(deps.clock, {
      onConnected: (channel) => {
        this.dnet.counts.opened[sessionName(channel.info.session)] += 1
        this.events.publish('connected', channel)
        this.#clockWatch.look()
      },
      onClosed: (channel) => this.events.publish('closed', channel),
      onFirstPeer: () => this.logger.info('Connected: there is a peer'),
      onNoPeers: () => {
        this.logger.info('Disconnected: no peer is left')
        this.events.publish('disconnected', undefined)
      },
    })
    this.#dialFailures = new DialFailures(deps.clock)
    registerCoreProtocols(this.protocols, {
      settings,
      hosts: this.hosts,
      random: deps.random,
      logger: deps.logger,
      counts: this.dnet.counts,
      getaddr: () => this.#getaddr(),
    })
    const resources = new ResourceManager({ clock: deps.clock, meter: deps.workMeter })
    this.#sessions = new SessionSet(this.#sessionDeps(resources))
    this.#scope = this.#newScope()
  }

  /** Where in its life it is. */
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

  /** How many `peers` there are. */
  get peerCount(): number {
    return this.#channels.peerCount
  }

  /** Inbound connections by what they are at. */
  get inboundCounts(): InboundCounts {
    return this.#sessions.inbound.counts
  }

  /** The addresses listened on, with their real ports; empty before `run()`. */
  get listenUrls(): readonly string[] {
    return this.#sessions.inbound.urls
  }

  /** The channel id of each outbound slot, 0 for an empty one. */
  get outboundSlots(): readonly number[] {
    return this.#sessions.outbound.channelIds
  }

  /** What is done to have peers, and why there is none. */
  get status(): NetworkStatus {
    return networkStatus({
      ...{ settings: this.settings, clock: this.clock, state: this.#state, hosts: this.hosts },
      ...{ sessions: this.#sessions, dialFailures: this.#dialFailures, channels: this.#channels },
    })
  }

  /** Channels for as long as a protocol or an application uses them. */
  get direct(): DirectChannels {
    return this.#sessions.direct
  }

  /**
   * Milliseconds by which this computer's clock is ahead of the median of the peers that were dialled, less than 0 where it is behind.
   * Undefined while there are fewer than `LIMITS.CLOCK_PEERS_MIN` of them. Facts: docs/node.md, *The clock*.
   */
  get clockAheadMs(): number | undefined {
    return clockAheadMs(this.#channels.peers(), this.clock)
  }

  /** Whether the peers that were dialled agree with this computer's clock; false while there are none. */
  get isClockConfirmed(): boolean {
    return isClockConfirmed(this.#channels.peers(), this.clock)
  }

  /**
   * Queries the seeds and resolves when every query has ended, however it ended.
   * @throws NetError NET_WRONG_STATE unless open or stopped (a stop under way has to end first); NET_STOPPED when `stop()` was called meanwhile;
   * NET_HOSTLIST_UNREADABLE when the host list, the bans or the anchors are there and cannot be read: the node is stopped then
   */
  async start(): Promise<void> {
    if (this.#state !== 'open' && this.#state !== 'stopped') {
      throw new NetError('NET_WRONG_STATE', { state: this.#state, wanted: 'open or stopped' })
    }
    this.#scope = this.#newScope()
    this.#setState('start')
    const scope = this.#scope
    const startMs = this.clock.monotonicMs()
    try {
      await this.hosts.start()
      if (!scope.isStopped) {
        await this.#sessions.seed.start()
        await this.#sessions.seed.seed()
      }
    } catch (error) {
      // By then somebody may have stopped the node and started it anew.
      if (!scope.isStopped) await this.stop()
      throw error
    }
    if (scope.isStopped) throw new NetError('NET_STOPPED', {})
    this.#startTookMs = this.clock.monotonicMs() - startMs
    this.#setState('started')
  }

  /**
   * Connects the manual peers, listens, fills the outbound slots, and resolves when all of that is down again after `stop()`.
   * @throws NetError NET_WRONG_STATE unless started; NET_LISTEN_FAILED naming the address that could not be bound: the
   * node is stopped then
   */
  async run(): Promise<void> {
    if (this.#state !== 'started') throw new NetError('NET_WRONG_STATE', { state: this.#state, wanted: 'started' })
    const { signal } = this.#scope
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    const starting = this.#sessions.start(signal)
    this.#starting = starting.catch(() => {})
    try {
      await starting
    } catch (error) {
      await this.stop()
      throw error
    }
    if (!signal.aborted) {
      this.#setState('run')
      this.#hostSaver.start(this.#scope)
      this.#clockWatch.start(this.#scope)
      if (this.#wasAnnouncedTooEarly()) this.#scope.spawn(() => this.seed())
    }
    await stopped
    await this.stop()
  }

  /**
   * Resolves when the node is in `state`, at once if it is now.
   * @param state - the one that is waited for
   * @param options - `signal`: gives up
   * @throws NetError NET_STOPPED when the node stops before
   * @throws the signal's reason
   */
  async untilState(state: P2pState, { signal = new AbortController().signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.#state === state) return
    const reached = await this.events.once('state', signal, (now) => now === state || now === 'stopped')
    if (reached !== state) throw new NetError('NET_STOPPED', {})
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

  /** As `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /**
   * Queries the seeds once more and resolves when every query has ended; one that is under way is joined.
   * @throws NetError NET_STOPPED before `start` and after `stop`
   */
  seed(): Promise<void> {
    return this.#sessions.seed.seed()
  }

  /**
   * Changes settings of a node in any state. All of `changes` is checked before any of it holds; then everything holds at
   * once, and the promise waits for the channels that are to go: those of outbound slots that are too many (empty slots go
   * first, then those that connect, then the newest), the newest inbound ones above `inboundConnections`, peers that are
   * named no more, and hosts that are on the blacklist now. Settings that are not named stay as they are; undefined stands for
   * the default.
   * @returns the settings whose value has changed
   * @throws NetError NET_SETTINGS_INVALID naming a setting that is not valid, or that only a new node can have: nothing
   * has changed then
   */
  async reload(changes: Partial<Settings>): Promise<readonly (keyof Settings)[]> {
    const change = this.#liveSettings.plan(changes)
    this.hosts.reload(change.after)
    this.#liveSettings.apply(change)
    this.logger.info('Settings reloaded', { changed: [...change.keys] })
    await this.#sessions.reload(change)
    return [...change.keys]
  }

  /**
   * Queues a message to every peer, encoded once. A metered message waits for the metering of each channel.
   * @throws NetError NET_MESSAGE_TOO_LARGE
   */
  broadcast<T>(type: MessageType<T>, value: T): BroadcastResult {
    return broadcastTo(this.#channels.peers(), { type, value }, this.#packets)
  }

  /** A frame to be given to several channels with `Channel.postFrame`. @throws NetError NET_MESSAGE_TOO_LARGE */
  encodeFrame<T>(type: MessageType<T>, value: T): Buffer {
    return this.#packets.encode(type, value)
  }

  /**
   * Connects one peer and keeps it connected from then on, like a configured one. The channel of a peer that is connected
   * already, by whichever side, is taken as it is.
   * @param url - in any spelling
   * @param options - `signal`: gives up
   * @throws NetError why it could not be connected: nothing is kept then; NET_WRONG_STATE unless the node runs;
   * NET_ADDRESS_INVALID, also for our own address; NET_HOST_STATE_BLOCKED for a peer that is kept already, or that another part of
   * the node works on; NET_STOPPED when the node stops meanwhile
   * @throws the signal's reason
   */
  async connect(url: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Channel> {
    if (this.#state !== 'run') throw new NetError('NET_WRONG_STATE', { state: this.#state, wanted: 'run' })
    return this.#sessions.manual.connect(url, options)
  }

  /** Closes a channel, and keeps its peer no longer if it was a manual one. @returns whether there was such a channel */
  async disconnect(channelId: number): Promise<boolean> {
    const channel = this.channels.find(({ info }) => info.id === channelId)
    if (channel === undefined) return false
    await this.#sessions.manual.forget(channel.info.url)
    await channel.stop()
    return true
  }

  /**
   * Bans on an operator's word, for `durationMs` from now, whatever was there before. What it covers leaves the lists; resolves when the
   * channels that it falls on are closed.
   * @param target - an IP, a host name, `host:port` or an endpoint URL
   * @param options - `durationMs`: up to ten years; `reason`: for people
   * @throws NetError NET_ADDRESS_INVALID for a target that is none or is never banned, or a duration out of range
   */
  async ban(target: string, options: { readonly durationMs: number; readonly reason?: string }): Promise<Ban> {
    const ban = this.hosts.banByOperator(target, options)
    this.logger.info('Ban made by the operator', banFields(ban))
    this.#hostSaver.saveSoon(this.#scope)
    await this.#sessions.closeBanned()
    return ban
  }

  /** Ends a ban and forgets its offences, also those of one that has ended. @returns whether there was either @throws NetError NET_ADDRESS_INVALID for a text that is no target */
  liftBan(target: string): boolean {
    if (!this.hosts.bans.lift(target)) return false
    this.logger.info('Ban lifted by the operator', { target })
    this.#hostSaver.saveSoon(this.#scope)
    return true
  }

  async #stop(): Promise<void> {
    const ending = this.#scope.stop()
    this.#noteAnchors()
    const sessionsEnding = this.#sessions.stop()
    // A session that was about to start has to be stopped after it has.
    await this.#starting
    await Promise.all([sessionsEnding, this.#sessions.stop()])
    // Before the channels close: closing moves gold to grey.
    await this.#hostSaver.save()
    await Promise.all(this.channels.map((channel) => channel.stop(new NetError('NET_STOPPED', {}))))
    await ending
  }

  #saveHosts(): Promise<void> {
    this.#noteAnchors()
    return this.hosts.save()
  }

  #noteAnchors(): void {
    this.hosts.setAnchors(this.#sessions.outbound.longestConnected.map(({ info }) => info.url))
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
    return ownGetaddr(this.settings, this.#transports, this.#sessions.direct.lacksHosts)
  }

  #isDialable(url: string): boolean {
    const { scheme } = parseUrl(url)
    return isDialableScheme(scheme, this.settings, this.#transports)
  }

  #sessionDeps(resources: ResourceManager): SessionSetDeps {
    const { settings, clock, random, logger, dnet, hosts, protocols } = this
    const [packets, transports] = [this.#packets, this.#transports]
    const isTaken = (id: number): boolean => this.#channels.all.some(({ info }) => info.id === id)
    return {
      settings,
      clock,
      random,
      logger,
      dnet,
      dialFailures: this.#dialFailures,
      hosts,
      protocols,
      channels: this.#channels,
      askPeers: () => this.#askPeers(),
      onPeer: (listener) => this.events.subscribe('connected', ({ info }) => isPeerSession(info.session) && listener()),
      isDialable: (url) => this.#isDialable(url),
      isOwn: (url) => hosts.isOwn(url, this.listenUrls),
      onBan: () => this.#hostSaver.saveSoon(this.#scope),
      ...makeChannelSources({ settings, clock, random, logger, dnet, packets, resources, transports, isTaken }),
    }
  }
}
