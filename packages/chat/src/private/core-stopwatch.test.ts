import { expect, test } from 'vitest'
import { coreStopwatch } from './core-stopwatch.ts'

/** Keeps a core busy for as much processor time. */
function work(ms: number): void {
  const began = process.cpuUsage()
  for (;;) {
    const { user, system } = process.cpuUsage(began)
    if (user + system >= ms * 1_000) return
  }
}

test('what is worked counts, and never more than the time that passed', () => {
  const stopwatch = coreStopwatch()
  const outerMs = performance.now()
  const before = stopwatch()
  const innerMs = performance.now()
  work(20)
  const workedMs = performance.now() - innerMs
  const counted = stopwatch() - before
  expect(counted).toBeGreaterThanOrEqual(Math.min(20, workedMs))
  expect(counted).toBeLessThanOrEqual(performance.now() - outerMs)
})

test('goes on from reading to reading and never back', () => {
  const stopwatch = coreStopwatch()
  let last = stopwatch()
  for (let reading = 0; reading < 1_000; reading += 1) {
    const now = stopwatch()
    expect(now).toBeGreaterThanOrEqual(last)
    last = now
  }
})
