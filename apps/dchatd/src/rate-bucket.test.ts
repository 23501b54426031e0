import { expect, test } from 'vitest'
import { RateBucket } from './rate-bucket.ts'

/** Messages of `bytes` that come at once before reading pauses. */
function burstOf(bucket: RateBucket, bytes: number): number {
  let count = 1
  while (bucket.take(bytes, 0) === 0) count += 1
  return count
}

test('a burst of 200 messages, or of 1 MiB, is read at once', () => {
  expect(burstOf(new RateBucket(50, 0), 10)).toBe(200)
  expect(burstOf(new RateBucket(50, 0), 65_536)).toBe(16)
})

test('after the burst 50 messages a second are read', () => {
  const bucket = new RateBucket(50, 0)
  let nowMs = 0
  let read = 0
  while (nowMs < 100_000) {
    nowMs += bucket.take(10, nowMs)
    read += 1
  }
  expect(read).toBeGreaterThanOrEqual(200 + 50 * 100 - 10)
  expect(read).toBeLessThanOrEqual(200 + 50 * 100 + 10)
})

test('after the burst 256 KiB a second are read', () => {
  const bucket = new RateBucket(50, 0)
  let nowMs = 0
  let bytes = 0
  while (nowMs < 100_000) {
    nowMs += bucket.take(65_536, nowMs)
    bytes += 65_536
  }
  expect(bytes / 1024).toBeGreaterThan(1024 + 256 * 100 - 256)
  expect(bytes / 1024).toBeLessThan(1024 + 256 * 100 + 256)
})

test('a clock that goes back costs nothing', () => {
  const bucket = new RateBucket(50, 1_000)
  expect(bucket.take(1, 500)).toBe(0)
})
