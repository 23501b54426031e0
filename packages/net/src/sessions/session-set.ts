/** The sessions of a node as one: made, started, stopped and reloaded together. Source: docs/node.md, *Life cycle*. */
import type { Acceptor } from '../acceptor.ts'
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import type { SettingsChange } from '../live-settings.ts'
import { DirectSession } from './direct-session.ts'
import { GreylistRefinery } from './greylist-refinery.ts'
import { InboundSession } from './inbound-session.ts'
import { ManualSession } from './manual-session.ts'
import { OutboundSession } from './outbound-session.ts'
import { SeedSyncSession } from './seedsync-session.ts'
import { SessionFlag } from './session-flags.ts'
import type { ChannelList, Session, SessionDeps } from './session.ts'

export interface SessionSetDeps extends SessionDeps {
  readonly acceptor: Acceptor
  readonly channels: ChannelList & {
    /** Those still exchanging versions too. */
    readonly all: readonly Channel[]
    readonly peerCount: number
    readonly msWithoutPeers: number
    peers(): Iterable<Channel>
  }
  /** Asks every peer for addresses. */
  askPeers(): void
  /** Hears of every peer that is connected. */
  onPeer(listener: () => void): () => void
  isDialable(url: string): boolean
}

export class SessionSet {
  /** Runs from the start of the node; the others from when it runs. */
  readonly seed: SeedSyncSession
  readonly manual: ManualSession
  readonly inbound: InboundSession
  readonly outbound: OutboundSession
  readonly direct: DirectSession
  readonly #deps: SessionSetDeps
  readonly #refinery: GreylistRefinery

  constructor(deps: SessionSetDeps) {
    this.#deps = deps
    this.seed = new SeedSyncSession(deps)
    this.manual = new ManualSession(deps)
    this.inbound = new InboundSession(deps)
    const discovery = { ...deps, seed: () => this.seed.seed(), isConnected: () => deps.channels.peerCount > 0 }
    this.outbound = new OutboundSession(discovery)
    this.direct = new DirectSession({
      ...discovery,
      peers: () => deps.channels.peers(),
      wakeOutboundDiscovery: () => this.outbound.wakeDiscovery(),
    })
    this.#refinery = new GreylistRefinery({ ...deps, msWithoutPeers: () => deps.channels.msWithoutPeers })
  }

  /**
   * Starts all but the seed session, those that use others after them; no more once `signal` aborts.
   * @throws NetError what one of them could not do; those before it run
   */
  async start(signal: AbortSignal): Promise<void> {
    const sessions: readonly Session[] = [this.direct, this.inbound, this.manual, this.outbound, this.#refinery]
    for (const session of sessions) {
      if (signal.aborted) return
      await session.start()
    }
  }

  /** Side by side: each may have to wait for a peer that does not close. */
  async stop(): Promise<void> {
    const sessions: readonly Session[] = [this.seed, this.manual, this.inbound, this.outbound, this.direct, this.#refinery]
    await Promise.all(sessions.map((session) => session.stop()))
  }

  /** Acts on settings that have changed; resolves when the channels that are too many now are closed. */
  async reload({ before, keys }: SettingsChange): Promise<void> {
    if (keys.has('externalAddrs')) this.inbound.fillInPorts()
    if (keys.has('greylistRefineryIntervalMs') || keys.has('whitelistRefineryIntervalMs')) this.#refinery.reload()
    await Promise.all([
      keys.has('outboundConnections') ? this.outbound.resize() : undefined,
      keys.has('peers') || keys.has('seeds') ? this.manual.reload(before) : undefined,
      keys.has('inboundConnections') ? this.#closeSurplusInbound() : undefined,
      keys.has('blacklist') ? this.closeBanned() : undefined,
    ])
  }

  /** Closes every channel to a host that is banned or blacklisted. Manual peers are wanted by name and stay. */
  async closeBanned(): Promise<void> {
    const shunned = this.#deps.channels.all.filter(({ info: { session, url } }) => {
      if (session === SessionFlag.Manual) return false
      return this.#deps.hosts.isBanned(url, session === SessionFlag.Inbound ? 'inbound' : 'outbound')
    })
    await Promise.all(shunned.map((channel) => channel.stop()))
  }

  /** The newest go. */
  async #closeSurplusInbound(): Promise<void> {
    const limit = this.#deps.settings.inboundConnections
    const inbound = [...this.#deps.channels.peers()].filter(({ info }) => info.session === SessionFlag.Inbound)
    const surplus = inbound.toSorted((one, other) => one.startedMs - other.startedMs).slice(limit)
    await Promise.all(surplus.map((channel) => channel.stop(new NetError('NET_TOO_MANY_CHANNELS', { limit }))))
  }
}
