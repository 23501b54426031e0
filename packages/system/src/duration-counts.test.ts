import { expect, test } from 'vitest'
import { DurationCounts } from './duration-counts.ts'

test('a duration falls into the first bucket whose bound is not below it', () => {
  const durations = new DurationCounts([1, 10])
  for (const ms of [0, 1, 1.5, 10, 10.1, 99]) durations.add(ms)
  expect(durations.counts).toEqual([2, 2, 2])
  expect([durations.count, durations.sumMs]).toEqual([6, 121.6])
})
