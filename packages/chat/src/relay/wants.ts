/** Posts that peers have told of and that are not here: who is asked for them, and when. Source: docs/chat.md, *Relay*. */
import type { Clock, Timer } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import { idKey } from './id-key.ts'
import type { PostChannel } from './post-channel.ts'
import type { PostCounts } from './post-counts.ts'

interface Want {
  readonly id: Buffer
  /** Who told of it and was not asked yet. */
  readonly holders: PostChannel[]
  /** How many have told of it. */
  told: number
  /** Against whose share it counts; undefined once somebody was asked. */
  teller: PostChannel | undefined
  readonly sinceMs: number
  dueMs: number
}

export interface WantsDeps {
  readonly clock: Clock
  readonly counts: PostCounts
}

const OUTSTANDING = CHAT_LIMITS.WANTS_OUTSTANDING.value
const PER_CHANNEL = CHAT_LIMITS.WANTS_PER_CHANNEL.value
const PATIENCE_MS = CHAT_LIMITS.WANT_PATIENCE_MS.value
const HOLDERS = CHAT_LIMITS.WANT_HOLDERS.value
const FIRST_MS = CHAT_LIMITS.WANT_FIRST_MS.value
const NEXT_MS = CHAT_LIMITS.WANT_NEXT_MS.value
/** What falls due within this time of each other is asked for at once. */
const TOGETHER_MS = 10

/** One timer for all of them, and none while nothing is wanted. */
export class Wants {
  readonly #deps: WantsDeps
  readonly #wants = new Map<string, Want>()
  /** In order of `dueMs`: those nobody was asked for, and those somebody was. */
  readonly #fresh = new Map<string, Want>()
  readonly #asked = new Map<string, Want>()
  /** How many each channel was the first to tell of that nobody was asked for. */
  readonly #byTeller = new Map<PostChannel, number>()
  #timer: Timer | undefined
  #timerDueMs = Infinity

  constructor(deps: WantsDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#wants.size
  }

  /** A peer has told that it holds a post. `isKnown` is asked only where the answer counts. */
  note(id: Buffer, holder: PostChannel, isKnown: (id: Buffer) => boolean): void {
    const key = idKey(id)
    const wanted = this.#wants.get(key)
    if (wanted !== undefined) {
      if (wanted.told >= HOLDERS || wanted.holders.includes(holder)) return
      wanted.told += 1
      wanted.holders.push(holder)
      return
    }
    const told = this.#byTeller.get(holder) ?? 0
    if (this.#wants.size >= OUTSTANDING || told >= PER_CHANNEL) {
      this.#deps.counts.leftToHistory += 1
      return
    }
    if (isKnown(id)) return
    this.#byTeller.set(holder, told + 1)
    const sinceMs = this.#nowMs
    const dueMs = sinceMs + FIRST_MS
    // A copy: the list that the id came in is not to be kept alive by it.
    const want: Want = { id: Buffer.from(id), holders: [holder], told: 1, teller: holder, sinceMs, dueMs }
    this.#wants.set(key, want)
    this.#fresh.set(key, want)
    this.#schedule()
  }

  /** The post has come, from whomever. @returns whether it was wanted */
  settle(id: Buffer): boolean {
    return this.#wants.size > 0 && this.#remove(idKey(id))
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timerDueMs = Infinity
    this.#wants.clear()
    this.#byTeller.clear()
    this.#fresh.clear()
    this.#asked.clear()
  }

  get #nowMs(): number {
    return this.#deps.clock.monotonicMs()
  }

  #remove(key: string): boolean {
    const want = this.#wants.get(key)
    if (want === undefined) return false
    this.#wants.delete(key)
    if (!this.#fresh.delete(key)) this.#asked.delete(key)
    this.#uncount(want)
    return true
  }

  #uncount(want: Want): void {
    const { teller } = want
    if (teller === undefined) return
    want.teller = undefined
    const told = this.#byTeller.get(teller)! - 1
    if (told === 0) this.#byTeller.delete(teller)
    else this.#byTeller.set(teller, told)
  }

  #schedule(): void {
    const dueMs = Math.min(firstDueMs(this.#fresh), firstDueMs(this.#asked))
    if (dueMs >= this.#timerDueMs) return
    this.#timer?.cancel()
    this.#timerDueMs = dueMs
    this.#timer = this.#deps.clock.setTimer(Math.max(dueMs - this.#nowMs, TOGETHER_MS), () => {
      this.#timerDueMs = Infinity
      this.#askDue()
      this.#schedule()
    })
  }

  #askDue(): void {
    const nowMs = this.#nowMs
    const byHolder = new Map<PostChannel, Want[]>()
    for (const queue of [this.#fresh, this.#asked]) {
      for (const [key, want] of queue) {
        if (want.dueMs > nowMs) break
        queue.delete(key)
        this.#plan(key, want, byHolder)
      }
    }
    for (const [holder, wants] of byHolder) this.#ask(holder, wants)
  }

  /** Picks who is to be asked; a want that nobody is left for is left to the reconciler. */
  #plan(key: string, want: Want, byHolder: Map<PostChannel, Want[]>): void {
    let holder = want.holders.shift()
    while (holder?.channel.isStopped === true) holder = want.holders.shift()
    if (holder === undefined) {
      this.#remove(key)
      this.#deps.counts.leftToHistory += 1
      return
    }
    const wants = byHolder.get(holder)
    if (wants === undefined) byHolder.set(holder, [want])
    else wants.push(want)
  }

  /** What the holder cannot be asked for now is tried again later, for a while; nor is one whose page may bring it. */
  #ask(holder: PostChannel, wants: readonly Want[]): void {
    const nowMs = this.#nowMs
    const ids = wants.map(({ id }) => id)
    const taken = holder.history?.isPaging === true ? 0 : holder.ask(ids, 'told')
    const dueMs = nowMs + NEXT_MS
    for (const [index, want] of wants.entries()) {
      if (index < taken) this.#uncount(want)
      else if (nowMs - want.sinceMs < PATIENCE_MS) want.holders.push(holder)
      want.dueMs = dueMs
      this.#asked.set(idKey(want.id), want)
    }
  }
}

/** Of the first, which falls due first. */
function firstDueMs(queue: ReadonlyMap<string, Want>): number {
  for (const want of queue.values()) return want.dueMs
  return Infinity
}
