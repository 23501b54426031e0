/** One list of host addresses, ordered by when a host was last seen, bounded, and shared out among those who fill it. */
import { endpointParts } from './endpoint.ts'
import { GroupIndex } from './group-index.ts'
import type { GroupMembers } from './group-index.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { networkGroup } from './network-group.ts'
import { RankedMap } from './ranked-map.ts'
import type { RankedEntry } from './ranked-map.ts'
import { OWN_SOURCE, SourceShares } from './source-shares.ts'

interface Traits {
  readonly scheme: string
  readonly group: string
  readonly source: string
  place: number
}

/** An address in a list; `rank` is when it was last seen, in Unix seconds. */
export type ListedHost = RankedEntry<Traits>

interface Newcomer {
  readonly url: string
  /** Looked up once it is needed: most of what comes to a full list is refused by its time alone. */
  group?: string
  readonly source: string
  readonly seenSec: number
}

/**
 * A full list drops the address seen longest ago, be it the new one. Where peers fill it (`isShared`), shares of its bound
 * keep one of them from having it all:
 * - a source (the network group of the peer that told) has at most a quarter; beyond that its own oldest makes room;
 * - of one network group peers have told at most a twentieth; beyond that whoever told most of it makes room, with his oldest;
 * - in a full list whoever has most of it makes room, with his oldest.
 * What the node knows of itself counts as one more source, without a share to keep to.
 * Cost O(log n); O(members) where one network group is full.
 */
export class HostList {
  #bound: number
  readonly #hosts = new RankedMap<Traits>()
  readonly #groups = new GroupIndex<ListedHost>()
  readonly #shares: SourceShares | undefined
  readonly #schemeCounts = new Map<string, number>()

  /** @param options.isShared whether peers fill the list. */
  constructor(options: { bound: number; isShared: boolean }) {
    this.#bound = options.bound
    this.#shares = options.isShared ? new SourceShares() : undefined
  }

  get size(): number {
    return this.#hosts.size
  }

  /** Another bound from now on; what is above it leaves, the address seen longest ago first. @returns whether any did */
  rebound(bound: number): boolean {
    this.#bound = bound
    const isTooMuch = this.size > bound
    while (this.size > bound) this.delete(this.first()!.key)
    return isTooMuch
  }

  has(url: string): boolean {
    return this.#hosts.has(url)
  }

  get(url: string): ListedHost | undefined {
    return this.#hosts.get(url)
  }

  /** The address seen longest ago. */
  first(): ListedHost | undefined {
    return this.#hosts.first()
  }

  /** All of them, in no useful order. */
  unordered(): readonly ListedHost[] {
    return this.#hosts.unordered()
  }

  newestFirst(): ListedHost[] {
    return this.#hosts.newestFirst()
  }

  /** Every network group that has an address here, in no useful order. */
  get groups(): readonly GroupMembers<ListedHost>[] {
    return this.#groups.groups
  }

  /** The addresses of a network group, in no useful order. */
  inGroup(group: string): readonly ListedHost[] {
    return this.#groups.membersOf(group)
  }

  /** The addresses of some schemes, in no useful order. O(1) when all or none are. */
  ofSchemes(schemes: readonly string[]): readonly ListedHost[] {
    const count = schemes.reduce((sum, scheme) => sum + (this.#schemeCounts.get(scheme) ?? 0), 0)
    if (count === 0) return []
    return count === this.size ? this.unordered() : this.unordered().filter(({ value }) => schemes.includes(value.scheme))
  }

  /**
   * Adds an address, or changes the time of a known one, which keeps the source it came from.
   * @returns false when there is no room for it.
   */
  put(url: string, seenSec: number, source: string = OWN_SOURCE): boolean {
    const known = this.#hosts.get(url)
    if (known !== undefined) {
      this.#hosts.set(url, seenSec, known.value)
      this.#shares?.set(known.value.source, url, seenSec)
      return true
    }
    const newcomer: Newcomer = { url, source, seenSec }
    const leaving = this.#roomFor(newcomer)
    if (leaving === undefined) return false
    for (const other of leaving) this.delete(other)
    this.#add(newcomer)
    return true
  }

  #add({ url, seenSec, source, group = networkGroup(url) }: Newcomer): void {
    const { scheme } = endpointParts(url)
    this.#hosts.set(url, seenSec, { scheme, group, source, place: 0 })
    this.#groups.add(this.#hosts.get(url)!)
    this.#shares?.set(source, url, seenSec)
    this.#schemeCounts.set(scheme, (this.#schemeCounts.get(scheme) ?? 0) + 1)
  }

  /** @returns whether the address was in the list. */
  delete(url: string): boolean {
    const entry = this.#hosts.get(url)
    if (entry === undefined) return false
    const { source, scheme } = entry.value
    this.#groups.remove(entry)
    this.#hosts.delete(url)
    this.#shares?.delete(source, url)
    const ofScheme = this.#schemeCounts.get(scheme)! - 1
    if (ofScheme > 0) this.#schemeCounts.set(scheme, ofScheme)
    else this.#schemeCounts.delete(scheme)
    return true
  }

  /** Who leaves for a newcomer; undefined when it has to stay out. */
  #roomFor(newcomer: Newcomer): string[] | undefined {
    const leaving: ListedHost[] = []
    const crowding = this.#leaverOfGroup(newcomer)
    if (crowding !== undefined) leaving.push(crowding)
    if (crowding?.value.source !== newcomer.source) {
      const surplus = this.#leaverOfSource(newcomer)
      if (surplus !== undefined) leaving.push(surplus)
    }
    if (leaving.length === 0 && this.size >= this.#bound) {
      const leaver = this.#leaverOfList(newcomer)
      if (leaver === undefined) return undefined
      leaving.push(leaver)
    }
    // Nobody gives way to an older address of his own source.
    const isOldest = leaving.some(({ rank, value }) => rank > newcomer.seenSec && value.source === newcomer.source)
    return isOldest ? undefined : leaving.map(({ key }) => key)
  }

  /** Where peers have told too much of one network group: the oldest of whoever told most of it. */
  #leaverOfGroup(newcomer: Newcomer): ListedHost | undefined {
    const { url, source } = newcomer
    if (this.#shares === undefined || source === OWN_SOURCE) return undefined
    const max = shareOf(this.#bound, HOST_LIMITS.GROUP_SHARE_PERCENT.value)
    newcomer.group = networkGroup(url)
    const members = this.inGroup(newcomer.group)
    if (members.length < max) return undefined
    let toldCount = 0
    for (const { value } of members) if (value.source !== OWN_SOURCE) toldCount += 1
    return toldCount < max ? undefined : oldestOf(members, largestSource(members, source))
  }

  /** Where a source has its share already: its oldest. */
  #leaverOfSource({ source }: Newcomer): ListedHost | undefined {
    const max = shareOf(this.#bound, HOST_LIMITS.SOURCE_SHARE_PERCENT.value)
    if (this.#shares === undefined || source === OWN_SOURCE || this.#shares.sizeOf(source) < max) return undefined
    return this.#oldestOf(source)
  }

  /** In a full list: the oldest of whoever has most of it, the newcomer's own source when nobody has more. */
  #leaverOfList({ source }: Newcomer): ListedHost | undefined {
    const largest = this.#shares?.largest
    if (this.#shares === undefined || largest === undefined) return this.first()
    return this.#oldestOf(this.#shares.sizeOf(source) >= this.#shares.sizeOf(largest) ? source : largest)
  }

  #oldestOf(source: string): ListedHost | undefined {
    const oldest = this.#shares?.oldestOf(source)
    return oldest === undefined ? undefined : this.get(oldest.key)
  }
}

/** Who told most of the addresses; `favourite` when nobody told more. */
function largestSource(hosts: readonly ListedHost[], favourite: string): string {
  let ofFavourite = 0
  for (const { value } of hosts) if (value.source === favourite) ofFavourite += 1
  // Nobody has more than half besides: in a flood it ends here.
  if (2 * ofFavourite >= hosts.length) return favourite
  let largest = favourite
  let most = ofFavourite
  const counts = new Map<string, number>()
  for (const { value } of hosts) {
    if (value.source === OWN_SOURCE) continue
    const count = (counts.get(value.source) ?? 0) + 1
    counts.set(value.source, count)
    if (count <= most) continue
    largest = value.source
    most = count
  }
  return largest
}

function oldestOf(hosts: readonly ListedHost[], source: string): ListedHost | undefined {
  let oldest: ListedHost | undefined
  for (const host of hosts) if (host.value.source === source && (oldest === undefined || host.rank < oldest.rank)) oldest = host
  return oldest
}

function shareOf(bound: number, percent: number): number {
  return Math.floor((bound * percent) / 100)
}
