/** What one channel costs this node: scores for bytes and for work that fade with time. Reasons: docs/decisions/0009. */
import { LIMITS } from '../limits.ts'

const HALF_LIFE_MS = LIMITS.LOAD_HALF_LIFE_MS.value
const LONG_HALF_LIFE_MS = LIMITS.LOAD_LONG_HALF_LIFE_MS.value
/** A score that grows by `rate` a millisecond and halves every half-life settles at `rate` times this. */
const SPAN_MS = HALF_LIFE_MS / Math.LN2
const LONG_SPAN_MS = LONG_HALF_LIFE_MS / Math.LN2
const QUIET_SHARE = LIMITS.QUIET_SHARE_PERCENT.value / 100
const WORK_MS_PER_BYTE = LIMITS.READ_WORK_US_PER_MIB.value / 1000 / 2 ** 20

/** The load of a channel, as operators see it: all of the last second or so. */
export interface ChannelLoadFigures {
  /** Bytes received a second. */
  readonly bytesPerSecond: number
  /** The part of the thread's time that reading the channel takes, 0 to 1. */
  readonly workShare: number
  /** That is next to nothing: less than QUIET_SHARE_PERCENT. */
  readonly isQuiet: boolean
  /** Reading is held back because of what the channel costs. */
  readonly isThrottled: boolean
}

/** Why a channel is throttled, since when, and until when. */
export interface Throttle {
  readonly why: 'unfair' | 'dear'
  /** Monotonic, in milliseconds. */
  readonly sinceMs: number
  /** Ends once the channel's share is not above this. */
  readonly untilShare: number
}

/** The scores of one channel. Adding costs a few additions; fading is done by `fold`, which the resource manager calls. */
export class ChannelLoad {
  /** Set by the resource manager. */
  throttle: Throttle | undefined
  /** Monotonic time at which the channel last used up its part of a turn of the event loop. */
  pressedMs: number = -Infinity
  isClosed: boolean = false
  /** Set by the resource manager: it has waited, and its next read waits for nobody. */
  isDue: boolean = false
  #turn = -1
  #turnMs = 0
  #newWorkMs = 0
  #newBytes = 0
  #newSinceMs = 0
  #workMs = 0
  #bytes = 0
  #longWorkMs = 0
  #longCarriedBytes = 0
  #longDearMs = 0
  #sentBytes = 0
  #foldedMs: number

  /** @param nowMs - monotonic */
  constructor(nowMs: number) {
    this.#foldedMs = nowMs
  }

  /** Counts bytes that came by `nowMs` and the time it took to handle them, to which a price for reading them is added. */
  add(workMs: number, bytes: number, nowMs: number): void {
    if (this.#newWorkMs === 0) this.#newSinceMs = nowMs
    this.#newWorkMs += workMs + bytes * WORK_MS_PER_BYTE
    this.#newBytes += bytes
  }

  /** Counts work of one turn of the event loop; returns how much it is by now. */
  addToTurn(turn: number, workMs: number): number {
    if (turn !== this.#turn) {
      this.#turn = turn
      this.#turnMs = 0
    }
    this.#turnMs += workMs
    return this.#turnMs
  }

  /** Work of the last turn in which there was any, or what was expected of it, in ms. */
  get turnMs(): number {
    return this.#turnMs
  }

  /** Brings the scores to `nowMs`. @param sentBytes - sent on the channel so far */
  fold(nowMs: number, sentBytes: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#foldedMs)
    const decay = faded(elapsedMs)
    const newDecay = this.#newDecay(nowMs)
    const longDecay = 2 ** (-elapsedMs / LONG_HALF_LIFE_MS)
    this.#foldedMs += elapsedMs
    this.#workMs = this.#workMs * decay + this.#newWorkMs * newDecay
    this.#bytes = this.#bytes * decay + this.#newBytes * newDecay
    this.#longWorkMs = this.#longWorkMs * longDecay + this.#newWorkMs
    this.#longCarriedBytes = this.#longCarriedBytes * longDecay + this.#newBytes + sentBytes - this.#sentBytes
    this.#longDearMs = this.#longDearMs * longDecay + (this.throttle?.why === 'dear' ? elapsedMs : 0)
    this.#sentBytes = sentBytes
    this.#newWorkMs = 0
    this.#newBytes = 0
  }

  /** The part of the thread's time that the channel took, at the last `fold`. */
  get share(): number {
    return this.#workMs / SPAN_MS
  }

  /** Whether that is next to nothing. */
  get isQuiet(): boolean {
    return this.share < QUIET_SHARE
  }

  /** Work for a KiB carried, both ways, over the long span; in milliseconds. */
  get workMsPerKib(): number {
    return (this.#longWorkMs * 1024) / Math.max(1, this.#longCarriedBytes)
  }

  /** The part of the long span, 0 to 1, in which the channel was throttled for being dear. */
  get dearPart(): number {
    return this.#longDearMs / LONG_SPAN_MS
  }

  /** The figures at `nowMs`. */
  figures(nowMs: number): ChannelLoadFigures {
    const decay = faded(nowMs - this.#foldedMs)
    const newDecay = this.#newDecay(nowMs)
    const workShare = Math.min(1, (this.#workMs * decay + this.#newWorkMs * newDecay) / SPAN_MS)
    return {
      bytesPerSecond: ((this.#bytes * decay + this.#newBytes * newDecay) / SPAN_MS) * 1000,
      workShare,
      isQuiet: workShare < QUIET_SHARE,
      isThrottled: this.throttle !== undefined,
    }
  }

  /** What was added since the last `fold` is folded within a tick, or else is the last for a while. */
  #newDecay(nowMs: number): number {
    return faded(nowMs - this.#newSinceMs - LIMITS.LOAD_TICK_MS.value)
  }
}

function faded(elapsedMs: number): number {
  return elapsedMs <= 0 ? 1 : 2 ** (-elapsedMs / HALF_LIFE_MS)
}
