/** Who told the addresses of a list, so that no source fills it. Facts: docs/limits.md, *Hosts and bans*; decision 10. */
import { RankedMap } from './ranked-map.ts'
import type { RankedEntry } from './ranked-map.ts'

/** The source of what the node knows of itself: its host list file, peers it was connected to. It has no share to keep to. */
export const OWN_SOURCE = ''

/** Each source's addresses by when they were seen. Operations cost O(log n); bounded by the list it goes with. */
export class SourceShares {
  readonly #bySource = new Map<string, RankedMap<null>>()
  /** Sources by how much they have, the largest first. */
  readonly #sizes = new RankedMap<null>()

  sizeOf(source: string): number {
    return this.#bySource.get(source)?.size ?? 0
  }

  /** The source with the most addresses, the node's own counting as less than another of the same size. */
  get largest(): string | undefined {
    return this.#sizes.first()?.key
  }

  /** The address of a source that was seen longest ago. */
  oldestOf(source: string): RankedEntry<null> | undefined {
    return this.#bySource.get(source)?.first()
  }

  /** Adds an address or changes its time; a known one has to come with the source it has. */
  set(source: string, url: string, lastSeenSec: number): void {
    let told = this.#bySource.get(source)
    if (told === undefined) {
      told = new RankedMap()
      this.#bySource.set(source, told)
    }
    const before = told.size
    told.set(url, lastSeenSec, null)
    if (told.size !== before) this.#resize(source, told.size)
  }

  delete(source: string, url: string): void {
    const told = this.#bySource.get(source)
    if (told === undefined || !told.delete(url)) return
    if (told.size > 0) {
      this.#resize(source, told.size)
      return
    }
    this.#bySource.delete(source)
    this.#sizes.delete(source)
  }

  #resize(source: string, size: number): void {
    this.#sizes.set(source, (source === OWN_SOURCE ? 0.5 : 0) - size, null)
  }
}
