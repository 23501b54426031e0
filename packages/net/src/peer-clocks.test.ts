import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { ClockWatch, isClockOff } from './clock-watch.ts'
import { clockAheadMs, isClockConfirmed } from './peer-clocks.ts'
import type { PeerClock } from './peer-clocks.ts'
import { SessionFlag } from './sessions/session-flags.ts'

const MINUTE_MS = 60_000
const clock = new ManualClock()

/** A peer whose clock is so far ahead of ours, by default one that was dialled. */
function peer(aheadMs: number, session: SessionFlag = SessionFlag.Outbound): PeerClock {
  return { info: { session }, peerClockMs: clock.nowMs() - clock.monotonicMs() + aheadMs }
}

describe('clockAheadMs', () => {
  test('is the distance to the one in the middle, whatever a liar tells', () => {
    expect(clockAheadMs([peer(-7_000), peer(-6_000), peer(2 ** 63)], clock)).toBe(6_000)
    expect(clockAheadMs([peer(-(2 ** 40)), peer(500), peer(700)], clock)).toBe(-500)
    expect(clockAheadMs([peer(1), peer(2), peer(3), peer(4)], clock)).toBe(-2)
  })

  test('is not known while there are fewer than three', () => {
    expect(clockAheadMs([peer(9e6), peer(9e6)], clock)).toBeUndefined()
    const unknown: PeerClock = { info: { session: SessionFlag.Manual }, peerClockMs: undefined }
    expect(clockAheadMs([peer(9e6), peer(9e6), unknown], clock)).toBeUndefined()
  })

  test('asks none of those who came in, nor seeds', () => {
    const others = [SessionFlag.Inbound, SessionFlag.Seed, SessionFlag.Refine].map((session) => peer(9e6, session))
    expect(clockAheadMs(others, clock)).toBeUndefined()
    const own = [SessionFlag.Outbound, SessionFlag.Manual, SessionFlag.Direct].map((session) => peer(0, session))
    expect(clockAheadMs([...others, ...own], clock)).toBe(0)
  })

  test('a clock that is set shows at once, and one that runs on does not', async () => {
    const own = new ManualClock()
    const channels = [peer(0), peer(0), peer(0)]
    await own.advance(MINUTE_MS)
    expect(clockAheadMs(channels, own)).toBe(0)
    const setForward = { nowMs: () => own.nowMs() + 6 * MINUTE_MS, monotonicMs: () => own.monotonicMs() }
    expect(clockAheadMs(channels, setForward)).toBe(6 * MINUTE_MS)
  })
})

test('a clock is confirmed by one peer that was dialled, and by most of several, and by nobody who came in', () => {
  expect(isClockConfirmed([], clock)).toBe(false)
  expect(isClockConfirmed([peer(-MINUTE_MS)], clock)).toBe(true)
  expect(isClockConfirmed([peer(-365 * 24 * 60 * MINUTE_MS)], clock)).toBe(false)
  expect(isClockConfirmed([peer(0), peer(9e8), peer(1_000)], clock)).toBe(true)
  expect(isClockConfirmed([peer(9e8), peer(0), peer(9e8)], clock)).toBe(false)
  expect(isClockConfirmed([peer(0, SessionFlag.Inbound), peer(0, SessionFlag.Seed)], clock)).toBe(false)
})

test('more than five minutes are off, in both directions', () => {
  expect([5 * MINUTE_MS, -5 * MINUTE_MS, 0, undefined].map(isClockOff)).toEqual([false, false, false, false])
  expect([5 * MINUTE_MS + 1, -5 * MINUTE_MS - 1].map(isClockOff)).toEqual([true, true])
})

test('a wrong clock is said once, and so is a right one', () => {
  const logger = new MemoryLogger()
  let aheadMs: number | undefined
  const watch = new ClockWatch({ clock, logger, aheadMs: () => aheadMs })
  for (aheadMs of [undefined, 0, 86_400_000, 86_400_000, undefined, 400_000, 1_000, 0]) watch.look()
  expect(logger.records.map(({ level, fields }) => [level, fields])).toEqual([
    ['warn', { aheadS: 86_400 }],
    ['info', { aheadS: 1 }],
  ])
})
