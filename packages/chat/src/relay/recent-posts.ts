/** Posts of rooms that are not kept, held for those who ask. Source: docs/chat.md, *Which rooms*. */
import type { Clock, Timer } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import { idKey } from './id-key.ts'

interface Recent {
  readonly room: string
  readonly bytes: Buffer
  readonly addedMs: number
}

const POSTS = CHAT_LIMITS.RECENT_POSTS.value
const AGE_MS = CHAT_LIMITS.RECENT_AGE_MS.value
/** Between two looks for posts that are too old. */
const LOOK_MS = 1_000

/** Forgets the oldest; holds a timer while it holds a post. */
export class RecentPosts {
  readonly #clock: Clock
  /** Oldest first. */
  readonly #posts = new Map<string, Recent>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add({ id, room, bytes }: { readonly id: Buffer; readonly room: string; readonly bytes: Buffer }): void {
    const oldest = this.#posts.size >= POSTS ? this.#posts.keys().next().value : undefined
    if (oldest !== undefined) this.#posts.delete(oldest)
    // A buffer of its own: others may share theirs with what would be kept alive by it.
    const kept = Buffer.allocUnsafeSlow(bytes.length)
    bytes.copy(kept)
    this.#posts.set(idKey(id), { room, bytes: kept, addedMs: this.#clock.monotonicMs() })
    if (this.#timer === undefined) this.#forgetIn(AGE_MS)
  }

  find(id: Buffer): Buffer | undefined {
    return this.#posts.size === 0 ? undefined : this.#posts.get(idKey(id))?.bytes
  }

  /** The room is kept from now on. */
  forget(room: string): void {
    for (const [key, recent] of this.#posts) if (recent.room === room) this.#posts.delete(key)
  }

  clear(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#posts.clear()
  }

  #forgetIn(ms: number): void {
    this.#timer = this.#clock.setTimer(ms, () => this.#forgetOld(), { background: true })
  }

  #forgetOld(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonicMs()
    for (const [key, { addedMs }] of this.#posts) {
      const leftMs = addedMs + AGE_MS - nowMs
      if (leftMs > 0) return this.#forgetIn(Math.max(leftMs, LOOK_MS))
      this.#posts.delete(key)
    }
  }
}
