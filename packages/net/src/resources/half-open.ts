/** Inbound channels that hold no slot: those still exchanging versions, and those on their way out. Both are bounded here. */
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { hostTarget, nodeHost } from '../hosts/ban-target.ts'
import { LIMITS } from '../limits.ts'
import { HostCounts } from './host-counts.ts'

export class HalfOpenChannels {
  /** In the order they came. */
  readonly #waiting = new Set<Channel>()
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
    if (this.#waiting.size >= limit) void this.#longest().drop(new NetError('NET_TOO_MANY_CHANNELS', { limit }))
    this.#waiting.add(channel)
    this.#hosts.add(channel.info.url)
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
    await Promise.all([...this.#waiting].map((channel) => channel.stop(new NetError('NET_STOPPED', {}))))
  }

  /** The oldest that has sent nothing; when all have sent something, the oldest of the host with the most of them. */
  #longest(): Channel {
    const silent = [...this.#waiting].find(({ hasReceived }) => !hasReceived)
    if (silent !== undefined) return silent
    const hosts = Map.groupBy(this.#waiting, ({ info }) => hostTarget(nodeHost(info.url) ?? info.url))
    return [...hosts.values()].reduce((most, each) => (each.length > most.length ? each : most))[0]!
  }
}
