import { expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

test('a burst, then so many a second, and the wait until the next', () => {
  const limiter = new RateLimiter({ perSecond: 4, burst: 8 }, 1_000)
  for (let count = 0; count < 8; count += 1) expect(limiter.take(1_000)).toBe(0)
  expect(limiter.take(1_000)).toBe(250)
  expect(limiter.take(1_100)).toBe(150)
  expect(limiter.take(1_249)).toBe(1)
  expect(limiter.take(1_250)).toBe(0)
  expect(limiter.take(1_250)).toBe(250)
})

test('what was not used is kept up to the burst', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 2 }, 0)
  expect([limiter.take(0), limiter.take(0)]).toEqual([0, 0])
  expect([limiter.take(3_600_000), limiter.take(3_600_000)]).toEqual([0, 0])
  expect(limiter.take(3_600_000)).toBe(1_000)
})

test('less than one a second', () => {
  const limiter = new RateLimiter({ perSecond: 0.1, burst: 1 }, 0)
  expect(limiter.take(0)).toBe(0)
  expect(limiter.take(0)).toBe(10_000)
  expect(limiter.take(10_000)).toBe(0)
})

test.each([0.1, 1, 3, 7, 60, 100, 999])('%d a second: who waits as long as told is let in, and nobody sooner', (perSecond) => {
  const limiter = new RateLimiter({ perSecond, burst: 2 * perSecond < 1 ? 1 : 2 * perSecond }, 0)
  let nowMs = 0
  let taken = 0
  const early: number[] = []
  while (nowMs < 20_000) {
    const waitMs = limiter.take(nowMs)
    if (waitMs > 0) {
      early.push(limiter.take(nowMs + waitMs))
      nowMs += waitMs
    }
    taken += 1
  }
  expect(early.filter((waitMs) => waitMs > 0)).toEqual([])
  expect(taken).toBeLessThanOrEqual(Math.max(1, 2 * perSecond) + (nowMs / 1_000) * perSecond + 1)
})
