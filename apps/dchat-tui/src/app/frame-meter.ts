/** How long frames take to be made, for `/stats` and `/debug`. */
import { MAX_FRAME_TIMES, MAX_SLOW_FRAMES, SLOW_FRAME_MS } from '../limits.ts'

export interface FrameFigures {
  /** Frames since the start. */
  readonly count: number
  /** Of the latest frames, in ms; 0 when there are none. */
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
  /** The newest last. */
  readonly slow: readonly { readonly at: number; readonly ms: number }[]
}

export class FrameMeter {
  #count = 0
  readonly #times: number[] = []
  #slow: { at: number; ms: number }[] = []

  /** A frame that took `ms`, made at `at` (Unix ms). */
  note(ms: number, at: number): void {
    this.#times[this.#count % MAX_FRAME_TIMES] = ms
    this.#count += 1
    if (ms > SLOW_FRAME_MS) this.#slow = [...this.#slow, { at, ms }].slice(-MAX_SLOW_FRAMES)
  }

  readonly figures = (): FrameFigures => {
    const sorted = this.#times.toSorted((a, b) => a - b)
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
    return { count: this.#count, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1), slow: this.#slow }
  }
}
