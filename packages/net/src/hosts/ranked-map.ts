/** A map whose keys are ordered by a number, lowest first: a binary heap that knows where each key is. */

export interface RankedEntry<V> {
  readonly key: string
  readonly rank: number
  readonly value: V
}

interface Node<V> {
  readonly key: string
  rank: number
  /** Tie-break: of equal ranks the one set earlier comes first. */
  order: number
  index: number
  value: V
}

/** `set` and `delete` cost O(log n), `first`, `get` and `at` O(1). Unbounded: its owner takes out what is too much. */
export class RankedMap<V> {
  readonly #nodes = new Map<string, Node<V>>()
  readonly #heap: Node<V>[] = []
  #order = 0

  get size(): number {
    return this.#heap.length
  }

  has(key: string): boolean {
    return this.#nodes.has(key)
  }

  get(key: string): RankedEntry<V> | undefined {
    return this.#nodes.get(key)
  }

  /** Adds `key`, or changes its rank and value. */
  set(key: string, rank: number, value: V): void {
    const order = this.#order++
    const known = this.#nodes.get(key)
    if (known === undefined) {
      const node = { key, rank, order, index: this.#heap.length, value }
      this.#nodes.set(key, node)
      this.#heap.push(node)
      this.#rise(node)
      return
    }
    known.rank = rank
    known.order = order
    known.value = value
    this.#rise(known)
    this.#sink(known)
  }

  /** @returns whether there was such a key. */
  delete(key: string): boolean {
    const node = this.#nodes.get(key)
    if (node === undefined) return false
    this.#nodes.delete(key)
    const last = this.#heap.pop()!
    if (last !== node) {
      this.#put(last, node.index)
      this.#rise(last)
      this.#sink(last)
    }
    return true
  }

  /** The entry with the lowest rank. */
  first(): RankedEntry<V> | undefined {
    return this.#heap[0]
  }

  /** The entry at a place in [0, size): each entry has one, in no useful order. For random choice. */
  at(place: number): RankedEntry<V> | undefined {
    return this.#heap[place]
  }

  /** All entries, in no useful order. */
  unordered(): readonly RankedEntry<V>[] {
    return this.#heap
  }

  /** A new array of all entries, highest rank first; of equal ranks the one set later. */
  newestFirst(): RankedEntry<V>[] {
    return [...this.#heap].sort((a, b) => b.rank - a.rank || b.order - a.order)
  }

  #put(node: Node<V>, index: number): void {
    node.index = index
    this.#heap[index] = node
  }

  #rise(node: Node<V>): void {
    let index = node.index
    while (index > 0) {
      const parent = this.#heap[(index - 1) >> 1]!
      if (!isBefore(node, parent)) break
      const above = parent.index
      this.#put(parent, index)
      index = above
    }
    this.#put(node, index)
  }

  #sink(node: Node<V>): void {
    let index = node.index
    for (;;) {
      let child = this.#heap[2 * index + 1]
      if (child === undefined) break
      const right = this.#heap[2 * index + 2]
      if (right !== undefined && isBefore(right, child)) child = right
      if (!isBefore(child, node)) break
      const below = child.index
      this.#put(child, index)
      index = below
    }
    this.#put(node, index)
  }
}

function isBefore<V>(a: Node<V>, b: Node<V>): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.order < b.order)
}
