/** Inbound channels that hold no slot: those still exchanging versions, and those on their way out. Both are bounded here. */
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { hostTarget, nodeHost } from '../hosts/ban-target.ts'
import { networkGroup } from '../hosts/network-group.ts'
import { LIMITS } from '../limits.ts'
import { HostCounts } from './host-counts.ts'

/** Where a channel comes from, in two sizes. */
interface Origin {
  readonly group: string
  readonly host: string
}

export class HalfOpenChannels {
  /** In the order they came. */
  readonly #waiting = new Map<Channel, Origin>()
  readonly #leaving = new Set<Channel>()
  readonly #hosts: HostCounts

  constructor(settings: { readonly localnet: boolean }) {
    this.#hosts = new HostCounts(settings)
  }

  /** How many exchange versions. */
  get size(): number {
    return this.#waiting.size
  }

  /** How many have stopped and are not closed yet. */
  get leavingSize(): number {
    return this.#leaving.size
  }

  /** How many hosts are counted. */
  get hostCount(): number {
    return this.#hosts.size
  }

  /** Whether the host of an address may open one more. */
  admits(url: string): boolean {
    return this.#hosts.of(url) < LIMITS.PENDING_INBOUND_PER_HOST.value
  }

  /** Takes a channel until `remove`; when there are too many, another one goes. */
  add(channel: Channel): void {
    const limit = LIMITS.PENDING_INBOUND.value
    if (this.#waiting.size >= limit) void this.#leastMissed().drop(new NetError('NET_TOO_MANY_CHANNELS', { limit }))
    const { url } = channel.info
    this.#waiting.set(channel, { group: networkGroup(url), host: hostTarget(nodeHost(url) ?? url) })
    this.#hosts.add(url)
    channel.setEarly(true)
  }

  /** The channel became a peer, or stopped: it is counted no longer. @returns whether it was here */
  remove(channel: Channel): boolean {
    if (!this.#waiting.delete(channel)) return false
    this.#hosts.remove(channel.info.url)
    channel.setEarly(false)
    return true
  }

  /** A channel that was turned away closes in its own time, unless too many do. */
  letGo(channel: Channel): void {
    this.#leaving.add(channel)
    void channel.closed.then(() => this.#leaving.delete(channel))
    if (this.#leaving.size <= LIMITS.INBOUND_CLOSING.value) return
    const [oldest] = this.#leaving
    this.#leaving.delete(oldest!)
    void oldest!.drop(oldest!.stopReason!)
  }

  /** Ends all that exchange versions. */
  async stop(): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((channel) => channel.stop(new NetError('NET_STOPPED', {}))))
  }

  /**
   * One of the most crowded network group, or of those that are equally crowded: there the oldest that has sent nothing; when
   * all have sent something, the oldest of the host with the most of them. So a swarm of one network drops its own.
   */
  #leastMissed(): Channel {
    const crowd = mostCrowded([...this.#waiting], ([, { group }]) => group)
    const [silent] = crowd.find(([channel]) => !channel.hasReceived) ?? []
    if (silent !== undefined) return silent
    const [[oldest]] = mostCrowded(crowd, ([, { host }]) => host) as [[Channel, Origin]]
    return oldest
  }
}

/** Those whose key no other key has more of, in their order. @param items - at least one */
function mostCrowded<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return items.filter((item) => counts.get(keyOf(item)) === most)
}
