/** The places for inbound peers: who gets one, and who has to leave it for a newcomer. Source: docs/node.md, *Sessions*. */
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { endpointTarget, hostTarget, nodeHost } from '../hosts/ban-target.ts'
import { HostColor } from '../hosts/host-color.ts'
import type { Hosts } from '../hosts/hosts.ts'
import { networkGroup } from '../hosts/network-group.ts'
import { SessionFlag, isPeerSession } from '../sessions/session-flags.ts'
import { LIMITS } from '../limits.ts'
import type { Settings } from '../settings.ts'
import { chooseEvicted, newestDouble } from './eviction.ts'
import type { InboundPeer } from './eviction.ts'
import { HostCounts } from './host-counts.ts'

export interface InboundSlotsDeps {
  readonly settings: Pick<Settings, 'inboundConnections' | 'localnet' | 'eclipseDefences'>
  readonly hosts: Pick<Hosts<Channel>, 'container' | 'isVouchedFor' | 'registry'>
}

/** A peer in its slot. What changes while it is there is read from its channel. */
class Place implements InboundPeer {
  readonly channel: Channel
  readonly group: string
  readonly isVouchedFor: boolean
  readonly listed: 'gold' | 'white' | undefined
  readonly #deps: InboundSlotsDeps

  constructor(channel: Channel, deps: InboundSlotsDeps) {
    const { hosts } = deps
    const { url } = channel.info
    this.channel = channel
    this.#deps = deps
    this.group = groupOf(url)
    this.isVouchedFor = hosts.isVouchedFor(url)
    this.listed = listedAs(url, this.group, hosts.container)
  }

  get pingMs(): number | undefined {
    return this.channel.pingMs
  }

  get usefulMs(): number | undefined {
    return this.channel.usefulMs
  }

  get isDouble(): boolean {
    return isDouble(this.channel, this.#deps)
  }
}

/** At most `inboundConnections` peers, in the order they came. */
export class InboundSlots {
  readonly #deps: InboundSlotsDeps
  readonly #places = new Map<Channel, Place>()
  readonly #hosts: HostCounts

  constructor(deps: InboundSlotsDeps) {
    this.#deps = deps
    this.#hosts = new HostCounts(deps.settings)
  }

  get size(): number {
    return this.#places.size
  }

  /** How many hosts are counted. */
  get hostCount(): number {
    return this.#hosts.size
  }

  /** Whether a connection from this address could become a peer just now. */
  admits(url: string): boolean {
    if (this.#deps.settings.inboundConnections === 0) return false
    if (this.#hosts.of(url) >= LIMITS.INBOUND_PER_HOST.value) return false
    return this.#hasRoom() || this.#placeFor(url, () => isDialled(url, this.#deps)) !== undefined
  }

  /**
   * Gives the channel a slot until `release`.
   * @returns the channel that had to leave it, stopped with NET_EVICTED; undefined when there was room
   * @throws NetError NET_TOO_MANY_CHANNELS when neither a slot nor its host's share is free, and nobody has to make way
   */
  take(channel: Channel): Channel | undefined {
    const { url } = channel.info
    const perHost = LIMITS.INBOUND_PER_HOST.value
    if (this.#hosts.of(url) >= perHost) throw new NetError('NET_TOO_MANY_CHANNELS', { limit: perHost })
    let evicted: Channel | undefined
    if (!this.#hasRoom()) {
      evicted = this.#placeFor(url, () => isDouble(channel, this.#deps))?.channel
      if (evicted === undefined) {
        throw new NetError('NET_TOO_MANY_CHANNELS', { limit: this.#deps.settings.inboundConnections })
      }
      this.release(evicted)
      void evicted.stop(new NetError('NET_EVICTED', { channelId: evicted.info.id }))
    }
    this.#places.set(channel, new Place(channel, this.#deps))
    this.#hosts.add(url)
    return evicted
  }

  /** Frees the slot of a channel. @returns whether it had one */
  release(channel: Channel): boolean {
    if (!this.#places.delete(channel)) return false
    this.#hosts.remove(channel.info.url)
    return true
  }

  #hasRoom(): boolean {
    return this.#places.size < this.#deps.settings.inboundConnections
  }

  /** The place that a newcomer from this address would get of another; with more peers than slots nobody's. */
  #placeFor(url: string, isDoubleItself: () => boolean): Place | undefined {
    const { settings } = this.#deps
    if (!settings.eclipseDefences || this.#places.size > settings.inboundConnections) return undefined
    const places = [...this.#places.values()]
    // All hosts are of one group there: only a double makes way.
    if (settings.localnet) return isDoubleItself() ? undefined : newestDouble(places)
    return chooseEvicted(places, { group: groupOf(url), isDouble: isDoubleItself() })
  }
}

/** Whether the peer of an inbound channel is one that we have dialled as well. */
function isDouble(channel: Channel, deps: InboundSlotsDeps): boolean {
  if (!deps.settings.localnet) return isDialled(channel.info.url, deps)
  // Many nodes share a host there: what the peer says of itself is all there is. Who lies gains nothing but to go first.
  const dialled = new Set(dialledPeers(deps).map(endpointTarget))
  return (channel.peerVersion?.extSendAddr ?? []).some((url) => dialled.has(endpointTarget(url)))
}

/** Whether a channel that we dialled leads to the host of this address. On localnet that says nothing. */
function isDialled(url: string, deps: InboundSlotsDeps): boolean {
  const host = nodeHost(url)
  if (host === null || deps.settings.localnet) return false
  const target = hostTarget(host)
  return dialledPeers(deps).some((connected) => hostTarget(nodeHost(connected) ?? '') === target)
}

/** Addresses of the peers that we have dialled. */
function dialledPeers({ hosts: { registry } }: InboundSlotsDeps): string[] {
  return [...registry.urlsIn('connected')].filter((url) => {
    const session = registry.held(url)?.info.session
    return session !== undefined && session !== SessionFlag.Inbound && isPeerSession(session)
  })
}

/** The network group of an inbound address; all Unix sockets are one. */
function groupOf(url: string): string {
  return nodeHost(url) === null ? 'unix' : networkGroup(url)
}

function listedAs(url: string, group: string, container: Hosts<Channel>['container']): 'gold' | 'white' | undefined {
  const host = nodeHost(url)
  if (host === null) return undefined
  const target = hostTarget(host)
  const isIn = (color: HostColor): boolean =>
    container.inGroup(color, group).some((listed) => hostTarget(nodeHost(listed) ?? '') === target)
  if (isIn(HostColor.Gold)) return 'gold'
  return isIn(HostColor.White) ? 'white' : undefined
}
