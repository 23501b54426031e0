/** In any span of time no more happens than the burst and what has come back in it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

const RATE = { perSecond: 16, burst: 150 }

test('who asks first never gets more than burst and rate allow, and no less when he waits', () => {
  const steps = fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.nat({ max: 60 })), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (asked) => {
      const bucket = new TokenBucket(RATE, 0)
      let nowMs = 0
      let taken = 0
      for (const [waitMs, count] of asked) {
        nowMs += waitMs
        const available = bucket.available(nowMs)
        const got = Math.min(count, available)
        bucket.take(got, nowMs)
        expect(bucket.available(nowMs)).toBe(available - got)
        taken += got
        expect(taken).toBeLessThanOrEqual(RATE.burst + (nowMs * RATE.perSecond) / 1000 + 1e-6)
      }
      expect(bucket.available(nowMs + 10_000)).toBe(RATE.burst)
    }),
  )
})

test('who takes in any case is told how long to wait, after which there is one more', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 30 }), (counts) => {
      const bucket = new TokenBucket({ perSecond: 20, burst: 200 }, 0)
      let nowMs = 0
      for (const count of counts) {
        const waitMs = bucket.take(count, nowMs)
        expect(bucket.available(nowMs) > 0).toBe(waitMs === 0)
        nowMs += waitMs
        expect(bucket.available(nowMs + 0.001)).toBeGreaterThanOrEqual(1)
      }
    }),
  )
})
