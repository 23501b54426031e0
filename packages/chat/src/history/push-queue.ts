/** The posts that reconciliations with one channel have found to be missing there, sent within the budget of unasked posts. Wire: docs/chat.md, *Relay*. */
import type { Clock, Timer } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'

const WAITING_MAX = HISTORY_LIMITS.PUSHED_WAITING.value
const INTERVAL_MS = HISTORY_LIMITS.PUSH_INTERVAL_MS.value
/** Posts read from the store at once. */
const READ_POSTS = 16

export interface PushQueueDeps {
  readonly clock: Clock
  read(ids: readonly Buffer[]): (Buffer | undefined)[]
  /** Sends a post. @returns false when the budget or the channel allows none now */
  send(bytes: Buffer, id: Buffer): boolean
  /** Whether the peer has got the post by now. */
  holds(id: Buffer): boolean
}

export class PushQueue {
  readonly #deps: PushQueueDeps
  /** In order of time: the newest leave first. */
  #ids: Buffer[] = []
  #timer: Timer | undefined

  constructor(deps: PushQueueDeps) {
    this.#deps = deps
  }

  get waiting(): number {
    return this.#ids.length
  }

  /** @param ids in order of time. @returns how many there was no room for: the oldest ones */
  add(ids: readonly Buffer[]): number {
    this.#ids.push(...ids)
    const left = Math.max(0, this.#ids.length - WAITING_MAX)
    if (left > 0) this.#ids = this.#ids.slice(left)
    if (this.#timer === undefined) this.#sendNext()
    return left
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#ids = []
  }

  #sendNext(): void {
    this.#timer = undefined
    while (this.#ids.length > 0) {
      const ids = this.#ids.slice(-READ_POSTS).toReversed()
      if (!this.#sendAll(ids, this.#deps.read(ids))) break
    }
    if (this.#ids.length > 0) this.#timer = this.#deps.clock.setTimer(INTERVAL_MS, () => this.#sendNext())
  }

  /** @returns false when one could not be sent: it waits, and those after it */
  #sendAll(ids: readonly Buffer[], posts: readonly (Buffer | undefined)[]): boolean {
    for (const [index, id] of ids.entries()) {
      const bytes = posts[index]
      if (bytes !== undefined && !this.#deps.holds(id) && !this.#deps.send(bytes, id)) return false
      this.#ids.pop()
    }
    return true
  }
}
