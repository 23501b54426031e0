/**
 * The items of a talk in order, in pieces of bounded size that never change: to add, change or drop some makes a list that shares
 * all other pieces with the one before. What is reckoned from a piece can be kept as long as the piece is.
 */
import { ITEMS_PER_PIECE } from '../limits.ts'
import { compareItems, itemUnits } from './items.ts'
import type { Item, MessageItem } from './items.ts'

export type Piece = readonly Item[]

/** What is known of a piece without looking through it. */
interface Sum {
  readonly units: number
  readonly messages: number
  readonly pending: number
  /** Bounds of the `seq` of its messages; 0 without any. */
  readonly leastSeq: number
  readonly mostSeq: number
}

export class ItemList implements Iterable<Item> {
  readonly pieces: readonly Piece[]
  readonly length: number
  /** Index of the first item of each piece. */
  readonly #starts: readonly number[]
  #total: Pick<Sum, 'units' | 'mostSeq'> | undefined

  private constructor(pieces: readonly Piece[]) {
    const starts: number[] = []
    let length = 0
    for (const piece of pieces) {
      starts.push(length)
      length += piece.length
    }
    this.pieces = pieces
    this.length = length
    this.#starts = starts
  }

  static readonly EMPTY: ItemList = new ItemList([])

  /** `items`, which are in order. */
  static of(items: readonly Item[]): ItemList {
    return items.length === 0 ? ItemList.EMPTY : new ItemList(cut(items))
  }

  /** The item at `index`, from the end when it is negative; undefined outside. */
  at(index: number): Item | undefined {
    const from = index < 0 ? this.length + index : index
    if (from < 0 || from >= this.length) return undefined
    const piece = this.#pieceAt(from)
    return this.pieces[piece]![from - this.#starts[piece]!]
  }

  *[Symbol.iterator](): Generator<Item, undefined> {
    for (const piece of this.pieces) yield* piece
    return undefined
  }

  /** Newest first. */
  *backwards(): Generator<Item, undefined> {
    for (let index = this.pieces.length - 1; index >= 0; index -= 1) {
      const piece = this.pieces[index]!
      for (let at = piece.length - 1; at >= 0; at -= 1) yield piece[at]!
    }
    return undefined
  }

  /** UTF-16 units of all items, about. */
  get units(): number {
    return this.#sum().units
  }

  /** The largest `seq` of its messages; 0 without any. */
  get mostSeq(): number {
    return this.#sum().mostSeq
  }

  /** Messages among the items from `from` on. */
  countMessages(from = 0): number {
    if (from >= this.length) return 0
    const first = this.#pieceAt(Math.max(0, from))
    let count = this.pieces[first]!.slice(Math.max(0, from) - this.#starts[first]!).filter(isMessage).length
    for (let index = first + 1; index < this.pieces.length; index += 1) count += sumOf(this.pieces[index]!).messages
    return count
  }

  /** Own lines under way or failed, oldest first. */
  pending(): Extract<Item, { type: 'pending' }>[] {
    const found: Extract<Item, { type: 'pending' }>[] = []
    for (const piece of this.pieces) {
      if (sumOf(piece).pending === 0) continue
      for (const item of piece) if (item.type === 'pending') found.push(item)
    }
    return found
  }

  /** Where the stored line `seq` is; -1 when it is not here. */
  indexOfSeq(seq: number): number {
    for (let index = this.pieces.length - 1; index >= 0; index -= 1) {
      const piece = this.pieces[index]!
      const { leastSeq, mostSeq } = sumOf(piece)
      if (seq < leastSeq || seq > mostSeq) continue
      const at = piece.findIndex((item) => item.type === 'message' && item.message.seq === seq)
      if (at !== -1) return this.#starts[index]! + at
    }
    return -1
  }

  hasSeq(seq: number): boolean {
    return this.indexOfSeq(seq) !== -1
  }

  /** The first index whose item is not before what `isBefore` holds for, which is so for a beginning of the list only. */
  firstNot(isBefore: (item: Item) => boolean): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.at(middle)!)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** With `item` at the end. */
  appended(item: Item): ItemList {
    return this.#spliced(this.length, [item])
  }

  /** With `added`, which are in order, each where it belongs. */
  inserted(added: readonly MessageItem[]): ItemList {
    const runs: { at: number; run: Item[] }[] = []
    for (const item of added) {
      const at = this.firstNot((known) => compareItems(known, item) <= 0)
      const last = runs.at(-1)
      if (last?.at === at) last.run.push(item)
      else runs.push({ at, run: [item] })
    }
    return runs.reduceRight<ItemList>((list, { at, run }) => list.#spliced(at, run), this)
  }

  /** With what `change` makes of each item of the pieces that `mayHave` holds for; null takes it away. Itself when nothing changed. */
  changed(change: (item: Item) => Item | null, mayHave: (piece: Piece) => boolean = () => true): ItemList {
    let isChanged = false
    const pieces: Piece[] = []
    for (const piece of this.pieces) {
      const next = mayHave(piece) ? changedPiece(piece, change) : piece
      if (next !== piece) isChanged = true
      if (next.length > 0) pieces.push(next)
    }
    return isChanged ? new ItemList(pieces) : this
  }

  /** With what `change` makes of the items under way; null takes one away. */
  changedPending(change: (item: Extract<Item, { type: 'pending' }>) => Item | null): ItemList {
    return this.changed(
      (item) => (item.type === 'pending' ? change(item) : item),
      (piece) => sumOf(piece).pending > 0,
    )
  }

  /** With `item` in place of the one at `index`. */
  replaced(index: number, item: Item): ItemList {
    const at = this.#pieceAt(index)
    const piece = this.pieces[at]!.with(index - this.#starts[at]!, item)
    return new ItemList(this.pieces.with(at, piece))
  }

  /** Without what stands before `from` and from `to` on, but for items under way: what they are about must not vanish. */
  kept(from: number, to: number): ItemList {
    const pieces: Piece[] = []
    for (const [index, piece] of this.pieces.entries()) {
      const start = this.#starts[index]!
      const isInside = start >= from && start + piece.length <= to
      const left = isInside
        ? piece
        : piece.filter((item, at) => item.type === 'pending' || (start + at >= from && start + at < to))
      if (left.length > 0) pieces.push(left)
    }
    return new ItemList(pieces)
  }

  #spliced(at: number, run: readonly Item[]): ItemList {
    if (this.length === 0) return ItemList.of(run)
    const index = this.#pieceAt(Math.min(at, this.length - 1))
    const piece = this.pieces[index]!
    const inside = at - this.#starts[index]!
    const grown = [...piece.slice(0, inside), ...run, ...piece.slice(inside)]
    const isAtEnd = at === this.length
    return new ItemList(this.pieces.toSpliced(index, 1, ...(isAtEnd ? cut(grown) : halved(grown))))
  }

  /** The piece that has the item at `index`, which there is. */
  #pieceAt(index: number): number {
    let low = 0
    let high = this.pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  #sum(): Pick<Sum, 'units' | 'mostSeq'> {
    if (this.#total === undefined) {
      let [units, mostSeq] = [0, 0]
      for (const piece of this.pieces) {
        const sum = sumOf(piece)
        units += sum.units
        mostSeq = Math.max(mostSeq, sum.mostSeq)
      }
      this.#total = { units, mostSeq }
    }
    return this.#total
  }
}

/** `of` a piece, reckoned once. */
export function oncePerPiece<T>(of: (piece: Piece) => T): (piece: Piece) => T {
  const known = new WeakMap<Piece, { readonly value: T }>()
  return (piece) => {
    let kept = known.get(piece)
    if (kept === undefined) {
      kept = { value: of(piece) }
      known.set(piece, kept)
    }
    return kept.value
  }
}

/** `of` each piece of a list. It is reckoned once a piece, so that a change of the list costs what was changed. */
export function perPiece<T>(of: (piece: Piece) => T): (items: ItemList) => T[] {
  const once = oncePerPiece(of)
  return (items) => items.pieces.map((piece) => once(piece))
}

const EMPTY_SUM = { units: 0, messages: 0, pending: 0, leastSeq: 0, mostSeq: 0 }

const sumOf = oncePerPiece((piece): Sum => {
  const sum = { ...EMPTY_SUM }
  for (const item of piece) {
    sum.units += itemUnits(item)
    if (item.type === 'pending') sum.pending += 1
    if (item.type !== 'message') continue
    const { seq } = item.message
    sum.leastSeq = sum.messages === 0 ? seq : Math.min(sum.leastSeq, seq)
    sum.mostSeq = Math.max(sum.mostSeq, seq)
    sum.messages += 1
  }
  return sum
})

function isMessage(item: Item): boolean {
  return item.type === 'message'
}

function changedPiece(piece: Piece, change: (item: Item) => Item | null): Piece {
  let isChanged = false
  const next: Item[] = []
  for (const item of piece) {
    const made = change(item)
    if (made !== item) isChanged = true
    if (made !== null) next.push(made)
  }
  return isChanged ? next : piece
}

/** Full pieces, and a last one: what is added at the end fills that up. */
function cut(items: readonly Item[]): Piece[] {
  const pieces: Piece[] = []
  for (let from = 0; from < items.length; from += ITEMS_PER_PIECE) pieces.push(items.slice(from, from + ITEMS_PER_PIECE))
  return pieces
}

/** Pieces of about one length, with room in each: the next items may belong into any of them. */
function halved(items: readonly Item[]): Piece[] {
  const count = Math.ceil(items.length / ITEMS_PER_PIECE)
  const size = Math.ceil(items.length / count)
  const pieces: Piece[] = []
  for (let from = 0; from < items.length; from += size) pieces.push(items.slice(from, from + size))
  return pieces
}
