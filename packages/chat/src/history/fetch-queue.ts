/** The posts that reconciliations with one channel have found to be missing here, asked for as fast as is allowed. Wire: docs/chat.md, *History*. */
import type { Clock, Timer } from '@dchat/system'
import { idKey } from '../relay/id-key.ts'
import { HISTORY_LIMITS } from './history-limits.ts'
import type { SharedAsks } from './shared-asks.ts'

const IDLE_MS = HISTORY_LIMITS.SYNC_IDLE_MS.value
const INTERVAL_MS = HISTORY_LIMITS.FETCH_INTERVAL_MS.value
const WAITING_MAX = HISTORY_LIMITS.SYNC_NEEDED_IDS.value
const LOOK_ELSEWHERE_MS = HISTORY_LIMITS.FETCH_LOOK_MS.value

export interface FetchQueueDeps {
  readonly clock: Clock
  /** How many posts may be asked for now. */
  askRoom(): number
  /** Asks for the first of `ids`, as many as may be asked for now. @returns how many */
  ask(ids: readonly Buffer[]): number
  /** Whether the post is here, on its way in, or dropped by a quota. */
  isKnown(id: Buffer): boolean
  /** What any channel is being asked for by history. */
  readonly asks: SharedAsks
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
  /** Ids that wait or were asked for, here or of another channel. */
  open = 0
  /** Of these, those that another channel is asked for. */
  elsewhere = 0
  received = 0
}

interface Waiting {
  readonly id: Buffer
  readonly fetch: Fetch
}

export class FetchQueue {
  readonly #deps: FetchQueueDeps
  /** By `idKey`, as all three: to be asked for, asked for, and asked of another channel, which may let it wait. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #asked = new Map<string, Fetch>()
  readonly #elsewhere = new Map<string, Waiting>()
  #timer: Timer | undefined
  #elsewhereTimer: Timer | undefined
  #lastMs = 0
  #waiters: (() => void)[] = []

  constructor(deps: FetchQueueDeps) {
    this.#deps = deps
    this.#lastMs = deps.clock.monotonicMs()
  }

  /** Ids that are still to come. */
  get open(): number {
    return this.#waiting.size + this.#asked.size + this.#elsewhere.size
  }

  /** Whether a session may have more ids found. */
  get hasRoom(): boolean {
    return this.#waiting.size + this.#elsewhere.size < WAITING_MAX
  }

  /** Asks for what is not here; for what another channel is asked for only once that has let it wait. */
  add(ids: readonly Buffer[], fetch: Fetch): void {
    if (this.open === 0) this.#noteLife()
    const nowMs = this.#deps.clock.monotonicMs()
    for (const id of ids) {
      const key = idKey(id)
      if (this.#isOpen(key) || this.#deps.isKnown(id)) continue
      fetch.open += 1
      if (this.#deps.asks.join(key, nowMs)) this.#waiting.set(key, { id, fetch })
      else {
        fetch.elsewhere += 1
        this.#elsewhere.set(key, { id, fetch })
      }
    }
    this.#askNext()
    this.#lookElsewhereLater()
  }

  /** A post that was asked for has come. @returns whether it was asked for here */
  settle(id: Buffer): boolean {
    const key = idKey(id)
    const fetch = this.#asked.get(key)
    if (fetch === undefined) return false
    this.#asked.delete(key)
    this.#deps.asks.settle(key)
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
    for (const [key, each] of this.#asked) if (each === fetch) this.#forget(this.#asked, key)
    for (const [key, each] of this.#waiting) if (each.fetch === fetch) this.#forget(this.#waiting, key)
    for (const [key, each] of this.#elsewhere) if (each.fetch === fetch) this.#elsewhere.delete(key)
    fetch.open = 0
    fetch.elsewhere = 0
    this.#wake()
  }

  close(): void {
    this.#timer?.cancel()
    this.#elsewhereTimer?.cancel()
    this.#timer = undefined
    this.#elsewhereTimer = undefined
    for (const key of [...this.#asked.keys(), ...this.#waiting.keys()]) this.#deps.asks.leave(key)
    this.#asked.clear()
    this.#waiting.clear()
    this.#elsewhere.clear()
    this.#wake()
  }

  #isOpen(key: string): boolean {
    return this.#asked.has(key) || this.#waiting.has(key) || this.#elsewhere.has(key)
  }

  #forget(from: Map<string, unknown>, key: string): void {
    from.delete(key)
    this.#deps.asks.leave(key)
  }

  /** Asks for what may be asked for now; what came in another way meanwhile is left out. */
  #askNext(): void {
    const wasFull = !this.hasRoom
    for (let room = this.#deps.askRoom(); room > 0 && this.#waiting.size > 0; room = this.#deps.askRoom()) {
      const needed = this.#nextNeeded(room)
      const taken = needed.length === 0 ? 0 : this.#deps.ask(needed.map(([, { id }]) => id))
      for (const [key, { fetch }] of needed.slice(0, taken)) {
        this.#waiting.delete(key)
        this.#asked.set(key, fetch)
      }
      if (taken < needed.length) break
    }
    if (wasFull && this.hasRoom) this.#wake()
    if (this.#waiting.size > 0) this.#timer ??= this.#deps.clock.setTimer(INTERVAL_MS, () => this.#tick())
  }

  #tick(): void {
    this.#timer = undefined
    this.#askNext()
  }

  /** Of the first `room` that wait, those that are still to come; the others wait no more. */
  #nextNeeded(room: number): [key: string, waiting: Waiting][] {
    const needed: [string, Waiting][] = []
    let looked = 0
    for (const entry of this.#waiting) {
      if (looked === room) break
      looked += 1
      const [key, waiting] = entry
      if (!this.#deps.isKnown(waiting.id)) needed.push(entry)
      else {
        this.#forget(this.#waiting, key)
        this.#release(waiting.fetch)
      }
    }
    return needed
  }

  #release(fetch: Fetch): void {
    fetch.open -= 1
    if (fetch.open === 0) this.#wake()
  }

  #lookElsewhereLater(): void {
    if (this.#elsewhere.size === 0) return
    this.#elsewhereTimer ??= this.#deps.clock.setTimer(LOOK_ELSEWHERE_MS, () => this.#lookElsewhere())
  }

  /** What another channel has brought is done with; what it let wait, or gave up, is asked for here. */
  #lookElsewhere(): void {
    this.#elsewhereTimer = undefined
    const nowMs = this.#deps.clock.monotonicMs()
    const wasFull = !this.hasRoom
    for (const [key, waiting] of this.#elsewhere) {
      if (!this.#deps.asks.join(key, nowMs)) continue
      this.#elsewhere.delete(key)
      waiting.fetch.elsewhere -= 1
      if (this.#deps.isKnown(waiting.id)) {
        this.#deps.asks.leave(key)
        this.#release(waiting.fetch)
      } else this.#waiting.set(key, waiting)
    }
    if (wasFull && this.hasRoom) this.#wake()
    this.#askNext()
    this.#lookElsewhereLater()
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
