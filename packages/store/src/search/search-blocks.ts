/** Which part of the index to ask next, so that the newest lines come first although the index is in order of storing. */
import { SEARCH_FAST_MS, SEARCH_SLOW_MS } from '../limits.ts'

/** Both inclusive. */
export interface SeqWindow {
  readonly from: number
  readonly to: number
}

interface Block {
  readonly number: number
  readonly newest: number
  isTaken: boolean
}

/**
 * Blocks of seqs, newest time first. Neighbours are asked for together, twice as many after each window that was quick: history
 * that was fetched newest first, and lines written in between, are met in any mixture.
 */
export class SearchBlocks {
  readonly #blockLines: number
  readonly #blocks: readonly Block[]
  readonly #order: readonly number[]
  #next = 0
  #span: number

  /** @param rows number and newest time of each block that may hold lines in question, by number */
  constructor(
    rows: readonly (readonly [number, number])[],
    options: { readonly blockLines: number; readonly windowBlocks: number },
  ) {
    this.#blockLines = options.blockLines
    this.#blocks = rows.map(([number, newest]) => ({ number, newest, isTaken: false }))
    this.#order = [...this.#blocks.keys()].toSorted((a, b) => this.#blocks[b]!.newest - this.#blocks[a]!.newest)
    this.#span = options.windowBlocks
  }

  /** The next window, or undefined when no block is left that has a line as new as `oldest`. */
  take(oldest: number): SeqWindow | undefined {
    while (this.#next < this.#order.length && this.#blocks[this.#order[this.#next]!]!.isTaken) this.#next += 1
    const at = this.#order[this.#next]
    if (at === undefined || this.#blocks[at]!.newest < oldest) return undefined
    let from = at
    let to = at
    for (let count = 1; count < this.#span; count += 1) {
      const below = this.#free(from - 1)
      const above = this.#free(to + 1)
      if (below === undefined && above === undefined) break
      if (above === undefined || (below !== undefined && below.newest >= above.newest)) from -= 1
      else to += 1
    }
    for (let taken = from; taken <= to; taken += 1) this.#blocks[taken]!.isTaken = true
    return {
      from: this.#blocks[from]!.number * this.#blockLines,
      to: (this.#blocks[to]!.number + 1) * this.#blockLines - 1,
    }
  }

  /** The last window took `ms`. */
  took(ms: number): void {
    if (ms < SEARCH_FAST_MS) this.#span *= 2
    else if (ms > SEARCH_SLOW_MS) this.#span = Math.max(1, Math.floor(this.#span / 2))
  }

  #free(at: number): Block | undefined {
    const block = this.#blocks[at]
    return block === undefined || block.isTaken ? undefined : block
  }
}
