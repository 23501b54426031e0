import { SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inRandomOrder } from './random-order.ts'

test('each member comes once, however many are taken', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 40 }), fc.nat(), (items, seed) => {
      const taken = [...inRandomOrder(new SeededRandom(seed), items)]
      expect(taken.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b))
      const [first, second] = inRandomOrder(new SeededRandom(seed), items)
      expect([first, second]).toEqual([taken[0], taken[1]])
    }),
  )
})

test('every order of three is as likely as any other', () => {
  const random = new SeededRandom(1)
  const counts = new Map<string, number>()
  for (let round = 0; round < 6_000; round += 1) {
    const order = [...inRandomOrder(random, ['a', 'b', 'c'])].join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
