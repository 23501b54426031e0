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

test('what is worked counts, and never more than the time that passed; what is waited for does not', async () => {
  const stopwatch = coreStopwatch()
  const began = [performance.now(), stopwatch()] as const
  work(20)
  const worked = stopwatch()
  const passedMs = performance.now() - began[0]
  expect(worked - began[1]).toBeGreaterThanOrEqual(Math.min(20, passedMs) - 1)
  expect(worked - began[1]).toBeLessThanOrEqual(passedMs)
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
