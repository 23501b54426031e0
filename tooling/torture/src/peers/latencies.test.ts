import { expect, test } from 'vitest'
import { latencyText, percentile } from './latencies.ts'

test('percentiles of few and of many', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([percentile(hundred, 50), percentile(hundred, 99), percentile(hundred, 100)]).toEqual([50, 99, 100])
  expect([percentile([7], 50), percentile([3, 1, 2], 99), percentile([], 50)]).toEqual([7, 3, Number.NaN])
  expect([latencyText([0.44, 12.6]), latencyText([])]).toEqual(['0.4 / 13 ms', 'none'])
})
