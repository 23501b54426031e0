/** Finds channels to any peers, with discovery where too few hosts are known. Source: docs/node.md, *Sessions*, direct. */
import { parseUrl } from '@dchat/serial'
import { pick } from '@dchat/system'
import type { TaskScope, Unsubscribe } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError, isNetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { DirectDial, DirectDialDeps } from './direct-dial.ts'
import { PeerDiscovery } from './peer-discovery.ts'
import type { PeerDiscoveryDeps } from './peer-discovery.ts'
import { WakeUp } from './wake-up.ts'

/** What `DirectChannels.getAnyChannels` is asked for. */
export interface AnyChannelsOptions {
  /** How many, each to another host: 1 to 64. @default 1 */
  readonly count?: number
  /** Only hosts of these schemes. @default all that this node dials */
  readonly schemes?: readonly string[]
  /** Gives up. @default after two minutes */
  readonly signal?: AbortSignal
}

export type PeerSearchDeps<Share> = DirectDialDeps &
  Pick<PeerDiscoveryDeps, 'seed' | 'askPeers' | 'isConnected'> & {
    /** The channels to peers, of any session. */
    peers(): Iterable<Channel>
    /** Has the discovery of the outbound session find hosts; it is asked where there are slots. */
    wakeOutboundDiscovery(): void
    /** Whether the direct session opens or holds a channel to `url`. */
    isOpening(url: string): boolean
    /** A share of a channel that is open. */
    share(channel: Channel): Promise<Share>
    /** A share of a channel to `url`, dialled if need be. */
    open(dial: DirectDial, signal: AbortSignal): Promise<Share>
  }

interface Search {
  readonly accepts: (url: string) => boolean
  /** No other search gets this one. */
  readonly take: (url: string) => void
}

export class PeerSearch<Share extends { release(): void } & Disposable> {
  readonly #deps: PeerSearchDeps<Share>
  readonly #discovery: PeerDiscovery
  /** Those who wait for hosts. */
  readonly #waiting = new Set<WakeUp>()
  #scope: TaskScope | undefined
  #isDiscovering = false
  #subscriptions: readonly Unsubscribe[] = []

  constructor(deps: PeerSearchDeps<Share>) {
    this.#deps = deps
    this.#discovery = new PeerDiscovery({
      ...deps,
      event: 'direct_peer_discovery',
      wakeUsers: () => this.#wakeAll(),
      newChannels: {
        pick: () => deps.hosts.pickDirect((url) => !deps.isOpening(url)),
        open: (url, signal) => this.#openForDiscovery(url, signal),
      },
    })
  }

  start(scope: TaskScope): void {
    this.#scope = scope
    this.#isDiscovering = false
    this.#subscriptions = [this.#deps.hosts.onNewHosts(() => this.#wakeAll()), this.#deps.onPeer(() => this.#wakeAll())]
  }

  /** Whether somebody waits for hosts to become known. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** To be called when the scope stops. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
  }

  /** @throws NetError NET_TIMEOUT; NET_TOO_MANY_CHANNELS @throws the reason of a signal; nothing is held then */
  async find({ count = 1, schemes, signal }: AnyChannelsOptions, stopping: AbortSignal): Promise<Share[]> {
    const ending = new AbortController()
    const timeoutMs = LIMITS.DIRECT_SEARCH_MS.value
    const timer = this.#deps.clock.setTimer(timeoutMs, () => {
      ending.abort(new NetError('NET_TIMEOUT', { what: 'peers for direct channels', timeoutMs }))
    })
    const endings = [stopping, ending.signal, ...(signal === undefined ? [] : [signal])]
    const taken = new Set<string>()
    const search: Search = {
      accepts: (url) => !taken.has(url) && (schemes?.includes(parseUrl(url).scheme) ?? true),
      take: (url) => taken.add(url),
    }
    const finding = Array.from({ length: count }, async () => {
      try {
        return await this.#findOne(search, AbortSignal.any(endings))
      } catch (error) {
        // The first that fails ends the others.
        ending.abort(error)
        throw error
      }
    })
    const results = await Promise.allSettled(finding)
    timer.cancel()
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    if (found.length === count) return found
    for (const share of found) share.release()
    throw ending.signal.reason
  }

  /** The first that will do: a peer that is connected, else a host of the lists, else one that discovery finds. */
  async #findOne({ accepts, take }: Search, signal: AbortSignal): Promise<Share> {
    const { hosts, random, logger } = this.#deps
    for (;;) {
      signal.throwIfAborted()
      const connected = [...this.#deps.peers()].filter((channel) => !channel.isStopped && accepts(channel.info.url))
      const channel = pick(random, connected)
      const url = channel?.info.url ?? hosts.pickDirect(accepts)
      if (url === undefined) {
        await this.#untilHostsMayBeKnown(signal)
        continue
      }
      take(url)
      if (channel !== undefined) return this.#deps.share(channel)
      try {
        return await this.#deps.open({ url, attempts: 1 }, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (isNetError(error, 'NET_TOO_MANY_CHANNELS')) throw error
        logger.debug('Direct channel to some peer failed', { url, error })
      }
    }
  }

  async #untilHostsMayBeKnown(signal: AbortSignal): Promise<void> {
    const { settings, clock } = this.#deps
    const wakeUp = new WakeUp()
    this.#waiting.add(wakeUp)
    try {
      if (settings.outboundConnections > 0) this.#deps.wakeOutboundDiscovery()
      else this.#wakeOwnDiscovery()
      await wakeUp.waitWithin(settings.outboundPeerDiscoveryAttemptMs, clock, signal)
    } finally {
      this.#waiting.delete(wakeUp)
    }
  }

  #wakeAll(): void {
    for (const waiting of this.#waiting) waiting.wake()
  }

  #wakeOwnDiscovery(): void {
    this.#discovery.wake()
    if (this.#isDiscovering) return
    this.#isDiscovering = true
    this.#scope?.spawn((signal) => this.#discovery.run(signal))
  }

  async #openForDiscovery(url: string, signal: AbortSignal): Promise<Share | undefined> {
    try {
      return await this.#deps.open({ url, attempts: 1 }, signal)
    } catch (error) {
      signal.throwIfAborted()
      this.#deps.logger.debug('Host could not be asked for addresses', { url, error })
      return undefined
    }
  }
}
