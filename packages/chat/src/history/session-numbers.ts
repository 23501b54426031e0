/**
 * The numbers of the sessions that this side of a channel opens, and those of the other side. Wire: docs/chat.md, *Commands*, `sync`:
 * both sides may open sessions on one channel, and nothing but the number tells an answer from a request.
 */
import type { Random } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'

const ENDED_MAX = HISTORY_LIMITS.SYNC_ENDED_NUMBERS.value
const SESSIONS_MAX = HISTORY_LIMITS.SYNC_SESSIONS.value
const FRAMES_MAX = HISTORY_LIMITS.SYNC_FRAMES.value
const HALF = 2 ** 31

/**
 * Numbers of our own sessions: random, even for who dialled and odd for who listened, so that two nodes of ours never choose
 * the same one and a node that counts from 0 or 1 practically never does. What comes is judged by the open numbers alone.
 */
export class OwnSessionNumbers {
  readonly #random: Random
  readonly #parity: 0 | 1
  /** Ended while an answer was awaited, oldest first. */
  readonly #ended: number[] = []

  constructor(random: Random, isDialled: boolean) {
    this.#random = random
    this.#parity = isDialled ? 0 : 1
  }

  /** A number that is not in use. */
  next(isOpen: (number: number) => boolean): number {
    for (;;) {
      const number = this.#random.int(HALF) * 2 + this.#parity
      if (!isOpen(number) && !this.isEnded(number)) return number
    }
  }

  /** A session has ended that still had an answer to come. */
  noteEnded(number: number): void {
    this.#ended.push(number)
    if (this.#ended.length > ENDED_MAX) this.#ended.shift()
  }

  /** Whether a frame of that number is a late answer. */
  isEnded(number: number): boolean {
    return this.#ended.includes(number)
  }
}

/** How many frames of each session of the other side were answered: of the four it used last, and nothing else is kept of them. */
export class PeerSessionCounts {
  /** Used longest ago first. */
  readonly #frames = new Map<number, number>()

  /** @returns false when the session has had all its frames */
  count(number: number): boolean {
    const frames = (this.#frames.get(number) ?? 0) + 1
    this.#frames.delete(number)
    this.#frames.set(number, Math.min(frames, FRAMES_MAX + 1))
    if (this.#frames.size > SESSIONS_MAX) this.#frames.delete(this.#frames.keys().next().value!)
    return frames <= FRAMES_MAX
  }
}
