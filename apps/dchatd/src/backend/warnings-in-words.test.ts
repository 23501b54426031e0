import { expect, test } from 'vitest'
import { warningsInWords } from './warnings-in-words.ts'

const MINUTE_MS = 60_000
const WELL = { clockAheadMs: undefined, setAside: null, isKeyLost: false }

test.each([undefined, 0, 5 * MINUTE_MS, -5 * MINUTE_MS])('a clock that is %s ms ahead is nothing to look at', (aheadMs) => {
  expect(warningsInWords({ ...WELL, clockAheadMs: aheadMs })).toEqual([])
})

test.each([
  [6 * MINUTE_MS, '6 minutes ahead of'],
  [-6 * MINUTE_MS, '6 minutes behind'],
  [60 * MINUTE_MS, '1 hour ahead of'],
  [-(86_400_000 + 5_000), '1 day behind'],
  [-2 * 86_400_000 * 365 * 1_000, '730,000 days behind'],
])('one that is %i ms ahead is: %s', (aheadMs, said) => {
  expect(warningsInWords({ ...WELL, clockAheadMs: aheadMs })).toMatchObject([
    { kind: 'clock_off', text: `The clock of this computer is ${said} those of its peers.` },
  ])
})

test('a store that was set aside is named without its folder, and a lost key is said', () => {
  const setAside = {
    code: 'STORE_DAMAGED_SET_ASIDE' as const,
    path: '/home/ann/messages.db',
    movedTo: '/home/ann/messages.db.damaged-1',
    reason: 'x',
  }
  const warnings = warningsInWords({ clockAheadMs: 86_400_000, setAside, isKeyLost: true })
  expect(warnings.map(({ kind }) => kind)).toEqual(['clock_off', 'store_set_aside', 'key_lost'])
  expect(warnings[1]!.text).toContain('as messages.db.damaged-1, and')
})
