/** Sends a line to every peer, in order for each, and waits for those that do not read fast enough. */
import type { Channel, P2p } from '@dchat/net'
import { CHAT_LIMITS } from './chat-limits.ts'
import { dchatMsg } from './dchat-message.ts'

/** What became of a line. */
export interface BroadcastOutcome {
  /** Channels that took it at once. */
  readonly written: number
  /** One for each channel that takes it later: true when it did, false when it ended or its backlog is full. Never reject. */
  readonly late: readonly Promise<boolean>[]
}

interface Waiting {
  readonly frame: Buffer
  readonly settle: (isWritten: boolean) => void
}

export class Broadcaster {
  readonly #p2p: Pick<P2p, 'peers' | 'encodeFrame'>
  readonly #backlogs = new Map<Channel, Waiting[]>()

  constructor(p2p: Pick<P2p, 'peers' | 'encodeFrame'>) {
    this.#p2p = p2p
  }

  /** @throws {NetError} NET_MESSAGE_TOO_LARGE above 65,536 bytes of UTF-8 */
  broadcast(msg: string): BroadcastOutcome {
    const frame = this.#p2p.encodeFrame(dchatMsg, { msg })
    const late: Promise<boolean>[] = []
    let written = 0
    for (const channel of this.#p2p.peers) {
      // Behind a backlog nothing may overtake.
      if (!this.#backlogs.has(channel) && channel.postFrame(frame, dchatMsg.name)) written += 1
      else late.push(this.#sendLate(channel, frame))
    }
    return { written, late }
  }

  #sendLate(channel: Channel, frame: Buffer): Promise<boolean> {
    const backlog = this.#backlogs.get(channel) ?? []
    if (backlog.length >= CHAT_LIMITS.BACKLOG_MESSAGES) return Promise.resolve(false)
    return new Promise((settle) => {
      backlog.push({ frame, settle })
      if (this.#backlogs.has(channel)) return
      this.#backlogs.set(channel, backlog)
      void this.#drain(channel, backlog)
    })
  }

  async #drain(channel: Channel, backlog: Waiting[]): Promise<void> {
    while (backlog.length > 0) {
      try {
        await channel.drained()
      } catch {
        break // the channel has stopped, and told its session why
      }
      const [first] = backlog
      if (!channel.postFrame(first!.frame, dchatMsg.name)) continue
      backlog.shift()
      first!.settle(true)
    }
    this.#backlogs.delete(channel)
    for (const { settle } of backlog) settle(false)
  }
}
