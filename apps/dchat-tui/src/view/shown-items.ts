/** The items of a talk of which something is drawn: lines that are ignored stand together, one place for each run of them. Pure. */
import type { Message } from '@dchat/rpc'
import { perPiece } from '../state/item-list.ts'
import type { ItemList } from '../state/item-list.ts'
import type { Item } from '../state/items.ts'

export interface ShownItem {
  readonly item: Item
  /** Lines that are hidden in this place, its item the first of them; 0 for one that is shown. */
  readonly hidden: number
}

/** What stands in a piece: where each shown item or run of hidden ones begins, and which it is. */
interface Shape {
  readonly starts: readonly number[]
  readonly isHidden: readonly boolean[]
  readonly length: number
}

/** Makes `ShownItems` of talks, for one way to tell what is hidden. */
export function hiding(isHidden: (message: Message) => boolean): (items: ItemList) => ShownItems {
  const shapes = perPiece((piece) => {
    const starts: number[] = []
    const kinds: boolean[] = []
    for (const [index, item] of piece.entries()) {
      const is = item.type === 'message' && isHidden(item.message)
      if (is && kinds.at(-1) === true) continue
      starts.push(index)
      kinds.push(is)
    }
    return { starts, isHidden: kinds, length: piece.length }
  })
  return (items) => new ShownItems(items, shapes(items))
}

export class ShownItems {
  readonly #items: ItemList
  readonly #shapes: readonly Shape[]
  readonly length: number
  /** For each piece: places and items before it. */
  readonly #placesBefore: number[] = []
  readonly #itemsBefore: number[] = []

  constructor(items: ItemList, shapes: readonly Shape[]) {
    this.#items = items
    this.#shapes = shapes
    let places = 0
    let before = 0
    for (const [piece, shape] of shapes.entries()) {
      this.#placesBefore.push(places)
      this.#itemsBefore.push(before)
      places += shape.starts.length - this.#joined(piece)
      before += shape.length
    }
    this.length = places
  }

  /** What stands at `place`, which there is. */
  at(place: number): ShownItem {
    const index = this.indexOf(place)
    const { piece, inside } = this.#where(place)
    const isRun = this.#shapes[piece]!.isHidden[inside]!
    return { item: this.#items.at(index)!, hidden: isRun ? this.indexOf(place + 1) - index : 0 }
  }

  /** The index of the first item at `place`; that after the last item at the end. */
  indexOf(place: number): number {
    if (place >= this.length) return this.#items.length
    const { piece, inside } = this.#where(place)
    return this.#itemsBefore[piece]! + this.#shapes[piece]!.starts[inside]!
  }

  /** Where the item at `index` is drawn; `length` after the last. */
  placeOf(index: number): number {
    if (index >= this.#items.length) return this.length
    const piece = lastUpTo(this.#itemsBefore, index)
    const inside = lastUpTo(this.#shapes[piece]!.starts, index - this.#itemsBefore[piece]!)
    return this.#placesBefore[piece]! + inside - this.#joined(piece)
  }

  #where(place: number): { piece: number; inside: number } {
    const piece = lastUpTo(this.#placesBefore, place)
    return { piece, inside: place - this.#placesBefore[piece]! + this.#joined(piece) }
  }

  /** 1 where the first run of a piece goes on from the piece before, whose place it shares. */
  #joined(piece: number): 0 | 1 {
    return piece > 0 && this.#shapes[piece]!.isHidden[0]! && this.#shapes[piece - 1]!.isHidden.at(-1)! ? 1 : 0
  }
}

/** The index of the last of `values`, which grow, that is at most `limit`; the first one is. */
function lastUpTo(values: readonly number[], limit: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (values[middle]! <= limit) low = middle
    else high = middle - 1
  }
  return low
}
