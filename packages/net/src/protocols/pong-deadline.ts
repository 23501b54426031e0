/** Until when a pong may come. Source: docs/node.md, *Protocols*, ping. */
import type { Timer } from '@dchat/system'
import type { Channel } from '../channel.ts'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

const PACE_BYTES_PER_SEC = LIMITS.PONG_PACE_BYTES_PER_SEC.value
const LONGEST_MS = LIMITS.PONG_LONGEST_MS.value

/** What it looks at of a channel. */
export type AwaitedChannel = Pick<Channel, 'clock' | 'info' | 'heldMs' | 'receivedBytes' | 'sentBytes' | 'queuedBytes'>

/** The time limit as it began last. */
interface Span {
  readonly endMs: number
  readonly receivedBytes: number
  /** Undefined where little was queued: what the system takes then says nothing of the peer. */
  readonly sentBytes: number | undefined
}

/**
 * Starts as it is made. It stands still while we do not read the channel, and starts anew as long as the peer sends, or takes what is
 * queued for it, at a pace at which that comes to its end on a narrow way: the ping or its pong stands behind it.
 */
export class PongDeadline implements Disposable {
  readonly #channel: AwaitedChannel
  readonly #timeoutMs: number
  readonly #ending = new AbortController()
  readonly #endMs: number
  #span: Span
  #timer: Timer

  constructor(channel: AwaitedChannel, timeoutMs: number) {
    this.#channel = channel
    this.#timeoutMs = timeoutMs
    this.#endMs = this.#readMs + Math.max(timeoutMs, LONGEST_MS)
    this.#span = this.#newSpan()
    this.#timer = channel.clock.setTimer(timeoutMs, () => this.#look())
  }

  /** Aborts with NET_PONG_MISSING. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }

  #look(): void {
    if (this.#readMs >= this.#span.endMs && !this.#beginsAnew()) {
      const data = { channelId: this.#channel.info.id, timeoutMs: this.#timeoutMs }
      this.#ending.abort(new NetError('NET_PONG_MISSING', data, { fault: 'peer' }))
      return
    }
    this.#timer = this.#channel.clock.setTimer(this.#span.endMs - this.#readMs, () => this.#look())
  }

  #beginsAnew(): boolean {
    const { receivedBytes, sentBytes } = this.#channel
    const movedBytes = receivedBytes - this.#span.receivedBytes + sentBytes - (this.#span.sentBytes ?? sentBytes)
    if (movedBytes < this.#leastBytes || this.#readMs >= this.#endMs) return false
    this.#span = this.#newSpan()
    return true
  }

  #newSpan(): Span {
    const { receivedBytes, sentBytes, queuedBytes } = this.#channel
    const endMs = Math.min(this.#endMs, this.#readMs + this.#timeoutMs)
    return { endMs, receivedBytes, sentBytes: queuedBytes >= this.#leastBytes ? sentBytes : undefined }
  }

  /** Of one span. */
  get #leastBytes(): number {
    return (PACE_BYTES_PER_SEC * this.#timeoutMs) / 1_000
  }

  /** Monotonic time that stands still while we do not read the channel. */
  get #readMs(): number {
    return this.#channel.clock.monotonicMs() - this.#channel.heldMs
  }
}
