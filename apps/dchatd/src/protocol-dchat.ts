/** Chat messages on one channel. Source: docs/node.md, *Protocols*, dchat; wire: docs/wire.md, `DchatMsg`. */
import type { Channel, MessageSubscription, Protocol } from '@dchat/net'
import type { Timer } from '@dchat/system'
import { CHAT_LIMITS } from './chat-limits.ts'
import { dchatMsg } from './dchat-message.ts'
import type { DchatMessage } from './dchat-message.ts'
import { RateBucket } from './rate-bucket.ts'

export interface ProtocolDchatDeps {
  /** Messages a second one channel may bring, as it is now; 0 for no limit. */
  rateLimit(): number
  /** Takes a text. @returns false when no more should be read until `resume` is called */
  receive(channel: Channel, text: string): boolean
  /** Calls `resume` once there is room again. */
  whenRoom(resume: () => void): void
}

/** Reads as fast as the rate limit and the store allow; above that the peer feels back-pressure, never a ban. */
export class ProtocolDchat implements Protocol {
  readonly #channel: Channel
  readonly #deps: ProtocolDchatDeps
  readonly #messages: MessageSubscription<DchatMessage>
  #bucket: RateBucket | undefined
  #timer: Timer | undefined
  #waitsForRoom = false

  constructor(channel: Channel, deps: ProtocolDchatDeps) {
    this.#channel = channel
    this.#deps = deps
    this.#messages = channel.subscribe(dchatMsg)
  }

  start(): void {
    this.#channel.signal.addEventListener('abort', () => this.#timer?.cancel(), { once: true })
    this.#messages.handle(({ msg }, byteLength) => this.#onMessage(msg, byteLength))
    this.#messages.handleSkipped((byteLength) => this.#pause(this.#take(Math.min(byteLength, CHAT_LIMITS.SKIPPED_MAX_BYTES))))
  }

  #onMessage(text: string, byteLength: number): void {
    const channel = this.#channel
    this.#pause(this.#take(byteLength))
    if (this.#deps.receive(channel, text) || this.#waitsForRoom) return
    this.#waitsForRoom = true
    channel.hold()
    this.#deps.whenRoom(() => {
      this.#waitsForRoom = false
      channel.release()
    })
  }

  /** How long to read nothing more after a message. */
  #take(byteLength: number): number {
    const nowMs = this.#channel.clock.monotonicMs()
    const rateLimit = this.#deps.rateLimit()
    if (rateLimit === 0) return 0
    if (this.#bucket?.messagesPerSecond !== rateLimit) this.#bucket = new RateBucket(rateLimit, nowMs)
    return this.#bucket.take(byteLength, nowMs)
  }

  #pause(ms: number): void {
    if (ms === 0 || this.#timer !== undefined) return
    this.#channel.hold()
    this.#timer = this.#channel.clock.setTimer(ms, () => {
      this.#timer = undefined
      this.#channel.release()
    })
  }
}
