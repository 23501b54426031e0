/**
 * The shared room beside nodes that know no posts: its lines go to their channels as `DchatMsg`. Facts: docs/chat.md, *Beside reference
 * nodes*. What a `DchatMsg` has no place for (author, time, id) is lost there; so nothing is sent twice, and what is too long is left
 * out, not cut.
 */
import { isFeatured } from '@dchat/chat'
import type { Channel } from '@dchat/net'
import type { Clock, Logger } from '@dchat/system'
import type { Broadcaster } from './broadcaster.ts'
import { CHAT_LIMITS } from './chat-limits.ts'

export interface MirrorDeps {
  readonly broadcaster: Pick<Broadcaster, 'broadcast'>
  readonly clock: Clock
  readonly logger: Logger
}

/** What the mirror has done since the start, a line and a channel counting one. */
export interface MirrorCounts {
  written: number
  /** Lines that are too long. */
  tooLong: number
  /** More lines than a channel takes, or it ended before. */
  leftOut: number
}

export interface MirrorLine {
  readonly text: string
  /** Whether it is what a user of the reference would have sent, with the limits of that alone; else those of the mirror count. */
  readonly isBare: boolean
  /** Told of each channel that took it, at once or later. */
  readonly onWritten: (channel: Channel) => void
}

export class Mirror {
  readonly counts: MirrorCounts = { written: 0, tooLong: 0, leftOut: 0 }
  readonly #deps: MirrorDeps
  #reportedAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: MirrorDeps) {
    this.#deps = deps
  }

  /** Resolves when every channel has taken the line, or never will. Never rejects. */
  async send({ text, isBare, onWritten }: MirrorLine): Promise<void> {
    if (!isBare && Buffer.byteLength(text) > CHAT_LIMITS.MIRROR_MAX_BYTES) {
      this.#leaveOut('tooLong')
      return
    }
    const { late } = this.#deps.broadcaster.broadcast(text, {
      isFor: (channel) => !isFeatured(channel),
      isPaced: !isBare,
      onWritten: (channel) => {
        this.counts.written += 1
        onWritten(channel)
      },
    })
    await Promise.all(
      late.map(async (sending) => {
        if (!(await sending)) this.#leaveOut('leftOut')
      }),
    )
  }

  /** Counted always, said now and then. */
  #leaveOut(why: 'tooLong' | 'leftOut'): void {
    const { clock, logger } = this.#deps
    this.counts[why] += 1
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#reportedAtMs < CHAT_LIMITS.MIRROR_REPORT_MS) return
    this.#reportedAtMs = nowMs
    const { tooLong, leftOut } = this.counts
    logger.info('Lines did not go to peers without posts: they are too long, or too many', { tooLong, leftOut })
  }
}

/** A line as people see it in the reference's chat: `<nick> text`, or `* nick text` for what `/me` makes. */
export function mirrorText({ kind, nick, text }: { kind: 'text' | 'action'; nick: string | null; text: string }): string {
  if (kind === 'action') return `* ${nick ?? NAMELESS} ${text}`
  return nick === null ? text : `<${nick}> ${text}`
}

/** Stands for the writer in an action of somebody without a nick. */
const NAMELESS = 'someone'
