/** The five lists of host addresses, each ordered by when a host was last seen. Facts: docs/node.md, *Hosts*. */
import type { Clock, Random } from '@dchat/system'
import { HOST_COLORS, HostColor } from './host-color.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { HostList } from './host-list.ts'
import type { ListedHost } from './host-list.ts'
import { inRandomOrder } from './random-order.ts'

/** An address and when a node at it was last seen, in Unix seconds. */
export interface HostEntry {
  /** Canonical. */
  readonly url: string
  /** Unix seconds; 0 when it never was. */
  readonly lastSeenSec: number
}

export interface HostQuery {
  readonly color: HostColor
  /** Only addresses of these schemes. @default all */
  readonly schemes?: readonly string[]
}

/** What may be picked; asked before the choice of every single address, so it must not change the lists. */
export interface HostPick extends HostQuery {
  accepts(url: string): boolean
  /** Whether addresses of a network group may be picked at all. @default all */
  acceptsGroup?(group: string): boolean
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

/** The lists that peers fill by telling addresses. */
const SHARED: ReadonlySet<HostColor> = new Set<HostColor>([HostColor.Grey, HostColor.Dark])

/**
 * Addresses are canonical URLs. Each list is bounded and drops the address seen longest ago, be it the new one; grey and
 * dark are shared out among those who tell addresses. Dark ones go after a day, whether or not anything else
 * happens. A time in the future counts as now, one that is no number or negative as 0.
 */
export class HostContainer {
  readonly #clock: Clock
  readonly #lists: readonly HostList[]
  #revision = 0

  /** `options.goldMax`: the bound of the gold list, at least 1. @internal */
  constructor(options: { goldMax: number }, deps: { clock: Clock }) {
    this.#clock = deps.clock
    const bounds: Readonly<Record<HostColor, number>> = {
      [HostColor.Grey]: HOST_LIMITS.GREY_MAX.value,
      [HostColor.White]: HOST_LIMITS.WHITE_MAX.value,
      [HostColor.Gold]: options.goldMax,
      [HostColor.Black]: HOST_LIMITS.BLACK_MAX.value,
      [HostColor.Dark]: HOST_LIMITS.DARK_MAX.value,
    }
    this.#lists = HOST_COLORS.map((color) => new HostList({ bound: bounds[color], isShared: SHARED.has(color) }))
  }

  /** Changes the bound of the gold list, at least 1; what is above it leaves. @internal */
  boundGold(max: number): void {
    if (this.#lists[HostColor.Gold]!.rebound(max)) this.#revision += 1
  }

  /** Grows with every change, so that two equal values mean equal lists. */
  get revision(): number {
    this.#dropOldDark()
    return this.#revision
  }

  /**
   * Adds an address or changes its time. Never weakens: an address in white, gold or black is not put into a list
   * before it in that order; one that is put into a stronger list leaves the weaker ones.
   * @returns whether the address is in the list now.
   */
  store(color: HostColor, url: string, lastSeenSec: number): boolean {
    return this.#store(color, { url, lastSeenSec })
  }

  /**
   * As `store`, for an address that a peer of the network group `source` told. The group is charged with it for as long as
   * it stays in the list; told again, by anyone, it becomes no older and stays charged to the first. Without a source it is
   * the node's own.
   * @internal
   */
  storeTold(color: HostColor, { url, lastSeenSec }: HostEntry, source: string | undefined): boolean {
    const knownSec = this.lastSeenOf(color, url)
    if (knownSec !== undefined && !(lastSeenSec > knownSec)) return true
    return this.#store(color, { url, lastSeenSec }, source)
  }

  #store(color: HostColor, entry: HostEntry, source?: string): boolean {
    if (color !== HostColor.Dark) {
      if (EXCLUSIVE.some((other) => other > color && this.#lists[other]!.has(entry.url))) return false
      for (const other of EXCLUSIVE) if (other < color) this.remove(other, entry.url)
    }
    return this.#put(color, entry, source)
  }

  /**
   * Puts an address into a list and takes it out of others: to grey leaves gold and white, white leaves grey, gold leaves
   * grey and white, black leaves all three. An address in black stays there, one in gold is not put into white.
   * @returns whether the address is in the list now.
   * @internal
   */
  move(url: string, to: HostColor, lastSeenSec: number): boolean {
    if (to !== HostColor.Dark && to !== HostColor.Black && this.has(HostColor.Black, url)) return false
    for (const color of LEAVES[to]) this.remove(color, url)
    if (to === HostColor.White && this.has(HostColor.Gold, url)) return false
    return this.#put(to, { url, lastSeenSec })
  }

  /** @returns whether the address was in the list. @internal */
  remove(color: HostColor, url: string): boolean {
    const isRemoved = this.#lists[color]!.delete(url)
    if (isRemoved) this.#revision += 1
    return isRemoved
  }

  /** The list an address is in; one that is dark besides counts by its other list. */
  colorOf(url: string): HostColor | undefined {
    return HOST_COLORS.find((color) => this.has(color, url))
  }

  /** Whether the list holds the address. */
  has(color: HostColor, url: string): boolean {
    return this.#list(color).has(url)
  }

  /** When a host was last seen, in Unix seconds; undefined when it is not in the list. */
  lastSeenOf(color: HostColor, url: string): number | undefined {
    return this.#list(color).get(url)?.rank
  }

  /** How many addresses the list holds. */
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

  /** The addresses of one network group (as `networkGroup` has it), in no useful order. @internal */
  inGroup(color: HostColor, group: string): string[] {
    return this.#list(color)
      .inGroup(group)
      .map(({ key }) => key)
  }

  /** Up to `max` different addresses, each as likely as any other. @internal */
  fetchRandom(random: Random, query: HostQuery & { readonly max: number; readonly exclude?: ReadonlySet<string> }): HostEntry[] {
    const found: HostEntry[] = []
    const max = Math.floor(query.max)
    if (max <= 0) return found
    for (const host of inRandomOrder(random, this.#matching(query))) {
      if (query.exclude?.has(host.key) === true) continue
      found.push({ url: host.key, lastSeenSec: host.rank })
      if (found.length >= max) break
    }
    return found
  }

  /** A random address that may be picked, each as likely as any other. @internal */
  pickAny(random: Random, pick: HostPick): string | undefined {
    return pickOf(random, this.#matching(pick), pick)
  }

  /** As `pickAny`, but each network group is as likely as any other, however many addresses it has. @internal */
  pickByGroup(random: Random, pick: HostPick): string | undefined {
    for (const { name, members } of inRandomOrder(random, this.#list(pick.color).groups)) {
      if (pick.acceptsGroup?.(name) === false) continue
      const chosen = pickOf(random, members, pick)
      if (chosen !== undefined) return chosen
    }
    return undefined
  }

  #matching({ color, schemes }: HostQuery): readonly ListedHost[] {
    const list = this.#list(color)
    return schemes === undefined ? list.unordered() : list.ofSchemes(schemes)
  }

  #put(color: HostColor, { url, lastSeenSec }: HostEntry, source?: string): boolean {
    const nowSec = this.#nowSec()
    const seenSec = lastSeenSec >= 0 ? Math.min(Math.floor(lastSeenSec), nowSec) : 0
    const list = this.#list(color)
    if (list.get(url)?.rank === seenSec) return true
    if (color === HostColor.Dark && seenSec < this.#darkEndSec()) return list.has(url)
    if (!list.put(url, seenSec, source)) return false
    this.#revision += 1
    return true
  }

  #list(color: HostColor): HostList {
    if (color === HostColor.Dark) this.#dropOldDark()
    return this.#lists[color]!
  }

  #dropOldDark(): void {
    const list = this.#lists[HostColor.Dark]!
    const endSec = this.#darkEndSec()
    for (let first = list.first(); first !== undefined && first.rank < endSec; first = list.first()) {
      this.remove(HostColor.Dark, first.key)
    }
  }

  #darkEndSec(): number {
    return this.#nowSec() - HOST_LIMITS.DARK_MAX_AGE_SEC.value
  }

  #nowSec(): number {
    return Math.floor(this.#clock.nowMs() / 1000)
  }
}

function hasScheme({ value }: ListedHost, { schemes }: HostQuery): boolean {
  return schemes === undefined || schemes.includes(value.scheme)
}

function pickOf(random: Random, hosts: readonly ListedHost[], pick: HostPick): string | undefined {
  for (const host of inRandomOrder(random, hosts)) {
    if (hasScheme(host, pick) && pick.accepts(host.key)) return host.key
  }
  return undefined
}
