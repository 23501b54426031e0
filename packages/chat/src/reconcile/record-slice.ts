/**
 * What a view takes of one block: a run of records, or, in the second that a view begins or ends in, those of the right
 * milliseconds. Facts: docs/chat.md, *History*: the set of (time, id) in [since, until].
 */
import type { Bound } from './bound.ts'
import { BLOCK_RECORDS } from './id-block.ts'
import type { IdBlock } from './id-block.ts'
import { addIds, addPicked, newSum } from './id-sum.ts'
import type { IdSum } from './id-sum.ts'

export class RecordSlice {
  readonly block: IdBlock
  /** Records of the view that lie before this slice. */
  readonly start: number
  readonly count: number
  /** Positions in the block, ascending; null for the run that begins at `#from`. */
  readonly #picks: Uint16Array | null
  readonly #from: number
  #sum: IdSum | null = null

  constructor(block: IdBlock, start: number, taken: { from: number; to: number } | Uint16Array) {
    this.block = block
    this.start = start
    const picks = taken instanceof Uint16Array ? taken : null
    this.#picks = picks
    this.#from = taken instanceof Uint16Array ? 0 : taken.from
    this.count = taken instanceof Uint16Array ? taken.length : taken.to - taken.from
  }

  /** The position in the block of the slice's n-th record. */
  positionOf(n: number): number {
    return this.#picks === null ? this.#from + n : this.#picks[n]!
  }

  /** The first of the slice's records from the n-th on that is not below `bound`; `count` when all are. */
  seek(bound: Bound, n: number): number {
    if (this.#picks === null) return this.block.seek(bound, this.#from + n, this.#from + this.count) - this.#from
    let [low, high] = [n, this.count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.block.isBelow(this.#picks[middle]!, bound)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Adds the ids of the n-th to before the m-th record, one by one. */
  addTo(sum: IdSum, n: number, m: number): void {
    const { words } = this.block
    if (this.#picks === null) return addIds(sum, words, { from: this.#from + n, to: this.#from + m })
    addPicked(sum, words, { picks: this.#picks, from: n, to: m })
  }

  /** How many sums or ids `sum` has yet to add up: 1 when it is ready. */
  get addends(): number {
    return this.count === this.block.count || this.#sum !== null ? 1 : this.count
  }

  /** The sum of all its ids: the block's where it takes the whole block, else made once. */
  get sum(): IdSum {
    if (this.count === this.block.count) return this.block.sum
    if (this.#sum === null) {
      this.#sum = newSum()
      this.addTo(this.#sum, 0, this.count)
    }
    return this.#sum
  }
}

/** The slices of consecutive blocks with the records of times in [sinceMs, untilMs]; those that take nothing are left out. */
export function slicesOf(blocks: readonly IdBlock[], sinceMs: number, untilMs: number): RecordSlice[] {
  const slices: RecordSlice[] = []
  let start = 0
  for (const block of blocks) {
    const taken = take(block, sinceMs, untilMs)
    const slice = new RecordSlice(block, start, taken)
    if (slice.count === 0) continue
    slices.push(slice)
    start += slice.count
  }
  return slices
}

/** Scratch of `take`: positions of the records that are taken. */
const positions = new Uint16Array(BLOCK_RECORDS)

/** Records are in order of time but for those of one second, so only blocks that reach into the first or last second are looked through. */
function take(block: IdBlock, sinceMs: number, untilMs: number): { from: number; to: number } | Uint16Array {
  const { times, count } = block
  const [first, last] = [Math.floor(sinceMs / 1000), Math.floor(untilMs / 1000)]
  if (block.secondsAt(0) > first && block.secondsAt(count - 1) < last) return { from: 0, to: count }
  let picked = 0
  for (let i = 0; i < count; i++) {
    const time = times[i]!
    positions[picked] = i
    if (time >= sinceMs && time <= untilMs) picked++
  }
  const from = positions[0]!
  if (picked === 0 || positions[picked - 1]! - from === picked - 1) return { from, to: from + picked }
  return positions.slice(0, picked)
}
