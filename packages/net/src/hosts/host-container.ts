/** The five lists of host addresses, each ordered by when a host was last seen. Facts: docs/node.md, *Hosts*. */
import { shuffled } from '@dchat/system'
import type { Clock, Random } from '@dchat/system'
import { endpointParts } from './endpoint.ts'
import { HOST_COLORS, HostColor } from './host-color.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { networkGroup } from './network-group.ts'
import { RankedMap } from './ranked-map.ts'
import type { RankedEntry } from './ranked-map.ts'

/** An address and when a node at it was last seen, in Unix seconds. */
export interface HostEntry {
  readonly url: string
  readonly lastSeenSec: number
}

export interface HostQuery {
  readonly color: HostColor
  /** Only addresses of these schemes. @default all */
  readonly schemes?: readonly string[]
}

interface Traits {
  readonly scheme: string
  readonly group: string
}

/** Of these four a URL is in one at most; a later one is the stronger claim. Dark stands apart. */
const EXCLUSIVE: readonly HostColor[] = [HostColor.Grey, HostColor.White, HostColor.Gold, HostColor.Black]

/** Which lists a move to a colour takes the address out of. */
const LEAVES: Readonly<Record<HostColor, readonly HostColor[]>> = {
  [HostColor.Grey]: [HostColor.Gold, HostColor.White],
  [HostColor.White]: [HostColor.Grey],
  [HostColor.Gold]: [HostColor.Grey, HostColor.White],
  [HostColor.Black]: [HostColor.Grey, HostColor.White, HostColor.Gold],
  [HostColor.Dark]: [],
}

/**
 * Addresses are canonical URLs. Each list is bounded and drops the address seen longest ago, be it the new one;
 * dark ones go after a day. A time in the future counts as now, one that is no number or negative as 0.
 */
export class HostContainer {
  readonly #clock: Clock
  readonly #lists: readonly RankedMap<Traits>[] = HOST_COLORS.map(() => new RankedMap())
  readonly #bounds: Readonly<Record<HostColor, number>>
  #revision = 0

  /** @param options.goldMax the bound of the gold list, at least 1. */
  constructor(options: { goldMax: number }, deps: { clock: Clock }) {
    this.#clock = deps.clock
    this.#bounds = {
      [HostColor.Grey]: HOST_LIMITS.GREY_MAX.value,
      [HostColor.White]: HOST_LIMITS.WHITE_MAX.value,
      [HostColor.Gold]: options.goldMax,
      [HostColor.Black]: HOST_LIMITS.BLACK_MAX.value,
      [HostColor.Dark]: HOST_LIMITS.DARK_MAX.value,
    }
  }

  /** Grows with every change, so that two equal values mean equal lists. */
  get revision(): number {
    return this.#revision
  }

  /**
   * Adds an address or changes its time. Never weakens: an address in white, gold or black is not put into a list
   * before it in that order; one that is put into a stronger list leaves the weaker ones.
   * @returns whether the address is in the list now.
   */
  store(color: HostColor, url: string, lastSeenSec: number): boolean {
    if (color !== HostColor.Dark) {
      if (EXCLUSIVE.some((other) => other > color && this.#lists[other]!.has(url))) return false
      for (const other of EXCLUSIVE) if (other < color) this.remove(other, url)
    }
    return this.#put(color, url, lastSeenSec)
  }

  /**
   * Puts an address into a list and takes it out of others: to grey leaves gold and white, white leaves grey, gold leaves
   * grey and white, black leaves all three. An address in black stays there, one in gold is not put into white.
   * @returns whether the address is in the list now.
   */
  move(url: string, to: HostColor, lastSeenSec: number): boolean {
    if (to !== HostColor.Dark && to !== HostColor.Black && this.has(HostColor.Black, url)) return false
    for (const color of LEAVES[to]) this.remove(color, url)
    if (to === HostColor.White && this.has(HostColor.Gold, url)) return false
    return this.#put(to, url, lastSeenSec)
  }

  /** @returns whether the address was in the list. */
  remove(color: HostColor, url: string): boolean {
    const isRemoved = this.#lists[color]!.delete(url)
    if (isRemoved) this.#revision += 1
    return isRemoved
  }

  /** The list an address is in; one that is dark besides counts by its other list. */
  colorOf(url: string): HostColor | undefined {
    return HOST_COLORS.find((color) => this.has(color, url))
  }

  has(color: HostColor, url: string): boolean {
    return this.#list(color).has(url)
  }

  /** When a host was last seen, in Unix seconds; undefined when it is not in the list. */
  lastSeenOf(color: HostColor, url: string): number | undefined {
    return this.#list(color).get(url)?.rank
  }

  size(color: HostColor): number {
    return this.#list(color).size
  }

  /** The address seen longest ago. */
  oldest(color: HostColor): HostEntry | undefined {
    const first = this.#list(color).first()
    return first === undefined ? undefined : { url: first.key, lastSeenSec: first.rank }
  }

  /** A new array of a list, the address seen last first. */
  entries(color: HostColor): HostEntry[] {
    return this.#list(color)
      .newestFirst()
      .map(({ key, rank }) => ({ url: key, lastSeenSec: rank }))
  }

  /** The addresses of one network group (as `networkGroup` has it), in no useful order. */
  inGroup(color: HostColor, group: string): string[] {
    return this.#list(color)
      .unordered()
      .filter(({ value }) => value.group === group)
      .map(({ key }) => key)
  }

  /** Up to `max` different addresses, each as likely as any other. */
  fetchRandom(random: Random, query: HostQuery & { readonly max: number; readonly exclude?: ReadonlySet<string> }): HostEntry[] {
    const candidates = this.#matching(query, query.exclude)
    const count = Math.min(Math.max(0, Math.floor(query.max)), candidates.length)
    for (let index = 0; index < count; index += 1) {
      const other = index + random.int(candidates.length - index)
      const chosen = candidates[other]!
      candidates[other] = candidates[index]!
      candidates[index] = chosen
    }
    return candidates.slice(0, count).map(({ key, rank }) => ({ url: key, lastSeenSec: rank }))
  }

  /** A random address that `accepts` takes, each as likely as any other. */
  pickAny(random: Random, query: HostQuery & { accepts(url: string): boolean }): string | undefined {
    const urls = this.#matching(query).map(({ key }) => key)
    return shuffled(random, urls).find((url) => query.accepts(url))
  }

  /** As `pickAny`, but each network group is as likely as any other, however many addresses it has. */
  pickByGroup(random: Random, query: HostQuery & { accepts(url: string): boolean }): string | undefined {
    const groups = Map.groupBy(this.#matching(query), ({ value }) => value.group)
    for (const group of shuffled(random, [...groups.values()])) {
      const chosen = shuffled(random, group).find(({ key }) => query.accepts(key))
      if (chosen !== undefined) return chosen.key
    }
    return undefined
  }

  #matching({ color, schemes }: HostQuery, exclude?: ReadonlySet<string>): RankedEntry<Traits>[] {
    return this.#list(color)
      .unordered()
      .filter(({ key, value }) => (schemes === undefined || schemes.includes(value.scheme)) && exclude?.has(key) !== true)
  }

  #put(color: HostColor, url: string, lastSeenSec: number): boolean {
    const nowSec = Math.floor(this.#clock.nowMs() / 1000)
    const seenSec = lastSeenSec >= 0 ? Math.min(Math.floor(lastSeenSec), nowSec) : 0
    const list = this.#list(color)
    const known = list.get(url)
    if (known?.rank === seenSec) return true
    if (known === undefined && !this.#hasRoom(color, seenSec)) return false
    list.set(url, seenSec, known?.value ?? { scheme: endpointParts(url).scheme, group: networkGroup(url) })
    this.#revision += 1
    return true
  }

  /** Makes room by dropping the oldest; false when the new address would be the oldest. */
  #hasRoom(color: HostColor, seenSec: number): boolean {
    const list = this.#lists[color]!
    if (color === HostColor.Dark && seenSec < this.#darkEndSec()) return false
    if (list.size < this.#bounds[color]) return true
    const oldest = list.first()
    if (oldest === undefined || oldest.rank > seenSec) return false
    list.delete(oldest.key)
    return true
  }

  #list(color: HostColor): RankedMap<Traits> {
    const list = this.#lists[color]!
    if (color !== HostColor.Dark) return list
    const endSec = this.#darkEndSec()
    for (let first = list.first(); first !== undefined && first.rank < endSec; first = list.first()) this.remove(color, first.key)
    return list
  }

  #darkEndSec(): number {
    return Math.floor(this.#clock.nowMs() / 1000) - HOST_LIMITS.DARK_MAX_AGE_SEC.value
  }
}
