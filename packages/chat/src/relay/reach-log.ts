/** With whom the newest own lines are, since the start: remembered for who asks, lost with the program. */
import type { Channel } from '@dchat/net'
import { CHAT_LIMITS } from '../limits.ts'
import { peerKeyOf } from './peer-key.ts'

/** How far a line came with one peer. */
export interface PeerReach {
  readonly url: string
  /** The channel that it was told on last, which may be closed. */
  readonly channelId: number
  readonly state: 'written' | 'held'
  /** When it came so far, Unix ms. */
  readonly atMs: number
}

export interface LineReach {
  /** In the order in which they first had it. */
  readonly peers: readonly PeerReach[]
  /** Whether these are all that ever had it as far as is known: followed from its first moment on, and not too many. */
  readonly isComplete: boolean
}

interface Line {
  readonly peers: Map<string, PeerReach>
  isComplete: boolean
}

const LINES = CHAT_LIMITS.REACH_LINES.value
const PEERS = CHAT_LIMITS.REACH_PEERS.value
const UNKNOWN: LineReach = { peers: [], isComplete: false }

export class ReachLog {
  /** By seq, oldest first. */
  readonly #lines = new Map<number, Line>()

  /** Nobody has the line yet. */
  begin(seq: number): void {
    this.#add(seq, { isComplete: true })
  }

  /** The peer of `channel` was written the line, or is known to hold it. What is held is not written any more. */
  note(seq: number, channel: Pick<Channel, 'info' | 'peerVersion' | 'clock'>, state: PeerReach['state']): void {
    const { peers } = this.#lines.get(seq) ?? this.#add(seq, { isComplete: false })
    const key = peerKeyOf(channel)
    const known = peers.get(key)
    if (known?.state === 'held' || known?.state === state) return
    if (known === undefined && peers.size >= PEERS) {
      this.#lines.get(seq)!.isComplete = false
      return
    }
    peers.set(key, { url: channel.info.url, channelId: channel.info.id, state, atMs: channel.clock.nowMs() })
  }

  of(seq: number): LineReach {
    const line = this.#lines.get(seq)
    return line === undefined ? UNKNOWN : { peers: [...line.peers.values()], isComplete: line.isComplete }
  }

  #add(seq: number, { isComplete }: Pick<Line, 'isComplete'>): Line {
    const line = { peers: new Map<string, PeerReach>(), isComplete }
    this.#lines.set(seq, line)
    if (this.#lines.size > LINES) this.#lines.delete(this.#lines.keys().next().value!)
    return line
  }
}
