import { expect, test, vi } from 'vitest'
import { ManualClock, SystemClock, sleep } from './clock.ts'

test('timers run in the order of their time, then of their making, and see that time', async () => {
  const clock = new ManualClock(1_000)
  const seen: [string, number][] = []
  const note = (name: string) => () => seen.push([name, clock.monotonicMs()])
  clock.setTimer(20, note('c'))
  clock.setTimer(10, note('a'))
  clock.setTimer(20, note('d'))
  const taken = clock.setTimer(15, note('never'))
  clock.setTimer(12, note('b'))
  taken.cancel()
  expect(clock.pendingTimers).toBe(4)
  await clock.advance(20)
  expect(seen).toEqual([
    ['a', 10],
    ['b', 12],
    ['c', 20],
    ['d', 20],
  ])
  expect([clock.pendingTimers, clock.nowMs(), clock.nowNs()]).toEqual([0, 1_020, 1_020_000_000n])
})

test('a manual clock that was moved by parts of a millisecond tells whole ones, as the machine does', async () => {
  const clock = new ManualClock(1_000)
  await clock.advance(0.75)
  expect([clock.nowMs(), clock.nowNs(), clock.monotonicMs()]).toEqual([1_000, 1_000_000_000n, 0.75])
  await clock.advance(0.25)
  expect(clock.nowMs()).toBe(1_001)
})

test('a machine whose clock stands before 1970 is at its beginning: files and messages have no negative times', () => {
  vi.useFakeTimers({ now: -60_000, toFake: ['Date'] })
  try {
    const clock = new SystemClock()
    expect(clock.nowMs()).toBe(0)
    expect(clock.nowNs()).toBeGreaterThanOrEqual(0n)
  } finally {
    vi.useRealTimers()
  }
})

test('between two timers every promise settles and all deferred work runs, however deep', async () => {
  const clock = new ManualClock()
  const seen: string[] = []
  clock.setTimer(1, () => {
    clock.defer(() => seen.push('deferred'))
    void (async () => {
      for (let depth = 0; depth < 500; depth += 1) await Promise.resolve()
      clock.defer(() => clock.defer(() => seen.push('deferred twice')))
      seen.push('promise')
    })()
  })
  clock.setTimer(1, () => seen.push('timer'))
  await clock.advance(1)
  expect(seen).toEqual(['promise', 'deferred', 'deferred twice', 'timer'])
})

test('deferred work runs also while nobody moves the clock', async () => {
  const clock = new ManualClock()
  await new Promise<void>((resolve) => clock.defer(resolve))
  expect(clock.monotonicMs()).toBe(0)
})

test('runUntil stops at the first timer after which the condition holds', async () => {
  const clock = new ManualClock()
  let rings = 0
  const ring = (): void => {
    rings += 1
    clock.setTimer(7, ring)
  }
  clock.setTimer(7, ring)
  await clock.runUntil(() => rings === 3)
  expect([rings, clock.monotonicMs()]).toEqual([3, 21])
  await expect(clock.runUntil(() => rings === 100, 50)).rejects.toThrow('not met within 50 ms')
})

test('a sleep ends with its time or with its signal, and leaves no timer', async () => {
  const clock = new ManualClock()
  const ending = new AbortController()
  const slept = sleep(clock, 5)
  const cut = sleep(clock, 5, ending.signal)
  ending.abort(new Error('enough'))
  await expect(cut).rejects.toThrow('enough')
  expect(clock.pendingTimers).toBe(1)
  await clock.advance(5)
  await slept
  await expect(sleep(clock, 5, ending.signal)).rejects.toThrow('enough')
  expect(clock.pendingTimers).toBe(0)
})
