/** Wire: docs/wire.md, *Metering*. */
import { describe, expect, test } from 'vitest'
import { MeteringQueue, NO_METERING } from './metering.ts'

const CONFIGURATION = { threshold: 4, sleepStepMs: 1_000, expiryMs: 10_000 }

describe('a metering queue', () => {
  test.each([
    [[], 0, 0, 0],
    [[0, 0, 0], 0, 3, 0],
    [[0, 0, 0, 0], 0, 4, 0],
    [[0, 0, 0, 0, 0], 0, 5, 1_000],
    [[0, 0, 0, 0, 0, 0, 0], 0, 7, 3_000],
    [[0, 1_000, 2_000, 3_000, 4_000], 9_999, 5, 1_000],
    [[0, 1_000, 2_000, 3_000, 4_000], 10_000, 4, 0],
    [[0, 1_000, 2_000, 3_000, 4_000], 12_000, 2, 0],
    [[0, 1_000, 2_000, 3_000, 4_000], 14_000, 0, 0],
  ])('with messages at %j holds at %i ms a total of %i and sleeps %i ms', (times, nowMs, total, sleepMs) => {
    const queue = new MeteringQueue(CONFIGURATION)
    for (const time of times) queue.push(1, time)
    expect(queue.total(nowMs)).toBe(total)
    expect(queue.sleepMs(nowMs)).toBe(sleepMs)
  })

  test('counts scores, not messages', () => {
    const queue = new MeteringQueue(CONFIGURATION)
    queue.push(3, 0)
    queue.push(0, 0)
    queue.push(3, 1)
    expect([queue.total(1), queue.sleepMs(1), queue.total(10_000), queue.sleepMs(10_000)]).toEqual([6, 2_000, 3, 0])
  })

  test('is off with a threshold of 0', () => {
    const queue = new MeteringQueue(NO_METERING)
    for (let message = 0; message < 1_000; message += 1) queue.push(1, 0)
    expect([queue.total(0), queue.sleepMs(0)]).toEqual([0, 0])
  })
})
