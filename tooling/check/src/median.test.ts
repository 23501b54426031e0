import { expect, test } from 'vitest'
import { MEDIAN_MAX_LINES, checkMedian, medianOf } from './median.ts'

const lengths = (...all: number[]): { file: string; lines: number }[] =>
  all.map((lines, index) => ({ file: `${index}.ts`, lines }))

test.each([
  [[5], 5],
  [[9, 1, 5], 5],
  [[4, 1, 9, 6], 5],
])('the middle of %j is %i', (all, middle) => {
  expect(medianOf(lengths(...all))).toBe(middle)
})

test('a median above the bound is a finding, one at it is none', () => {
  expect(checkMedian(lengths(1, MEDIAN_MAX_LINES, 900))).toEqual([])
  expect(checkMedian(lengths(1, MEDIAN_MAX_LINES + 1, 900))).toHaveLength(1)
})
