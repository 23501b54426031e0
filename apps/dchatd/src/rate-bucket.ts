/** How fast one channel may bring chat messages: docs/wire.md, `DchatMsg`. */
import { CHAT_LIMITS } from './chat-limits.ts'

/** A token bucket over messages and bytes. Times are monotonic milliseconds. */
export class RateBucket {
  readonly messagesPerSecond: number
  readonly #bytesPerSecond: number
  #messages: number
  #bytes: number
  #filledMs: number

  /** @param messagesPerSecond above 0; the bytes allowed scale with it, 256 KiB/s at the default of 50 */
  constructor(messagesPerSecond: number, nowMs: number) {
    this.messagesPerSecond = messagesPerSecond
    this.#bytesPerSecond = (CHAT_LIMITS.BYTES_PER_SECOND * messagesPerSecond) / CHAT_LIMITS.DEFAULT_RATE
    this.#messages = messagesPerSecond * CHAT_LIMITS.BURST_SECONDS
    this.#bytes = this.#bytesPerSecond * CHAT_LIMITS.BURST_SECONDS
    this.#filledMs = nowMs
  }

  /**
   * Counts one message, which is taken in any case.
   * @returns how many milliseconds to read nothing more; 0 while there is something left
   */
  take(byteLength: number, nowMs: number): number {
    const seconds = Math.max(0, nowMs - this.#filledMs) / 1000
    this.#filledMs = nowMs
    const burst = CHAT_LIMITS.BURST_SECONDS
    this.#messages = Math.min(this.messagesPerSecond * burst, this.#messages + seconds * this.messagesPerSecond) - 1
    this.#bytes = Math.min(this.#bytesPerSecond * burst, this.#bytes + seconds * this.#bytesPerSecond) - byteLength
    if (this.#messages >= 1 && this.#bytes > 0) return 0
    const messagesMs = ((1 - this.#messages) / this.messagesPerSecond) * 1000
    const bytesMs = (-this.#bytes / this.#bytesPerSecond) * 1000
    return Math.max(CHAT_LIMITS.SHORTEST_PAUSE_MS, messagesMs, bytesMs)
  }
}
