/** The posts that were asked of one peer and have not come. Source: docs/chat.md, *History*. */
import { CHAT_LIMITS } from '../limits.ts'
import { idKey } from './id-key.ts'
import { TokenBucket } from './token-bucket.ts'

const OUTSTANDING = CHAT_LIMITS.ASKED_OUTSTANDING.value
const PER_SECOND = CHAT_LIMITS.ASKED_PER_SEC.value

/** Times are monotonic milliseconds. Holds nothing while nothing is asked. */
export class AskedPosts {
  /** When each was asked for, oldest first. */
  #askedMs: Map<string, number> | undefined
  #bucket: TokenBucket | undefined

  /** How many have not come and are still waited for. */
  outstanding(nowMs: number): number {
    this.#forgetExpired(nowMs)
    return this.#askedMs?.size ?? 0
  }

  /** How many more may be asked for now. */
  room(nowMs: number): number {
    const byCount = OUTSTANDING - this.outstanding(nowMs)
    return Math.min(byCount, this.#bucket?.available(nowMs) ?? PER_SECOND)
  }

  has(id: Buffer): boolean {
    return this.#askedMs !== undefined && this.#askedMs.size > 0 && this.#askedMs.has(idKey(id))
  }

  /** Notes ids that are asked for now; there is `room` for them. */
  add(ids: readonly Buffer[], nowMs: number): void {
    this.#askedMs ??= new Map()
    this.#bucket ??= new TokenBucket({ perSecond: PER_SECOND, burst: PER_SECOND }, nowMs)
    this.#bucket.take(ids.length, nowMs)
    for (const id of ids) this.#askedMs.set(idKey(id), nowMs)
  }

  /** The post has come. @returns whether it was asked for */
  settle(id: Buffer): boolean {
    return this.#askedMs !== undefined && this.#askedMs.size > 0 && this.#askedMs.delete(idKey(id))
  }

  #forgetExpired(nowMs: number): void {
    if (this.#askedMs === undefined) return
    for (const [key, askedMs] of this.#askedMs) {
      if (nowMs - askedMs < CHAT_LIMITS.ASKED_EXPIRY_MS.value) return
      this.#askedMs.delete(key)
    }
  }
}
