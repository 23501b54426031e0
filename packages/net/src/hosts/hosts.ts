/** What a node knows about other nodes: lists, states and bans behind one object. Facts: docs/node.md, *Hosts*. */
/* oxlint-disable max-lines -- Longer than 400 lines because it is the one door to lists, states, bans and files of hosts, which are classes of their own: most of it is short methods that hand on. */
import { isDeepStrictEqual } from 'node:util'
import { parseUrl } from '@dchat/serial'
import { Publisher } from '@dchat/system'
import type { Clock, Logger, Random, Unsubscribe } from '@dchat/system'
import { SCHEMES } from '../schemes.ts'
import type { Settings } from '../settings.ts'
import { filterAddress, isDirectIpv6 } from './address-filter.ts'
import type { DropReason, FilterFacts, FilterResult } from './address-filter.ts'
import { Anchors } from './anchors.ts'
import { BanExemptions } from './ban-exemptions.ts'
import { BanList } from './ban-list.ts'
import type { Ban, Offence } from './ban-list.ts'
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
import { HostRests } from './host-rests.ts'
import { networkGroup } from './network-group.ts'
import { pickOutbound } from './outbound-pick.ts'
import { leadsTo } from './own-address.ts'
import { isAnyIpv6, OwnIpv6 } from './own-ipv6.ts'

export type HostsSettings = Pick<
  Settings,
  | 'anchorsPath'
  | 'banPolicy'
  | 'bansPath'
  | 'blacklist'
  | 'disableGreys'
  | 'eclipseDefences'
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

/** What the lists that slots pick from have. */
export interface HostReach {
  readonly isAnyUsable: boolean
  /** Asked for only where none is usable. */
  readonly isAnyBanned: boolean
}

/** What became of addresses that a peer told. */
export interface InsertOutcome {
  /** How many are new in grey. */
  readonly added: number
  /** How many the filter dropped, by reason; only reasons that there were. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

interface HostsEvents {
  newHosts: number
}

const LISTED: readonly HostColor[] = [HostColor.Gold, HostColor.White, HostColor.Grey]
const TRUSTED: readonly HostColor[] = [HostColor.Gold, HostColor.White]
const NO_ANCHORS = { take: () => undefined }

/** The hosts that a node knows: `p2p.hosts`. `T` is what a connected host holds in the registry. All URLs are canonical. */
export class Hosts<T> {
  /** What is being done with each host, by canonical URL. */
  readonly registry: HostRegistry<T>
  /** The five lists. */
  readonly container: HostContainer
  /** For operators: list, add and lift bans. */
  readonly bans: BanList
  /** Hosts that outbound slots leave alone for a while. @internal */
  readonly rests: HostRests
  readonly #settings: HostsSettings
  readonly #deps: HostsDeps
  readonly #exemptions: BanExemptions
  #blacklist: Blacklist
  readonly #anchors = new Anchors()
  readonly #files: HostFiles
  readonly #events: Publisher<HostsEvents>
  #seeds: ReadonlySet<string>
  readonly #ownIpv6: OwnIpv6
  #externalAddrs: readonly string[]
  #ipv6DownUntilMs = 0

  /** @throws NetError NET_SETTINGS_INVALID naming an entry of `neverBan` that is no IP or CIDR. @internal */
  constructor(settings: HostsSettings, deps: HostsDeps) {
    const { clock, logger } = deps
    this.#settings = settings
    this.#deps = deps
    this.#exemptions = new BanExemptions(settings)
    this.#blacklist = new Blacklist(settings.blacklist)
    this.#seeds = new Set(settings.seeds)
    this.#ownIpv6 = new OwnIpv6(settings)
    this.#externalAddrs = settings.externalAddrs
    this.registry = new HostRegistry({ clock })
    this.container = new HostContainer({ goldMax: goldMax(settings) }, { clock })
    this.bans = new BanList({ clock, isExempt: (target) => this.#exemptions.hasTarget(target) })
    this.rests = new HostRests({ clock })
    this.#files = new HostFiles({
      settings,
      container: this.container,
      bans: this.bans,
      anchors: this.#anchors,
      logger,
      isUnwanted: ({ color, url }) => color !== HostColor.Black && this.isBanned(url, 'outbound'),
    })
    this.#events = new Publisher((error) => logger.error('Listener of new hosts failed', { error }))
  }

  /**
   * Takes over settings that are about to replace those of the constructor, which are read at each use. Hosts that are on the
   * blacklist now leave the lists.
   * @throws NetError NET_SETTINGS_INVALID as the constructor; nothing has changed then.
   * @internal
   */
  reload(next: HostsSettings): void {
    this.#exemptions.reload(next)
    this.#blacklist = new Blacklist(next.blacklist)
    this.#seeds = new Set(next.seeds)
    if (!isDeepStrictEqual(next.externalAddrs, this.#settings.externalAddrs)) this.#externalAddrs = next.externalAddrs
    this.container.boundGold(goldMax(next))
    if (next.blacklist.length === 0) return
    for (const color of [...LISTED, HostColor.Dark]) {
      for (const { url } of this.container.entries(color)) if (this.#blacklist.has(url)) this.container.remove(color, url)
    }
  }

  /**
   * Loads the host list, the bans and the anchors, the first time it is called. A missing file is an empty one.
   * Each time it is called the anchors are to be tried again.
   * @throws NetError NET_HOSTLIST_UNREADABLE for a file, of whatever kind, that is there and cannot be read.
   * @internal
   */
  async start(): Promise<void> {
    await this.#files.load()
    this.#anchors.arm()
  }

  /**
   * The outbound peers to come back to after a restart, connected longest first: the first two are kept, written by the next
   * `save`. Where there are fewer, earlier ones stay. After a `start` `pickOutbound` gives each once, if it can be dialled.
   * @internal
   */
  setAnchors(urls: readonly string[]): void {
    this.#anchors.set(urls)
  }

  /**
   * Writes what has changed; what is known when it is called is on disk when it resolves. Does nothing before `start`
   * has succeeded, so that it never replaces lists by emptier ones.
   * @throws NetError NET_HOSTLIST_UNWRITABLE; the old file is untouched and the next save tries again.
   * @internal
   */
  save(): Promise<void> {
    return this.#files.save()
  }

  /**
   * The addresses under which peers reach this node, as they are told: a host `[::]` is replaced by our IPv6 address as peers
   * see it; an address is left out until that, or its port (0 until we listen), is known, and for ever if its scheme is not told.
   * @default settings.externalAddrs
   */
  get externalAddrs(): readonly string[] {
    return this.#ownAddrs().filter((url) => {
      const { scheme, port } = parseUrl(url)
      return SCHEMES.get(scheme)?.told !== undefined && !isAnyIpv6(url) && port !== 0
    })
  }

  /** Gives every external address, those with `[::]` too, what `change` makes of it. @internal */
  changeExternalAddrs(change: (urls: readonly string[]) => readonly string[]): void {
    this.#externalAddrs = change(this.#externalAddrs)
  }

  /**
   * A peer sees this node at `url`, as its `version` says. Off localnet only who is connected over IPv6 can know.
   * @param peer - where the peer is: peers of one network group have one voice
   * @internal
   */
  noteOwnAddress(url: string, peer: string): void {
    if (this.#settings.localnet || isDirectIpv6(peer)) this.#ownIpv6.note(url, this.#sourceOf(peer))
  }

  /** Whether who dials `url` comes out at this node: at an address of its own, or at one of `listenUrls`. All canonical. @internal */
  isOwn(url: string, listenUrls: readonly string[]): boolean {
    return leadsTo(url, [...this.#ownAddrs(), ...listenUrls])
  }

  #ownAddrs(): string[] {
    return this.#externalAddrs.map((url) => this.#ownIpv6.patch(url))
  }

  /** Hears how many hosts became known by one `insertFromPeer`, when there are any. @internal */
  onNewHosts(listener: (count: number) => void): Unsubscribe {
    return this.#events.subscribe('newHosts', listener)
  }

  /**
   * Filters addresses from a peer into grey or dark. The network group of `peer` (canonical) is charged with them: of either
   * list it fills a quarter at most, so that others keep theirs (`HostList`).
   * @internal
   */
  insertFromPeer(addrs: readonly HostEntry[], peer: string): InsertOutcome {
    const facts = this.#filterFacts()
    const source = this.#sourceOf(peer)
    const dropped: Partial<Record<DropReason, number>> = {}
    let added = 0
    for (const { url, lastSeenSec } of addrs) {
      const result = filterAddress(url, facts)
      if (result.verdict === 'drop') dropped[result.reason] = (dropped[result.reason] ?? 0) + 1
      if (this.#insert(result, lastSeenSec, source)) added += 1
    }
    if (added > 0) this.#events.publish('newHosts', added)
    return { added, dropped }
  }

  #insert({ verdict, reason, url }: FilterResult, lastSeenSec: number, source: string | undefined): boolean {
    const entry = { url, lastSeenSec }
    if (verdict === 'dark') this.container.storeTold(HostColor.Dark, entry, source)
    else if (verdict === 'grey' || reason === 'listed') this.container.remove(HostColor.Dark, url)
    return verdict === 'grey' && this.registry.canMove(url, 'insert') && this.container.storeTold(HostColor.Grey, entry, source)
  }

  /** Whom to charge for what a peer says; nobody where the defences are off. */
  #sourceOf(peer: string): string | undefined {
    return this.#isByGroup ? networkGroup(peer) : undefined
  }

  /** On localnet every host is of one network group. */
  get #isByGroup(): boolean {
    return this.#settings.eclipseDefences && !this.#settings.localnet
  }

  #filterFacts(): FilterFacts {
    return {
      configured: { has: (url) => this.#seeds.has(url) || this.#exemptions.hasPeer(url) },
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

  /** To be told when a dial to an IPv6 host found no network: for an hour, or until one connects, such hosts are not dialled. @internal */
  noteUnreachable(url: string): void {
    if (!isDirectIpv6(url)) return
    this.#ipv6DownUntilMs = this.#deps.clock.nowMs() + HOST_LIMITS.IPV6_UNREACHABLE_MS.value
  }

  /** To gold, seen now; not for a banned host. @internal */
  markConnected(url: string): void {
    if (isDirectIpv6(url)) this.#ipv6DownUntilMs = 0
    if (!this.isBanned(url, 'outbound')) this.container.move(url, HostColor.Gold, this.#nowSec())
  }

  /**
   * To grey, out of gold and white; a banned host only leaves those.
   * @param lastSeenSec - Unix seconds; give it when a connection ended that worked. @default as known, else 0
   * @internal
   */
  greylist(url: string, lastSeenSec: number = this.#lastSeen(url)): void {
    if (!this.isBanned(url, 'outbound')) {
      this.container.move(url, HostColor.Grey, lastSeenSec)
      return
    }
    this.container.remove(HostColor.Gold, url)
    this.container.remove(HostColor.White, url)
  }

  /** To white, seen now, out of grey; a gold one stays gold, a banned host is not taken. @internal */
  promoteToWhite(url: string): void {
    if (this.isBanned(url, 'outbound')) this.removeGrey(url)
    else this.container.move(url, HostColor.White, this.#nowSec())
  }

  /** @internal */
  removeGrey(url: string): void {
    this.container.remove(HostColor.Grey, url)
  }

  /**
   * A host for a free outbound slot, of `slots` in all, that does not rest; the caller moves it to `connect` before anything else can happen.
   * @param inUse - what the outbound slots hold or dial, canonical: two of a network group is the most, and only these count as
   * known hosts that the slots have. @default all hosts that are connected count, of no group
   * @internal
   */
  pickOutbound(slots: number, inUse?: readonly string[]): string | undefined {
    const query = { slots, inUse }
    const isUsable = this.#usability()
    return pickOutbound(query, {
      settings: this.#settings,
      isByGroup: this.#isByGroup,
      anchors: this.#settings.eclipseDefences ? this.#anchors : NO_ANCHORS,
      container: this.container,
      registry: this.registry,
      random: this.#deps.random,
      isUsable: (url) => !this.rests.isResting(url) && isUsable(url),
    })
  }

  /** Another host that may be dialled, the better known first: gold, then white, then grey (unless `disableGreys`). @internal */
  pickDirect(accepts: (url: string) => boolean): string | undefined {
    const { random } = this.#deps
    const isUsable = this.#usability()
    const pickIn = (color: HostColor): string | undefined => {
      const pick = { color, accepts: (url: string) => this.registry.canMove(url, 'connect') && isUsable(url) && accepts(url) }
      return this.#isByGroup ? this.container.pickByGroup(random, pick) : this.container.pickAny(random, pick)
    }
    return pickIn(HostColor.Gold) ?? pickIn(HostColor.White) ?? (this.#settings.disableGreys ? undefined : pickIn(HostColor.Grey))
  }

  /** Whether outbound slots have anything to pick from, busy or not. Looks through the lists until it knows. @internal */
  get reach(): HostReach {
    const isUsable = this.#usability()
    const colors = this.#settings.disableGreys ? TRUSTED : LISTED
    const isAny = (accepts: (url: string) => boolean): boolean =>
      colors.some((color) => this.container.entries(color).some(({ url }) => accepts(url)))
    const isAnyUsable = isAny(isUsable)
    return { isAnyUsable, isAnyBanned: !isAnyUsable && isAny((url) => this.isBanned(url, 'outbound')) }
  }

  /** Whether an address of the lists may be dialled: not a seed, not ours, not banned, of a scheme we dial. */
  #usability(): (url: string) => boolean {
    const own = new Set(this.#ownAddrs().map(endpointTarget))
    return (url) =>
      !this.#seeds.has(url) && !own.has(endpointTarget(url)) && !this.isBanned(url, 'outbound') && this.#isDialable(url)
  }

  /** Answers a `getaddr`: at most 510 addresses that fit one `addr`. @internal */
  answerGetaddr(query: GetaddrQuery): HostEntry[] {
    return answerGetaddr(query, { container: this.container, random: this.#deps.random })
  }

  /**
   * Bans the host of a channel for an offence: its IP (or name) on all ports when it came in, its endpoint when we dialled it.
   * @returns the ban that runs; undefined when it is of a kind that is never banned, or the policy is `relaxed`.
   * @internal
   */
  ban(url: string, how: BanDirection, offence: Offence): Ban | undefined {
    const host = nodeHost(url)
    if (this.#settings.banPolicy === 'relaxed' || (host !== null && this.#isExempt(host, how))) return undefined
    const target = chooseBanTarget(url, how, {
      localnet: this.#settings.localnet,
      isTrusted: (made) => TRUSTED.some((color) => this.#covered(made, color, url).length > 0),
    })
    const ban = target === undefined ? undefined : this.bans.punish(target, offence)
    if (ban === undefined) return undefined
    for (const color of [...LISTED, HostColor.Dark]) {
      for (const covered of this.#covered(ban.target, color, url)) this.container.remove(color, covered)
    }
    return ban
  }

  /**
   * Bans on an operator's word; what it covers leaves the lists.
   * @throws NetError NET_ADDRESS_INVALID as `BanList.add`
   * @internal
   */
  banByOperator(target: string, options: { durationMs: number; reason?: string }): Ban {
    const ban = this.bans.add(target, options)
    for (const color of [...LISTED, HostColor.Dark]) {
      for (const { url } of this.container.entries(color)) if (coversUrl(ban.target, url)) this.container.remove(color, url)
    }
    return ban
  }

  #isExempt(host: string, how: BanDirection): boolean {
    return this.#exemptions.hasIp(host) || (how === 'inbound' && this.#exemptions.hasTarget(hostTarget(host)))
  }

  /** The addresses of a list that a target covers, which is made of `url`: all are of its network group. */
  #covered(target: string, color: HostColor, url: string): string[] {
    return this.container.inGroup(color, networkGroup(url)).filter((other) => coversUrl(target, other))
  }

  /** Whether the operator vouches for the host of an inbound address: a manual peer, or one that is never banned. @internal */
  isVouchedFor(url: string): boolean {
    const host = nodeHost(url)
    return host !== null && this.#isExempt(host, 'inbound')
  }

  /** From now on `url` (canonical) and its host are not banned: it is kept connected by hand. @internal */
  exemptPeer(url: string): void {
    this.#exemptions.addPeer(url)
  }

  /** Ends what `exemptPeer` began: bans on the peer that still run hold again. @internal */
  endExemption(url: string): void {
    this.#exemptions.removePeer(url)
  }

  /** Whether the host, its endpoint or its URL is banned or blacklisted. @internal */
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

function goldMax({ outboundConnections }: HostsSettings): number {
  return outboundConnections + HOST_LIMITS.GOLD_BEYOND_SLOTS.value
}
