import { expect, test } from 'vitest'
import { RETRY_FIRST_MS, RETRY_LONGEST_MS } from '../limits.ts'
import { BackOff } from './back-off.ts'

test('it waits twice as long each time, to a bound, half of it by chance, and begins anew when it went well', () => {
  const waits = new BackOff(() => 1)
  const all = Array.from({ length: 30 }, () => waits.next())
  expect(all.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * RETRY_FIRST_MS))
  expect(new Set(all.slice(6))).toEqual(new Set([RETRY_LONGEST_MS]))
  waits.reset()
  expect(waits.next()).toBe(RETRY_FIRST_MS)
  expect(new BackOff(() => 0).next()).toBe(RETRY_FIRST_MS / 2)
})
