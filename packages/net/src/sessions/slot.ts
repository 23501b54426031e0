/** One place that the outbound session keeps filled, and which of them go first when there are to be fewer. */
import type { Channel } from '../channel.ts'
import type { FailureReason } from '../failure-reason.ts'
import { WakeUp } from './wake-up.ts'

/** `sinceMs`: monotonic time at which the slot came into the state. */
export type SlotState =
  | { readonly at: 'sleeping' }
  | { readonly at: 'connecting'; readonly sinceMs: number; readonly url: string }
  | { readonly at: 'connected'; readonly sinceMs: number; readonly channel: Channel }
  | { readonly at: 'stopped' }

/** A slot's number, what it does now, and its end. */
export class Slot {
  /** Counts from 0, as dnet shows it; a slot moves up when one before it goes. */
  index: number
  state: SlotState = { at: 'stopped' }
  /** Monotonic time at which `state` was changed last. */
  changedMs = 0
  /** Why its last try failed, or its channel ended; undefined once one works. */
  failure: FailureReason | undefined
  /** Told when there may be a host for the slot. */
  readonly wakeUp: WakeUp = new WakeUp()
  readonly #ending = new AbortController()
  readonly #ended = Promise.withResolvers<void>()

  constructor(index: number) {
    this.index = index
  }

  /** The id of the slot's channel, 0 while it has none. */
  get channelId(): number {
    return this.state.at === 'connected' ? this.state.channel.info.id : 0
  }

  /** The host that the slot dials or holds. */
  get url(): string | undefined {
    if (this.state.at === 'connecting') return this.state.url
    return this.state.at === 'connected' ? this.state.channel.info.url : undefined
  }

  /** Aborts when the slot is given up. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** Resolves when the slot has stopped. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Gives the slot up; whoever fills it closes its channel and calls `noteStopped`. */
  end(): void {
    this.#ending.abort()
  }

  noteStopped(): void {
    this.state = { at: 'stopped' }
    this.#ended.resolve()
  }
}

/** In what order slots go: those that cost nobody anything first. */
const GOES_FIRST: readonly SlotState['at'][] = ['stopped', 'sleeping', 'connecting', 'connected']

/** The slots to give up when there are `count` too many: empty ones, then those that connect, then the newest connected. */
export function slotsToEnd(slots: readonly Slot[], count: number): Slot[] {
  const rank = ({ state }: Slot): number => GOES_FIRST.indexOf(state.at)
  return slots
    .toSorted((one, other) => rank(one) - rank(other) || sinceMs(other) - sinceMs(one) || other.index - one.index)
    .slice(0, count)
}

/** The channels of the slots, the one connected longest first. */
export function longestConnected(slots: readonly Slot[]): Channel[] {
  return slots
    .toSorted((one, other) => sinceMs(one) - sinceMs(other))
    .flatMap(({ state }) => (state.at === 'connected' ? [state.channel] : []))
}

function sinceMs({ state }: Slot): number {
  return 'sinceMs' in state ? state.sinceMs : 0
}
