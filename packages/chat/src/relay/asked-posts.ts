/** The posts that were asked of one peer and have not come. Source: docs/chat.md, *History*. */
import { CHAT_LIMITS } from '../limits.ts'
import { idKey } from './id-key.ts'
import { TokenBucket } from './token-bucket.ts'

const OUTSTANDING = CHAT_LIMITS.ASKED_OUTSTANDING.value
const PER_SECOND = CHAT_LIMITS.ASKED_PER_SEC.value

/** `told`: a peer had told that it holds the post, which is relayed when it comes; `history`: it fills a gap here, and nobody else hears of it. */
export type AskedFor = 'told' | 'history'

interface Asked {
  readonly sinceMs: number
  readonly askedFor: AskedFor
}

/** Times are monotonic milliseconds. Holds nothing while nothing is asked. */
export class AskedPosts {
  /** In the order they were asked for. */
  #asked: Map<string, Asked> | undefined
  #bucket: TokenBucket | undefined

  /** How many have not come and are still waited for. */
  outstanding(nowMs: number): number {
    this.#forgetExpired(nowMs)
    return this.#asked?.size ?? 0
  }

  /** How many more may be asked for now. */
  room(nowMs: number): number {
    const byCount = OUTSTANDING - this.outstanding(nowMs)
    return Math.min(byCount, this.#bucket?.available(nowMs) ?? PER_SECOND)
  }

  has(id: Buffer): boolean {
    return this.#asked !== undefined && this.#asked.size > 0 && this.#asked.has(idKey(id))
  }

  /** Notes ids that are asked for now; there is `room` for them. What was told of stays so, whatever it is asked for once more. */
  add(ids: readonly Buffer[], askedFor: AskedFor, nowMs: number): void {
    this.#asked ??= new Map()
    this.#bucket ??= new TokenBucket({ perSecond: PER_SECOND, burst: PER_SECOND }, nowMs)
    this.#bucket.take(ids.length, nowMs)
    for (const id of ids) {
      const key = idKey(id)
      const before = this.#asked.get(key)?.askedFor
      this.#asked.delete(key)
      this.#asked.set(key, { sinceMs: nowMs, askedFor: before === 'told' ? before : askedFor })
    }
  }

  /** The post has come. @returns what it was asked for, if it was */
  settle(id: Buffer): AskedFor | undefined {
    if (this.#asked === undefined || this.#asked.size === 0) return undefined
    const key = idKey(id)
    const asked = this.#asked.get(key)
    this.#asked.delete(key)
    return asked?.askedFor
  }

  #forgetExpired(nowMs: number): void {
    if (this.#asked === undefined) return
    for (const [key, { sinceMs }] of this.#asked) {
      if (nowMs - sinceMs < CHAT_LIMITS.ASKED_EXPIRY_MS.value) return
      this.#asked.delete(key)
    }
  }
}
