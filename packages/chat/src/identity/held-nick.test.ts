import { NICK_EARNED_MS } from '@dchat/store'
import type { Claim } from '@dchat/store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holderOf, showsTag } from './held-nick.ts'

const DAY = 24 * 3_600_000
const NOW = 100 * DAY

/** A claim that began so many days ago. */
function since(key: string, daysAgo: number, change: Partial<Claim> = {}): Claim {
  const time = NOW - daysAgo * DAY
  return { key, firstSeen: time, since: time, lastSeen: NOW, current: true, pinned: false, ...change }
}

/** One that ended so many days ago. */
function past(key: string, from: number, to: number, change: Partial<Claim> = {}): Claim {
  return since(key, from, { current: false, lastSeen: NOW - to * DAY, ...change })
}

test.each<[string, string | undefined, readonly Claim[]]>([
  ['nobody claims it', undefined, []],
  ['a newcomer', undefined, [since('a', 1)]],
  ['one who has used it for 7 days to the millisecond', 'a', [since('a', 7)]],
  ['one who lacks a millisecond', undefined, [since('a', 7, { since: NOW - NICK_EARNED_MS + 1 })]],
  ['an old user beside a newcomer', 'a', [since('a', 30), since('b', 1)]],
  ['an old user beside one who came on the 7th day to the millisecond', 'a', [since('a', 30), since('b', 23)]],
  ['an old user beside one who came on the 6th day', undefined, [since('a', 30), since('b', 24)]],
  ['two who came at once', undefined, [since('a', 30), since('b', 30)]],
  ['one who had another for company for a moment on the 3rd day', undefined, [since('a', 30), past('b', 27, 27)]],
  ['an old user who has another nick today', 'a', [past('a', 30, 5), since('b', 2)]],
  ['one who left before it was his', undefined, [past('a', 30, 24), since('b', 20)]],
  ['one whose only use was to come and go', undefined, [past('a', 30, 30)]],
  ['one who came back, his place kept', 'a', [since('a', 30), since('b', 5)]],
  ['one who came back, his place lost', undefined, [since('a', 60, { since: NOW - 2 * DAY }), since('b', 30)]],
  ['one who came back alone, and has used it since', 'a', [since('a', 60, { since: NOW - 8 * DAY })]],
  ['one who had it for a minute, long before the one who uses it', undefined, [past('a', 60, 60), since('b', 50)]],
  ['a pinned newcomer', 'b', [since('a', 30), since('b', 1, { pinned: true })]],
  ['a pinned one who came first', 'a', [since('a', 1, { pinned: true }), since('b', 0)]],
  ['two pinned ones', undefined, [since('a', 30, { pinned: true }), since('b', 1, { pinned: true })]],
  [
    'two pinned ones, one of whom has another nick today',
    'b',
    [past('a', 30, 1, { pinned: true }), since('b', 1, { pinned: true })],
  ],
  ['a pinned one who has another nick today and had this one for long', 'a', [past('a', 30, 1, { pinned: true }), since('b', 1)]],
  ['a pinned one who once had it for a day, after its holder', 'b', [since('b', 30), past('a', 10, 9, { pinned: true })]],
])('of a nick with %s the holder is %s', (_, holder, claims) => {
  expect(holderOf(claims, NOW)).toBe(holder)
  expect(holderOf(claims.toReversed(), NOW)).toBe(holder)
  for (const { key } of claims) expect(showsTag(key, claims, NOW)).toBe(key !== holder)
})

test('a nick without a holder is shown with its tag even of a key that nobody heard of', () => {
  expect(showsTag('z', [], NOW)).toBe(true)
})

const claim = fc
  .record({
    firstSeen: fc.nat({ max: 40 }),
    wait: fc.nat({ max: 20 }),
    use: fc.nat({ max: 20 }),
    current: fc.boolean(),
    pinned: fc.boolean(),
  })
  .map(({ firstSeen, wait, use, current, pinned }) => {
    const from = Math.min(firstSeen + wait, 100)
    return {
      firstSeen: firstSeen * DAY,
      since: from * DAY,
      lastSeen: current ? NOW : Math.min(from + use, 100) * DAY,
      current,
      pinned,
    }
  })

test('a newcomer never takes a nick from its holder, unless the user pins him', () => {
  const claims = fc.array(claim, { maxLength: 6 }).map((some) => some.map((one, index) => ({ ...one, key: `k${index}` })))
  fc.assert(
    fc.property(claims, fc.nat({ max: 50 }), (some, later) => {
      const holder = holderOf(some, NOW)
      if (holder === undefined) return
      const thief = since('thief', 0)
      expect(holderOf([...some, thief], NOW + later * DAY)).toBe(holder)
      expect(holderOf([...some, { ...thief, pinned: true }], NOW)).toBe(
        some.some((one) => one.pinned && one.current) ? undefined : 'thief',
      )
    }),
    { numRuns: 20_000 },
  )
})

test('at most one key has earned a nick', () => {
  const claims = fc
    .array(claim, { minLength: 2, maxLength: 6 })
    .map((some) => some.map((one, index) => ({ ...one, pinned: false, key: `k${index}` })))
  fc.assert(
    fc.property(claims, (some) => {
      const holder = holderOf(some, NOW)
      expect(holderOf(some.toReversed(), NOW)).toBe(holder)
    }),
    { numRuns: 20_000 },
  )
})
