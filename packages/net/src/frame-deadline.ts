/** Ends a channel whose peer does not get on with the frame that it has begun. Limits: docs/limits.md. */
import type { Clock, Timer } from '@dchat/system'
import { NetError } from './errors.ts'
import { LIMITS } from './limits.ts'

/** What is looked at of a channel. */
export interface FrameProgress {
  readonly info: { readonly id: number }
  readonly clock: Clock
  /** Bytes that came so far. */
  readonly receivedBytes: number
  /** How long reading was held so far, in milliseconds: that is not the peer's doing. */
  readonly heldMs: number
  /** Which frame of the channel is under way, counted from 1; 0 between frames. */
  readonly frame: number
}

const FRAME_MS = LIMITS.FRAME_MS.value
const LEAST_BYTES_PER_SEC = LIMITS.FRAME_BYTES_PER_SEC.value
/** From one look at a frame that is late but gets on to the next. */
const AGAIN_MS = 1_000

/** One timer a channel at most, and none while frames come whole. */
export class FrameDeadline {
  readonly #channel: FrameProgress
  readonly #onSlow: (error: NetError) => void
  /** The frame that was under way at the last look, and what the channel had come to when it was first seen. */
  #frame = 0
  #sinceMs = 0
  #sinceBytes = 0
  #timer: Timer | undefined

  constructor(channel: FrameProgress, onSlow: (error: NetError) => void) {
    this.#channel = channel
    this.#onSlow = onSlow
  }

  /** To be called after each read. */
  look(): void {
    const { frame } = this.#channel
    if (frame === this.#frame) return
    this.#frame = frame
    if (frame === 0) return
    this.#sinceMs = this.#readMs()
    this.#sinceBytes = this.#channel.receivedBytes
    this.#timer ??= this.#channel.clock.setTimer(FRAME_MS, () => this.#check())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #check(): void {
    this.#timer = undefined
    if (this.#frame === 0) return
    const elapsedMs = this.#readMs() - this.#sinceMs
    const bytesPerSec = ((this.#channel.receivedBytes - this.#sinceBytes) * 1_000) / elapsedMs
    if (elapsedMs >= FRAME_MS && bytesPerSec < LEAST_BYTES_PER_SEC) {
      const data = { channelId: this.#channel.info.id, elapsedMs: Math.round(elapsedMs), bytesPerSec: Math.round(bytesPerSec) }
      this.#onSlow(new NetError('NET_FRAME_SLOW', data, { fault: 'peer' }))
      return
    }
    this.#timer = this.#channel.clock.setTimer(Math.max(AGAIN_MS, FRAME_MS - elapsedMs), () => this.#check())
  }

  /** Time in which the channel was read. */
  #readMs(): number {
    return this.#channel.clock.monotonicMs() - this.#channel.heldMs
  }
}
