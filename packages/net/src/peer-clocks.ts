/** How far this computer's clock is off those of its peers. Facts: docs/node.md, *The clock*. */
import type { Clock } from '@dchat/system'
import type { Channel } from './channel.ts'
import { isClockOff } from './clock-watch.ts'
import { LIMITS } from './limits.ts'
import { SessionFlag } from './sessions/session-flags.ts'

/** The channels that this node chose: who comes in can be anybody, as often as he likes. */
const CHOSEN = SessionFlag.Outbound | SessionFlag.Manual | SessionFlag.Direct

const PEERS_MIN = LIMITS.CLOCK_PEERS_MIN.value

/** What a channel tells of its peer's clock. */
export type PeerClock = Pick<Channel, 'peerClockMs'> & { readonly info: Pick<Channel['info'], 'session'> }

/**
 * Milliseconds by which `clock` is ahead of the median of the peers that were dialled, less than 0 where it is behind; a jump of it
 * shows at once. Undefined while there are fewer than CLOCK_PEERS_MIN of them.
 */
export function clockAheadMs(channels: Iterable<PeerClock>, clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): number | undefined {
  const clocks = clocksOf(channels)
  return clocks.length < PEERS_MIN ? undefined : aheadOf(clocks, clock)
}

/** Whether the peers that were dialled agree with `clock`: for that one is enough, as no two are wrong in the same way by chance. */
export function isClockConfirmed(channels: Iterable<PeerClock>, clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): boolean {
  const clocks = clocksOf(channels)
  return clocks.length > 0 && !isClockOff(aheadOf(clocks, clock))
}

function clocksOf(channels: Iterable<PeerClock>): number[] {
  const clocks: number[] = []
  for (const { info, peerClockMs } of channels)
    if ((info.session & CHOSEN) !== 0 && peerClockMs !== undefined) clocks.push(peerClockMs)
  return clocks
}

function aheadOf(clocks: readonly number[], clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): number {
  return clock.nowMs() - clock.monotonicMs() - medianOf(clocks)
}

/** Of an even number the lower one of the two in the middle. */
function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)]!
}
