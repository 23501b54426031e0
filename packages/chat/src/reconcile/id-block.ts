/** Up to 256 records in order, in flat arrays: 32 bytes an id, 8 a time, and the sum of the ids. */
import { isIdBelow, ID_BYTES } from './bound.ts'
import type { Bound } from './bound.ts'
import { addId, addIds, newSum, WORDS } from './id-sum.ts'
import type { IdSum } from './id-sum.ts'

/** Records of a full block: what is summed one by one at the ends of a range. */
export const BLOCK_RECORDS = 256

const FIRST_CAPACITY = 16

/** Ids are read as words of the machine, so this is for little-endian machines: all that Node runs on but s390x. */
export class IdBlock {
  /** Ids, one behind the other. */
  ids!: Buffer
  /** The same bytes as words, eight an id. */
  words!: Uint32Array
  /** Unix ms of each record. */
  times!: Float64Array
  count = 0
  readonly sum: IdSum = newSum()

  constructor(capacity: number = FIRST_CAPACITY) {
    this.#allocate(capacity)
  }

  get isFull(): boolean {
    return this.count === BLOCK_RECORDS
  }

  secondsAt(position: number): number {
    return Math.floor(this.times[position]! / 1000)
  }

  isBelow(position: number, { seconds, prefix }: Bound): boolean {
    const own = this.secondsAt(position)
    return own === seconds ? isIdBelow(this.ids, position * ID_BYTES, prefix) : own < seconds
  }

  /** Position of the first record in [from, to) that is not below `bound`; `to` when all are. */
  seek(bound: Bound, from = 0, to: number = this.count): number {
    let [low, high] = [from, to]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.isBelow(middle, bound)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Whether the record at `position` is exactly this one; no bound of a shorter prefix is. */
  holdsAt(position: number, { seconds, prefix }: Bound): boolean {
    if (position >= this.count || prefix.length < ID_BYTES || this.secondsAt(position) !== seconds) return false
    const offset = position * ID_BYTES
    for (let i = 0; i < ID_BYTES; i++) if (this.ids[offset + i] !== prefix[i]) return false
    return true
  }

  /** The block must not be full. */
  insert(position: number, time: number, id: Uint8Array): void {
    if (this.count === this.times.length) this.#allocate(Math.min(this.count * 2, BLOCK_RECORDS))
    if (position < this.count) {
      this.ids.copyWithin((position + 1) * ID_BYTES, position * ID_BYTES, this.count * ID_BYTES)
      this.times.copyWithin(position + 1, position, this.count)
    }
    this.ids.set(id, position * ID_BYTES)
    this.times[position] = time
    this.count++
    addId(this.sum, this.words, { record: position, times: 1 })
  }

  remove(position: number): void {
    addId(this.sum, this.words, { record: position, times: -1 })
    this.ids.copyWithin(position * ID_BYTES, (position + 1) * ID_BYTES, this.count * ID_BYTES)
    this.times.copyWithin(position, position + 1, this.count)
    this.count--
  }

  /** Moves the records from `position` on into a new block. */
  splitOff(position: number): IdBlock {
    const upper = new IdBlock(BLOCK_RECORDS)
    upper.#append(this, position, this.count)
    this.count = position
    this.sum.fill(0)
    addIds(this.sum, this.words, { from: 0, to: position })
    return upper
  }

  /** Takes in all records of a block that lies above; together they must fit. */
  absorb(upper: IdBlock): void {
    if (this.count + upper.count > this.times.length) this.#allocate(BLOCK_RECORDS)
    this.#append(upper, 0, upper.count)
  }

  #append(source: IdBlock, from: number, to: number): void {
    this.words.set(source.words.subarray(from * WORDS, to * WORDS), this.count * WORDS)
    this.times.set(source.times.subarray(from, to), this.count)
    this.count += to - from
    addIds(this.sum, source.words, { from, to })
  }

  #allocate(capacity: number): void {
    const memory = new ArrayBuffer(capacity * (ID_BYTES + Float64Array.BYTES_PER_ELEMENT))
    const words = new Uint32Array(memory, 0, capacity * WORDS)
    const times = new Float64Array(memory, capacity * ID_BYTES, capacity)
    if (this.count > 0) {
      words.set(this.words.subarray(0, this.count * WORDS))
      times.set(this.times.subarray(0, this.count))
    }
    this.ids = Buffer.from(memory, 0, capacity * ID_BYTES)
    this.words = words
    this.times = times
  }
}
