import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNextDue, pastLife } from './box-key-ages.ts'

const DAY = 86_400_000
const NOW = 1_795_000_000_000
/** Keys made so many days before now, in this order. */
const keys = (...daysAgo: number[]): { made: number; name: number }[] =>
  daysAgo.map((days) => ({ made: NOW - days * DAY, name: days }))
const namesOf = (old: readonly { name: number }[]): number[] => old.map(({ name }) => name)

describe('the next key is due', () => {
  test.each<[string, number[], boolean]>([
    ['where there is none', [], true],
    ['when the newest is 7 days old', [14, 7], true],
    ['not before', [14, 7 - 1 / DAY], false],
    ['not by a key that was made before', [20, 3], false],
    ['not while the clock is a little behind', [7, -9 / 1_440], false],
    ['when the newest is of a clock that was ahead', [7, -11 / 1_440], true],
  ])('%s', (_, daysAgo, isDue) => {
    expect(isNextDue(keys(...daysAgo), NOW)).toBe(isDue)
  })
})

describe('past their life are', () => {
  test.each<[string, number[], number[]]>([
    ['keys of 35 days, oldest first', [49, 42, 35, 28, 21, 14, 7, 0], [49, 42, 35]],
    ['not those a moment younger', [35 - 1 / DAY, 0], []],
    ['not the newest, however old', [100], []],
    ['not a key of a clock that was ahead, before those after it are', [-700, 34, 0], []],
    ['that key once those after it are', [-700, 36, 0], [-700, 36]],
    ['not the keys of today while the clock is behind', [-9_000, -8_993, 1], []],
    ['a key that was made while the clock was behind', [8, 20_000, 0], [20_000]],
  ])('%s', (_, daysAgo, old) => {
    expect(namesOf(pastLife(keys(...daysAgo), NOW))).toEqual(old)
  })

  test('never the newest, whatever the clock has done, and never a key that a right clock made in the last 35 days', () => {
    const days = fc.array(fc.integer({ min: -20_000, max: 20_000 }), { minLength: 1, maxLength: 16 })
    fc.assert(
      fc.property(days, (daysAgo) => {
        const all = keys(...daysAgo)
        const old = pastLife(all, NOW)
        expect(old).not.toContain(all.at(-1))
        expect(old.filter(({ made }) => made <= NOW && NOW - made < 35 * DAY)).toEqual([])
      }),
    )
  })
})
