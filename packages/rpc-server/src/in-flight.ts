/** Counts what a connection is working on, and lets one waiter in when there is room. */

export class InFlight {
  readonly #max: number
  readonly #waiting: (() => void)[] = []
  readonly #onRelease: () => void
  #count = 0

  constructor(max: number, onRelease: () => void = () => {}) {
    this.#max = max
    this.#onRelease = onRelease
  }

  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count >= this.#max
  }

  /** Takes a place, waiting for one if need be. Only the one reader of a connection waits here. */
  async acquire(): Promise<void> {
    while (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#count += 1
  }

  release(): void {
    this.#count -= 1
    this.#waiting.shift()?.()
    this.#onRelease()
  }
}

/** Resolves after this turn of the event loop, when I/O had its chance. */
let turn: Promise<void> | undefined

function nextTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}

/**
 * Waits for `work`, but no longer than a turn of the event loop: what answers at once is done by then, so that its answer counts
 * before more work is started; what takes longer goes on beside it.
 */
export async function giveTurn(work: Promise<unknown>): Promise<void> {
  await Promise.race([work, nextTurn()])
}
