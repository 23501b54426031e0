/** Hosts whose channels end soon after they were made: they rest before slots pick them again, the longer the more often it happens in a row. */
import type { Clock } from '@dchat/system'
import { HOST_LIMITS } from './host-limits.ts'

const SHORT_LIVED_MS = HOST_LIMITS.SHORT_LIVED_MS.value
const FIRST_MS = HOST_LIMITS.REST_FIRST_MS.value
const LONGEST_MS = HOST_LIMITS.REST_LONGEST_MS.value
const RESTS_MAX = HOST_LIMITS.RESTS_MAX.value

interface Rest {
  readonly ms: number
  readonly untilMs: number
}

/** By canonical URL; all times are monotonic. */
export class HostRests {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** The one noted longest ago first. */
  readonly #rests = new Map<string, Rest>()

  constructor({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }) {
    this.#clock = clock
  }

  /** A channel to the host has ended, `livedMs` after its version exchange. One that lived long makes up for those before. */
  note(url: string, livedMs: number): void {
    const before = this.#rests.get(url)
    this.#rests.delete(url)
    if (livedMs >= SHORT_LIVED_MS) return
    const ms = before === undefined ? FIRST_MS : Math.min(2 * before.ms, LONGEST_MS)
    this.#rests.set(url, { ms, untilMs: this.#clock.monotonicMs() + ms })
    if (this.#rests.size > RESTS_MAX) this.#rests.delete(this.#rests.keys().next().value!)
  }

  isResting(url: string): boolean {
    const rest = this.#rests.get(url)
    return rest !== undefined && rest.untilMs > this.#clock.monotonicMs()
  }

  /** In how many ms the next host has rested; undefined when none rests. */
  get nextMs(): number | undefined {
    const nowMs = this.#clock.monotonicMs()
    let nextMs: number | undefined
    for (const { untilMs } of this.#rests.values()) if (untilMs > nowMs) nextMs = Math.min(nextMs ?? Infinity, untilMs - nowMs)
    return nextMs
  }
}
