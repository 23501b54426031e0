/** Sends a line to peers, in order for each, and waits for those that do not read fast enough. */
import type { Channel, P2p } from '@dchat/net'
import { sleep } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { CHAT_LIMITS } from './chat-limits.ts'
import { dchatMsg } from './dchat-message.ts'
import { RateBucket } from './rate-bucket.ts'

/** What became of a line. */
export interface BroadcastOutcome {
  /** Channels that took it at once. */
  readonly written: number
  /** One for each channel that takes it later: true when it did, false when it ended or its backlog is full. Never reject. */
  readonly late: readonly Promise<boolean>[]
}

export interface BroadcastOptions {
  /** Which channels get it. @default all */
  readonly isFor?: (channel: Channel) => boolean
  /** Whether it waits where more than `MIRROR_RATE` of its kind a second would go out. @default false */
  readonly isPaced?: boolean
  /** Told of each channel that took it, at once or later. */
  readonly onWritten?: (channel: Channel) => void
}

export interface BroadcasterDeps {
  readonly p2p: Pick<P2p, 'peers' | 'encodeFrame'>
  readonly clock: Clock
}

interface Line {
  readonly frame: Buffer
  readonly isPaced: boolean
  readonly onWritten: (channel: Channel) => void
}

interface Waiting extends Line {
  readonly settle: (isWritten: boolean) => void
}

/** When the next paced line may go out on a channel. */
interface Pace {
  readonly bucket: RateBucket
  readyAtMs: number
}

export class Broadcaster {
  readonly #deps: BroadcasterDeps
  readonly #backlogs = new Map<Channel, Waiting[]>()
  readonly #paces = new WeakMap<Channel, Pace>()

  constructor(deps: BroadcasterDeps) {
    this.#deps = deps
  }

  /** @throws {NetError} NET_MESSAGE_TOO_LARGE above 65,536 bytes of UTF-8 */
  broadcast(msg: string, { isFor = () => true, isPaced = false, onWritten = () => {} }: BroadcastOptions = {}): BroadcastOutcome {
    const { p2p } = this.#deps
    const channels = p2p.peers.filter(isFor)
    const late: Promise<boolean>[] = []
    let written = 0
    if (channels.length === 0) return { written, late }
    const line = { frame: p2p.encodeFrame(dchatMsg, { msg }), isPaced, onWritten }
    for (const channel of channels) {
      // Behind a backlog nothing may overtake.
      if (!this.#backlogs.has(channel) && this.#tryPost(channel, line)) written += 1
      else late.push(this.#sendLate(channel, line))
    }
    return { written, late }
  }

  #tryPost(channel: Channel, { frame, isPaced, onWritten }: Line): boolean {
    if (isPaced && this.#waitMs(channel) > 0) return false
    if (!channel.postFrame(frame, dchatMsg.name)) return false
    if (isPaced) this.#countPaced(channel, frame.length)
    onWritten(channel)
    return true
  }

  #sendLate(channel: Channel, line: Line): Promise<boolean> {
    const backlog = this.#backlogs.get(channel) ?? []
    if (backlog.length >= CHAT_LIMITS.BACKLOG_MESSAGES) return Promise.resolve(false)
    return new Promise((settle) => {
      backlog.push({ ...line, settle })
      if (this.#backlogs.has(channel)) return
      this.#backlogs.set(channel, backlog)
      void this.#drain(channel, backlog)
    })
  }

  async #drain(channel: Channel, backlog: Waiting[]): Promise<void> {
    while (backlog.length > 0) {
      const first = backlog[0]!
      try {
        const waitMs = first.isPaced ? this.#waitMs(channel) : 0
        if (waitMs > 0) await sleep(this.#deps.clock, waitMs, channel.signal)
        await channel.drained()
      } catch {
        break // the channel has stopped, and told its session why
      }
      if (!this.#tryPost(channel, first)) continue
      backlog.shift()
      first.settle(true)
    }
    this.#backlogs.delete(channel)
    for (const { settle } of backlog) settle(false)
  }

  #waitMs(channel: Channel): number {
    const pace = this.#paces.get(channel)
    return pace === undefined ? 0 : Math.max(0, pace.readyAtMs - this.#deps.clock.monotonicMs())
  }

  #countPaced(channel: Channel, bytes: number): void {
    const nowMs = this.#deps.clock.monotonicMs()
    const pace = this.#paces.get(channel) ?? { bucket: new RateBucket(CHAT_LIMITS.MIRROR_RATE, nowMs), readyAtMs: nowMs }
    pace.readyAtMs = nowMs + pace.bucket.take(bytes, nowMs)
    this.#paces.set(channel, pace)
  }
}
