/** How good the links of a simulated network are. */
import { SeededRandom } from '@dchat/system'
import type { Random } from '@dchat/system'
import { crc32 } from 'node:zlib'
import type { MemoryNetwork } from '../transports/memory.ts'
import type { MemoryLink } from '../transports/memory-link.ts'

/** How long bytes are under way. */
export interface LatencyRange {
  /** One way, in milliseconds. */
  readonly minMs: number
  /** One way, in milliseconds; not less than `minMs`. */
  readonly maxMs: number
}

/** Part of the links that fail by falling silent; the others are reset. */
const SILENT_SHARE = 0.5

/**
 * The latency between two hosts, the same both ways and in every run of one seed: whole milliseconds from `minMs` to `maxMs`,
 * short ones more often (the square of an even spread), with a mean of a third of the way.
 */
export function latencyOf(seed: number, range: LatencyRange): (a: string, b: string) => number {
  return (a, b) => {
    const pair = a < b ? `${seed} ${a} ${b}` : `${seed} ${b} ${a}`
    const even = part(new SeededRandom(crc32(pair)))
    return Math.round(range.minMs + (range.maxMs - range.minMs) * even * even)
  }
}

/** A number in [0, 1). */
export function part(random: Random): number {
  return random.int(2 ** 32) / 2 ** 32
}

/** A time until something that happens once in `meanMs` on average, in whole milliseconds. */
export function exponentialMs(random: Random, meanMs: number): number {
  return Math.round(-meanMs * Math.log(1 - part(random)))
}

/** Who cannot hear whom: hosts that are gone, a partition, links that fell silent. Dials across hear nothing; links are stalled. */
export class LinkConditions {
  readonly #network: MemoryNetwork
  readonly #gone = new Set<string>()
  readonly #silent = new WeakSet<MemoryLink>()
  #sideOf: ((host: string) => number) | undefined

  /** @internal */
  constructor(network: MemoryNetwork) {
    this.#network = network
  }

  /** From now on only hosts of the same side hear each other; undefined heals that. */
  partition(sideOf: ((host: string) => number) | undefined): void {
    this.#sideOf = sideOf
    this.#apply()
  }

  /** A host that is gone neither sends nor hears, and nobody is told. @internal */
  setGone(host: string, isGone: boolean): void {
    if (this.#gone.has(host) === isGone) return
    if (isGone) this.#gone.add(host)
    else this.#gone.delete(host)
    this.#apply()
  }

  /** Whether nothing passes between two hosts. */
  isCut(a: string, b: string): boolean {
    if (this.#gone.has(a) || this.#gone.has(b)) return true
    return this.#sideOf !== undefined && this.#sideOf(a) !== this.#sideOf(b)
  }

  /** Breaks each open link with the probability `chance`: it is reset, or falls silent for good. @returns how many @internal */
  breakSome(chance: number, random: Random): number {
    const failing = [...this.#network.links].filter(() => part(random) < chance)
    for (const link of failing) {
      if (part(random) < SILENT_SHARE) {
        this.#silent.add(link)
        link.stall()
      } else {
        link.break()
      }
    }
    return failing.length
  }

  #apply(): void {
    for (const link of this.#network.links) {
      if (this.isCut(link.dialerHost, link.listenerHost)) link.stall()
      else if (link.isStalled && !this.#silent.has(link)) link.resume()
    }
  }
}
