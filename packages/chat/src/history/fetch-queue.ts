/** The posts that reconciliations with one channel have found to be missing here, asked for as fast as is allowed. Wire: docs/chat.md, *History*. */
import type { Clock, Timer } from '@dchat/system'
import { idKey } from '../relay/id-key.ts'
import { HISTORY_LIMITS } from './history-limits.ts'

const IDLE_MS = HISTORY_LIMITS.SYNC_IDLE_MS.value
const INTERVAL_MS = HISTORY_LIMITS.FETCH_INTERVAL_MS.value
const WAITING_MAX = HISTORY_LIMITS.SYNC_NEEDED_IDS.value

export interface FetchQueueDeps {
  readonly clock: Clock
  /** How many posts may be asked for now. */
  askRoom(): number
  /** Asks for the first of `ids`, as many as may be asked for now. @returns how many */
  ask(ids: readonly Buffer[]): number
  /** Whether the post is here, on its way in, or dropped by a quota. */
  isKnown(id: Buffer): boolean
  /** Ids that any channel is being asked for by history: nobody is asked for what another is. */
  readonly asked: Set<string>
  onProgress(): void
}

/** What ends a wait. */
export interface WaitLimits {
  readonly signal: AbortSignal
  /** Monotonic ms. */
  readonly deadlineMs: number
}

/** What one session has asked for. */
export class Fetch {
  /** Ids that wait or were asked for. */
  open = 0
  received = 0
}

interface Waiting {
  readonly id: Buffer
  readonly fetch: Fetch
}

export class FetchQueue {
  readonly #deps: FetchQueueDeps
  #waiting: Waiting[] = []
  readonly #asked = new Map<string, Fetch>()
  #timer: Timer | undefined
  #lastMs = 0
  #waiters: (() => void)[] = []

  constructor(deps: FetchQueueDeps) {
    this.#deps = deps
    this.#lastMs = deps.clock.monotonicMs()
  }

  /** Ids that are still to come. */
  get open(): number {
    return this.#waiting.length + this.#asked.size
  }

  /** Whether a session may have more ids found. */
  get hasRoom(): boolean {
    return this.#waiting.length < WAITING_MAX
  }

  /** Asks for what is neither here nor asked for anywhere. */
  add(ids: readonly Buffer[], fetch: Fetch): void {
    if (this.open === 0) this.#noteLife()
    for (const id of ids) {
      const key = idKey(id)
      if (this.#deps.asked.has(key) || this.#deps.isKnown(id)) continue
      this.#deps.asked.add(key)
      this.#waiting.push({ id, fetch })
      fetch.open += 1
    }
    this.#askNext()
  }

  /** A post that was asked for has come. @returns whether it was asked for here */
  settle(id: Buffer): boolean {
    const key = idKey(id)
    const fetch = this.#asked.get(key)
    if (fetch === undefined) return false
    this.#asked.delete(key)
    this.#deps.asked.delete(key)
    fetch.open -= 1
    fetch.received += 1
    this.#noteLife()
    if (fetch.open === 0) this.#wake()
    this.#deps.onProgress()
    return true
  }

  /**
   * Resolves when `isDone` holds, which is looked at whenever a post has come.
   * @returns false when nothing that was asked for came for SYNC_IDLE_MS, and at the deadline
   * @throws the signal's reason
   */
  async until(isDone: () => boolean, { signal, deadlineMs }: WaitLimits): Promise<boolean> {
    while (!isDone()) {
      signal.throwIfAborted()
      const leftMs = Math.min(this.#lastMs + IDLE_MS, deadlineMs) - this.#deps.clock.monotonicMs()
      if (leftMs <= 0) return false
      await this.#changeWithin(leftMs, signal)
    }
    return true
  }

  /** Gives up what a session still waits for. */
  drop(fetch: Fetch): void {
    if (fetch.open === 0) return
    for (const [key, each] of this.#asked) if (each === fetch) this.#forget(key)
    for (const { id, fetch: each } of this.#waiting) if (each === fetch) this.#deps.asked.delete(idKey(id))
    this.#waiting = this.#waiting.filter((each) => each.fetch !== fetch)
    fetch.open = 0
    this.#wake()
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    for (const key of this.#asked.keys()) this.#deps.asked.delete(key)
    for (const { id } of this.#waiting) this.#deps.asked.delete(idKey(id))
    this.#asked.clear()
    this.#waiting = []
    this.#wake()
  }

  #forget(key: string): void {
    this.#asked.delete(key)
    this.#deps.asked.delete(key)
  }

  /** Asks for what may be asked for now; what came in another way meanwhile is left out. */
  #askNext(): void {
    const wasFull = !this.hasRoom
    for (let room = this.#deps.askRoom(); room > 0 && this.#waiting.length > 0; room = this.#deps.askRoom()) {
      const part = this.#waiting.slice(0, room)
      const needed = part.filter((each) => !this.#leavesOut(each))
      const taken = needed.length === 0 ? 0 : this.#deps.ask(needed.map(({ id }) => id))
      for (const { id, fetch } of needed.slice(0, taken)) this.#asked.set(idKey(id), fetch)
      this.#waiting = [...needed.slice(taken), ...this.#waiting.slice(part.length)]
      if (taken < needed.length) break
    }
    if (wasFull && this.hasRoom) this.#wake()
    if (this.#waiting.length > 0) this.#timer ??= this.#deps.clock.setTimer(INTERVAL_MS, () => this.#tick())
  }

  #tick(): void {
    this.#timer = undefined
    this.#askNext()
  }

  #leavesOut({ id, fetch }: Waiting): boolean {
    if (!this.#deps.isKnown(id)) return false
    this.#deps.asked.delete(idKey(id))
    fetch.open -= 1
    if (fetch.open === 0) this.#wake()
    return true
  }

  #noteLife(): void {
    this.#lastMs = this.#deps.clock.monotonicMs()
  }

  #wake(): void {
    const waiters = this.#waiters
    if (waiters.length === 0) return
    this.#waiters = []
    for (const wake of waiters) wake()
  }

  async #changeWithin(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        timer.cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = this.#deps.clock.setTimer(ms, wake)
      signal.addEventListener('abort', wake, { once: true })
      this.#waiters.push(wake)
    })
  }
}
