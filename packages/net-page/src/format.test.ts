import { expect, test } from 'vitest'
import { findHarm, hostileTexts } from '@dchat/system/testing'
import { counted, formatBytes, formatSeen, formatSpan, safeText } from './format.ts'
import { TEXT_MAX } from './limits.ts'

test.each(hostileTexts())('of "$name" nothing harms, and no more than a line is shown', ({ text }) => {
  const shown = safeText(text)
  expect(findHarm(shown)).toBeUndefined()
  expect(shown).not.toContain('\n')
  expect(Array.from(shown).length).toBeLessThanOrEqual(TEXT_MAX)
})

test.each([
  ['tcp://203.0.113.7:26662/', 100, 'tcp://203.0.113.7:26662/'],
  ['x'.repeat(200), 10, `${'x'.repeat(9)}…`],
  ['x'.repeat(10), 10, 'x'.repeat(10)],
  [['a', 1], 100, '["a",1]'],
  [undefined, 100, ''],
  [7, 100, '7'],
])('%j is shown in at most %i characters as %j', (text, max, shown) => {
  expect(safeText(text, max)).toBe(shown)
})

test.each([
  [0, '0 B'],
  [-1, '0 B'],
  [999, '999 B'],
  [1_536, '1.5 KiB'],
  [102_400, '100 KiB'],
  [1_048_575, '1.0 MiB'],
  [5 * 2 ** 50, '5120 TiB'],
])('%i bytes are %s', (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown)
})

test.each([
  [-5_000, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [7_199_000, '1 h'],
  [90_000_000, '1 d'],
])('%i ms are %s', (ms, shown) => {
  expect(formatSpan(ms)).toBe(shown)
})

test('who was never seen, and who was', () => {
  expect([formatSeen(0, 1e12), formatSeen(1e9 - 7_200, 1e12)]).toEqual(['never', '2 h ago'])
  expect([counted(1, 'slot'), counted(2, 'slot')]).toEqual(['1 slot', '2 slots'])
})
