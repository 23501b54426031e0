import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEmptyWindow, openingWindow, refusedSince, restartedWindow } from './sync-window.ts'

test.each([
  ['on the second', 1_000_010_000, 0, 1_000_000_000 - 1],
  ['a moment before', 1_000_009_999, 0, 1_000_000_000 - 1],
  ['in between', 1_000_010_500, 0, 1_000_000_000 - 1],
  ['a moment before the next', 1_000_010_999, 0, 1_000_001_000 - 1],
  ['a low-water time within a minute', 1_000_010_000, 1, 1_000_000_000 - 1],
])('a window covers whole seconds that ended 10 seconds ago: %s', (_, nowMs, lowMs, until) => {
  expect(openingWindow(lowMs, nowMs)).toEqual({ since: lowMs === 0 ? 0 : 60_000, until })
})

test('whoever compares ms and whoever compares seconds has the same posts in a window', () => {
  const times = fc.integer({ min: 0, max: 2 ** 40 })
  fc.assert(
    fc.property(times, times, times, (low, now, time) => {
      const { since, until } = openingWindow(low, now)
      const seconds = Math.floor(time / 1_000)
      const isIn = time >= since && time <= until
      expect(isIn).toBe(seconds >= Math.floor(since / 1_000) && seconds <= Math.floor(until / 1_000) && since <= until)
      expect(until <= now - 10_000 && until > now - 11_000).toBe(true)
    }),
  )
})

test('what an answerer refuses begins above its low-water time, and where that tells one to start is not refused a minute later', () => {
  const times = fc.integer({ min: 1, max: 2 ** 40 })
  fc.assert(
    fc.property(times, times, fc.nat(999), (low, since, laterMs) => {
      const start = refusedSince(since, low)
      expect(start === undefined).toBe(since >= low)
      if (start === undefined) return
      const restarted = restartedWindow({ since: 0, until: 2 ** 41 }, start)!
      expect([restarted.since >= low, refusedSince(restarted.since, Math.min(restarted.since, low + laterMs))]).toEqual([
        true,
        undefined,
      ])
    }),
  )
})

test('a restart goes forwards only', () => {
  const window = { since: 5_000, until: 9_999 }
  expect(restartedWindow(window, 5_000)).toBeUndefined()
  expect(restartedWindow(window, 5_001)).toEqual({ since: 6_000, until: 9_999 })
  expect(isEmptyWindow(restartedWindow(window, Number.MAX_SAFE_INTEGER)!)).toBe(true)
})
