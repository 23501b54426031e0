/** What a node knows about other nodes: lists, states and bans behind one object. Facts: docs/node.md, *Hosts*. */
import { parseUrl } from '@dchat/serial'
import { Publisher } from '@dchat/system'
import type { Clock, Logger, Random, Unsubscribe } from '@dchat/system'
import type { Settings } from '../settings.ts'
import { filterAddress, isDirectIpv6 } from './address-filter.ts'
import type { FilterFacts } from './address-filter.ts'
import { BanExemptions } from './ban-exemptions.ts'
import { BanList } from './ban-list.ts'
import { chooseBanTarget, isBehindProxy } from './ban-rule.ts'
import type { BanDirection } from './ban-rule.ts'
import { coversUrl, endpointTarget, hostTarget, nodeHost } from './ban-target.ts'
import { Blacklist } from './blacklist.ts'
import { answerGetaddr } from './getaddr-answer.ts'
import type { GetaddrQuery } from './getaddr-answer.ts'
import { HostColor } from './host-color.ts'
import { HostContainer } from './host-container.ts'
import type { HostEntry } from './host-container.ts'
import { HostFiles } from './host-files.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { HostRegistry } from './host-registry.ts'
import { networkGroup } from './network-group.ts'
import { pickOutbound } from './outbound-pick.ts'
import { isAnyIpv6, OwnIpv6 } from './own-ipv6.ts'

export type HostsSettings = Pick<
  Settings,
  | 'banPolicy'
  | 'bansPath'
  | 'blacklist'
  | 'disableGreys'
  | 'externalAddrs'
  | 'hostlistPath'
  | 'knownPeerPercent'
  | 'localnet'
  | 'neverBan'
  | 'outboundConnections'
  | 'peers'
  | 'seeds'
>

export interface HostsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Whether this node can dial an address of that scheme, directly or mixed. */
  isDialable(url: string): boolean
}

interface HostsEvents {
  newHosts: number
}

const LISTED: readonly HostColor[] = [HostColor.Gold, HostColor.White, HostColor.Grey]
const TRUSTED: readonly HostColor[] = [HostColor.Gold, HostColor.White]

/** `T` is what a connected host holds in the registry. All URLs are canonical, save those given to `insertFromPeer`. */
export class Hosts<T> {
  readonly registry: HostRegistry<T>
  readonly container: HostContainer
  /** For operators: list, add and lift bans. */
  readonly bans: BanList
  readonly #settings: HostsSettings
  readonly #deps: HostsDeps
  readonly #exemptions: BanExemptions
  readonly #blacklist: Blacklist
  readonly #files: HostFiles
  readonly #events: Publisher<HostsEvents>
  readonly #configured: ReadonlySet<string>
  readonly #seeds: ReadonlySet<string>
  readonly #ownIpv6: OwnIpv6
  #externalAddrs: readonly string[]
  #ipv6DownUntilMs = 0

  /** @throws {NetError} NET_SETTINGS_INVALID naming an entry of `neverBan` that is no IP or CIDR. */
  constructor(settings: HostsSettings, deps: HostsDeps) {
    const { clock, logger } = deps
    this.#settings = settings
    this.#deps = deps
    this.#exemptions = new BanExemptions(settings)
    this.#blacklist = new Blacklist(settings.blacklist)
    this.#seeds = new Set(settings.seeds)
    this.#configured = new Set([...settings.seeds, ...settings.peers])
    this.#ownIpv6 = new OwnIpv6(settings)
    this.#externalAddrs = settings.externalAddrs
    this.registry = new HostRegistry({ clock })
    this.container = new HostContainer({ goldMax: settings.outboundConnections + HOST_LIMITS.GOLD_BEYOND_SLOTS.value }, { clock })
    this.bans = new BanList({ clock, isExempt: (target) => this.#exemptions.hasTarget(target) })
    this.#files = new HostFiles({
      settings,
      container: this.container,
      bans: this.bans,
      logger,
      isUnwanted: ({ color, url }) => color !== HostColor.Black && this.isBanned(url, 'outbound'),
    })
    this.#events = new Publisher((error) => logger.error('Listener of new hosts failed', { error }))
  }

  /**
   * Loads the host list and the bans, the first time it is called. A missing file is an empty one.
   * @throws {NetError} NET_HOSTLIST_UNREADABLE for a file, of either kind, that is there and cannot be read.
   */
  start(): Promise<void> {
    return this.#files.load()
  }

  /**
   * Writes what has changed; what is known when it is called is on disk when it resolves. Does nothing before `start`
   * has succeeded, so that it never replaces lists by emptier ones.
   * @throws {NetError} NET_HOSTLIST_UNWRITABLE; the old file is untouched and the next save tries again.
   */
  save(): Promise<void> {
    return this.#files.save()
  }

  /**
   * The addresses under which peers reach this node, as they are told: a host `[::]` is replaced by our IPv6 address as peers
   * see it; an address is left out until that, or its port (0 until we listen), is known.
   * @default settings.externalAddrs
   */
  get externalAddrs(): readonly string[] {
    return this.#ownAddrs().filter((url) => !isAnyIpv6(url) && parseUrl(url).port !== 0)
  }

  /** Gives every external address, those with `[::]` too, what `change` makes of it. */
  changeExternalAddrs(change: (urls: readonly string[]) => readonly string[]): void {
    this.#externalAddrs = change(this.#externalAddrs)
  }

  /** A peer sees this node at `url` (canonical), as its `version` says. */
  noteOwnAddress(url: string): void {
    this.#ownIpv6.note(url)
  }

  #ownAddrs(): string[] {
    return this.#externalAddrs.map((url) => this.#ownIpv6.patch(url))
  }

  /** Hears how many hosts became known by one `insertFromPeer`, when there are any. */
  onNewHosts(listener: (count: number) => void): Unsubscribe {
    return this.#events.subscribe('newHosts', listener)
  }

  /** Filters addresses from a peer into grey or dark. @returns how many are new in grey. */
  insertFromPeer(addrs: readonly HostEntry[]): number {
    const facts = this.#filterFacts()
    let count = 0
    for (const addr of addrs) if (this.#insert(addr, facts)) count += 1
    if (count > 0) this.#events.publish('newHosts', count)
    return count
  }

  #insert({ url: text, lastSeenSec }: HostEntry, facts: FilterFacts): boolean {
    const { verdict, reason, url } = filterAddress(text, facts)
    if (verdict === 'dark') this.container.store(HostColor.Dark, url, lastSeenSec)
    else if (verdict === 'grey' || reason === 'listed') this.container.remove(HostColor.Dark, url)
    return verdict === 'grey' && this.registry.canMove(url, 'insert') && this.container.store(HostColor.Grey, url, lastSeenSec)
  }

  #filterFacts(): FilterFacts {
    return {
      configured: this.#configured,
      externalAddrs: this.#ownAddrs(),
      localnet: this.#settings.localnet,
      isBanned: (url) => this.isBanned(url, 'outbound'),
      isDialable: (url) => this.#isDialable(url),
      isListed: (url) => LISTED.some((color) => this.container.has(color, url)),
    }
  }

  #isDialable(url: string): boolean {
    const isIpv6Down = this.#deps.clock.nowMs() < this.#ipv6DownUntilMs
    return this.#deps.isDialable(url) && !(isIpv6Down && isDirectIpv6(url))
  }

  /** To be told when a dial to an IPv6 host found no network: for an hour, or until one connects, such hosts are not dialled. */
  noteUnreachable(url: string): void {
    if (!isDirectIpv6(url)) return
    this.#ipv6DownUntilMs = this.#deps.clock.nowMs() + HOST_LIMITS.IPV6_UNREACHABLE_MS.value
  }

  /** To gold, seen now; not for a banned host. */
  markConnected(url: string): void {
    if (isDirectIpv6(url)) this.#ipv6DownUntilMs = 0
    if (!this.isBanned(url, 'outbound')) this.container.move(url, HostColor.Gold, this.#nowSec())
  }

  /**
   * To grey, out of gold and white; a banned host only leaves those.
   * @param lastSeenSec Unix seconds; give it when a connection ended that worked. @default as known, else 0
   */
  greylist(url: string, lastSeenSec: number = this.#lastSeen(url)): void {
    if (!this.isBanned(url, 'outbound')) {
      this.container.move(url, HostColor.Grey, lastSeenSec)
      return
    }
    this.container.remove(HostColor.Gold, url)
    this.container.remove(HostColor.White, url)
  }

  /** To white, seen now, out of grey; a gold one stays gold, a banned host is not taken. */
  promoteToWhite(url: string): void {
    if (this.isBanned(url, 'outbound')) this.removeGrey(url)
    else this.container.move(url, HostColor.White, this.#nowSec())
  }

  removeGrey(url: string): void {
    this.container.remove(HostColor.Grey, url)
  }

  /** A host for a free outbound slot, of `slots` in all; the caller moves it to `connect` before anything else can happen. */
  pickOutbound(slots: number): string | undefined {
    const own = new Set(this.#ownAddrs().map(endpointTarget))
    return pickOutbound(slots, {
      settings: this.#settings,
      container: this.container,
      registry: this.registry,
      random: this.#deps.random,
      isUsable: (url) =>
        !this.#seeds.has(url) && !own.has(endpointTarget(url)) && !this.isBanned(url, 'outbound') && this.#isDialable(url),
    })
  }

  /** Answers a `getaddr`: at most 510 addresses that fit one `addr`. */
  answerGetaddr(query: GetaddrQuery): HostEntry[] {
    return answerGetaddr(query, { container: this.container, random: this.#deps.random })
  }

  /**
   * Bans the host of a channel for an offence: its IP (or name) on all ports when it came in, its endpoint when we dialled it.
   * @returns false when it is of a kind that is never banned, or the policy is `relaxed`.
   */
  ban(url: string, how: BanDirection, reason: string): boolean {
    const host = nodeHost(url)
    if (this.#settings.banPolicy === 'relaxed' || (host !== null && this.#isExempt(host, how))) return false
    const target = chooseBanTarget(url, how, {
      localnet: this.#settings.localnet,
      isTrusted: (made) => TRUSTED.some((color) => this.#covered(made, color, url).length > 0),
    })
    if (target === undefined || !this.bans.punish(target, reason)) return false
    for (const color of [...LISTED, HostColor.Dark]) {
      for (const covered of this.#covered(target, color, url)) this.container.remove(color, covered)
    }
    return true
  }

  #isExempt(host: string, how: BanDirection): boolean {
    return this.#exemptions.hasIp(host) || (how === 'inbound' && this.#exemptions.hasTarget(hostTarget(host)))
  }

  /** The addresses of a list that a target covers, which is made of `url`: all are of its network group. */
  #covered(target: string, color: HostColor, url: string): string[] {
    return this.container.inGroup(color, networkGroup(url)).filter((other) => coversUrl(target, other))
  }

  /** From now on `url` (canonical) and its host are not banned: it is kept connected by hand. */
  exemptPeer(url: string): void {
    this.#exemptions.addPeer(url)
  }

  /** Ends what `exemptPeer` began: bans on the peer that still run hold again. */
  endExemption(url: string): void {
    this.#exemptions.removePeer(url)
  }

  /** Whether the host, its endpoint or its URL is banned or blacklisted. */
  isBanned(url: string, direction: BanDirection): boolean {
    if (this.#blacklist.has(url) || this.container.has(HostColor.Black, url)) return true
    const host = nodeHost(url)
    if (host !== null && this.#exemptions.hasIp(host)) return false
    if (direction === 'inbound' && isBehindProxy(url)) return false
    return this.bans.has(endpointTarget(url)) || (host !== null && this.bans.has(hostTarget(host)))
  }

  #lastSeen(url: string): number {
    return LISTED.map((color) => this.container.lastSeenOf(color, url)).find((seen) => seen !== undefined) ?? 0
  }

  #nowSec(): number {
    return Math.floor(this.#deps.clock.nowMs() / 1000)
  }
}
