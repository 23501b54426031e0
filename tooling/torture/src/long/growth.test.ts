import { expect, test } from 'vitest'
import { growth, median, slopePerHour } from './growth.ts'
import type { Reading } from './growth.ts'

const minutes = (of: (minute: number) => number): Reading[] =>
  Array.from({ length: 61 }, (_, minute) => [1_000_000 + minute * 60_000, of(minute)])

test('what grows steadily has its slope, what goes up and down has none', () => {
  expect(slopePerHour(minutes((minute) => 50 + minute * 2))).toBeCloseTo(120)
  expect(Math.abs(slopePerHour(minutes((minute) => 50 + (minute % 2 === 0 ? 5 : -5))))).toBeLessThan(0.5)
  expect([slopePerHour([]), slopePerHour([[1, 5]])]).toEqual([0, 0])
})

test('growth is from the first part to the last one, whatever peaks there were', () => {
  expect(
    growth(
      minutes((minute) => (minute === 30 ? 900 : minute)),
      0.2,
    ),
  ).toBe(48)
  expect(
    growth(
      minutes(() => 7),
      0.5,
    ),
  ).toBe(0)
  expect(growth([], 0.5)).toBe(0)
})

test('the median is a value that was read', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([9])]).toEqual([2, 2, 9])
})
