/**
 * The offered posts of a room as records for reconciliation: (time in whole seconds, id), in order, in blocks with cached sums.
 * Facts: docs/chat.md, *Negentropy v1, the facts needed*.
 */
import type { Place } from '@dchat/store'
import { ID_BYTES, startOf } from './bound.ts'
import type { Bound } from './bound.ts'
import { BLOCK_RECORDS, IdBlock } from './id-block.ts'
import { SUMMABLE } from './id-sum.ts'
import { RecordView } from './record-view.ts'
import { slicesOf } from './record-slice.ts'

/** Two neighbours that hold no more than this together become one, so that taking records away does not leave crumbs. */
const MERGE_RECORDS = BLOCK_RECORDS / 2

/** About 40 bytes a record when records come in order. */
export class IdSet {
  readonly #blocks: IdBlock[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /**
   * Takes a record in; false when it is there. Cheapest in ascending order.
   * @throws {RangeError} for an id that has not 32 bytes, and above 2,097,152 records, which sums could not hold exactly.
   */
  add({ time, id }: Place): boolean {
    if (id.length !== ID_BYTES) throw new RangeError(`an id has 32 bytes, not ${id.length}`)
    if (this.#size === SUMMABLE) throw new RangeError(`a set holds at most ${SUMMABLE} records`)
    const place = { seconds: Math.floor(time / 1000), prefix: id }
    const at = this.#blockOf(place)
    const block = this.#blocks[at]
    if (block === undefined) {
      this.#blocks.push(new IdBlock())
      this.#blocks[0]!.insert(0, time, id)
    } else {
      const position = block.seek(place)
      if (block.holdsAt(position, place)) return false
      this.#insert(at, position, { time, id })
    }
    this.#size++
    return true
  }

  /** Takes a record out; false when it is not there. */
  remove({ time, id }: Place): boolean {
    const place = { seconds: Math.floor(time / 1000), prefix: id }
    const at = this.#blockOf(place)
    const block = this.#blocks[at]
    if (block === undefined) return false
    const position = block.seek(place)
    if (!block.holdsAt(position, place)) return false
    block.remove(position)
    this.#size--
    this.#tidy(at)
    return true
  }

  /**
   * The records of exactly the posts with sinceMs <= time <= untilMs, Unix ms, though records are in seconds.
   * Valid until the next change of the set: take a new one for each frame.
   */
  view(sinceMs: number, untilMs: number): RecordView {
    if (sinceMs > untilMs) return new RecordView([])
    const from = this.#blockOf(startOf(Math.floor(sinceMs / 1000)))
    const above = startOf(Math.floor(untilMs / 1000) + 1)
    let to = from
    while (to < this.#blocks.length && this.#blocks[to]!.isBelow(0, above)) to++
    return new RecordView(slicesOf(this.#blocks.slice(from, to), sinceMs, untilMs))
  }

  #insert(at: number, position: number, { time, id }: Place): void {
    const block = this.#blocks[at]!
    if (!block.isFull) return block.insert(position, time, id)
    // Records that come in order fill their blocks; others find both halves with room.
    const isAppend = position === block.count && at === this.#blocks.length - 1
    const upper = isAppend ? new IdBlock(BLOCK_RECORDS) : block.splitOff(BLOCK_RECORDS / 2)
    this.#blocks.splice(at + 1, 0, upper)
    if (position > block.count || isAppend) upper.insert(position - block.count, time, id)
    else block.insert(position, time, id)
  }

  /** The block that holds `place` or would: the last that begins at or below it, else the first. */
  #blockOf(place: Bound): number {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const block = this.#blocks[middle]!
      if (block.isBelow(0, place) || block.holdsAt(0, place)) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  #tidy(at: number): void {
    const blocks = this.#blocks
    if (blocks[at]!.count === 0) {
      blocks.splice(at, 1)
      return
    }
    for (const lower of [at, at - 1]) {
      const [one, other] = [blocks[lower], blocks[lower + 1]]
      if (one === undefined || other === undefined || one.count + other.count > MERGE_RECORDS) continue
      one.absorb(other)
      blocks.splice(lower + 1, 1)
    }
  }
}
