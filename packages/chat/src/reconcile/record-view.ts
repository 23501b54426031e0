/** Records of a set as one frame of a reconciliation sees them: by index, in order. Valid until the next change of the set. */
import { INFINITE, startOf, ID_BYTES } from './bound.ts'
import type { Bound } from './bound.ts'
import { addSum, fingerprintOf, newSum } from './id-sum.ts'
import type { RecordSlice } from './record-slice.ts'

/** What looking at a view has cost so far. */
export interface ViewWork {
  /** Records, and sums of whole slices, that were added up: some 10 ns each. */
  added: number
  /** Fingerprints made: some 500 ns each. */
  hashed: number
  /** Places that were searched for: some 300 ns each. */
  sought: number
}

export class RecordView {
  readonly size: number
  readonly work: ViewWork = { added: 0, hashed: 0, sought: 0 }
  readonly #slices: readonly RecordSlice[]
  /** Where the last record was found: the next is mostly there too. */
  #near = 0

  constructor(slices: readonly RecordSlice[]) {
    this.#slices = slices
    const last = slices.at(-1)
    this.size = last === undefined ? 0 : last.start + last.count
  }

  /** Index of the first record at or after the `from`-th that is not below `bound`; `size` when all are. */
  seek(bound: Bound, from: number): number {
    if (bound.seconds === Number.POSITIVE_INFINITY || from >= this.size) return this.size
    this.work.sought++
    const slices = this.#slices
    const here = this.#sliceAt(from)
    let [low, high] = [here + 1, slices.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const slice = slices[middle]!
      if (slice.block.isBelow(slice.positionOf(0), bound)) low = middle + 1
      else high = middle
    }
    const slice = slices[low - 1]!
    return slice.start + slice.seek(bound, low - 1 === here ? from - slice.start : 0)
  }

  /** The id of a record: bytes of the set, to be copied by who keeps them. */
  id(index: number): Buffer {
    const slice = this.#slices[this.#sliceAt(index)]!
    const offset = slice.positionOf(index - slice.start) * ID_BYTES
    return slice.block.ids.subarray(offset, offset + ID_BYTES)
  }

  /** The id of a record as a string of 32 characters below 256, to compare by. */
  key(index: number): string {
    const slice = this.#slices[this.#sliceAt(index)]!
    const offset = slice.positionOf(index - slice.start) * ID_BYTES
    return slice.block.ids.toString('latin1', offset, offset + ID_BYTES)
  }

  /** Copies the ids of the records [from, to) and answers the offset behind them. */
  copyIds(target: Buffer, offset: number, { from, to }: { from: number; to: number }): number {
    let end = offset
    for (let index = from; index < to; index++) {
      const slice = this.#slices[this.#sliceAt(index)]!
      const position = slice.positionOf(index - slice.start) * ID_BYTES
      slice.block.ids.copy(target, end, position, position + ID_BYTES)
      end += ID_BYTES
    }
    return end
  }

  /** The lowest bound that lies above the record before `index` and not above that at `index`, in the fewest bytes. */
  boundBefore(index: number): Bound {
    if (index === this.size) return INFINITE
    const seconds = this.#secondsAt(index)
    if (index === 0 || this.#secondsAt(index - 1) !== seconds) return startOf(seconds)
    const [below, above] = [this.id(index - 1), this.id(index)]
    let shared = 0
    while (below[shared] === above[shared]) shared++
    return { seconds, prefix: above.subarray(0, shared + 1) }
  }

  /** Fingerprint of the records [from, to): 32 hex digits. */
  fingerprint(from: number, to: number): string {
    const sum = newSum()
    for (let index = from; index < to;) {
      const slice = this.#slices[this.#sliceAt(index)]!
      const [n, m] = [index - slice.start, Math.min(to - slice.start, slice.count)]
      if (n === 0 && m === slice.count) {
        this.work.added += slice.addends
        addSum(sum, slice.sum)
      } else {
        slice.addTo(sum, n, m)
        this.work.added += m - n
      }
      index = slice.start + m
    }
    this.work.hashed++
    return fingerprintOf(sum, to - from)
  }

  #secondsAt(index: number): number {
    const slice = this.#slices[this.#sliceAt(index)]!
    return slice.block.secondsAt(slice.positionOf(index - slice.start))
  }

  #sliceAt(index: number): number {
    const slices = this.#slices
    for (let at = this.#near; at < Math.min(this.#near + 2, slices.length); at++) {
      const slice = slices[at]!
      if (index >= slice.start && index < slice.start + slice.count) return (this.#near = at)
    }
    let [low, high] = [0, slices.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (slices[middle]!.start > index) high = middle
      else low = middle + 1
    }
    return (this.#near = low - 1)
  }
}
