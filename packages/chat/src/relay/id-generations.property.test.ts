/** What is remembered of ids, and for how long. Source: docs/chat.md, *Memory*. */
import { SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { IdGenerations, makeIdSecret } from './id-generations.ts'
import { IdTable } from './id-table.ts'

const idOf = (number: number): Buffer => createHash('sha256').update(`${number}`).digest()
const secretOf = (seed: number): ReturnType<typeof makeIdSecret> => makeIdSecret(new SeededRandom(seed))

test('a table holds exactly what was added, whatever the secret', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat({ max: 400 }), { maxLength: 300 }), (seed, numbers) => {
      const table = new IdTable(secretOf(seed))
      const model = new Set<number>()
      for (const number of numbers) {
        expect(table.add(idOf(number))).toBe(!model.has(number))
        model.add(number)
      }
      expect(table.size).toBe(model.size)
      for (let number = 0; number <= 400; number += 1) expect(table.has(idOf(number))).toBe(model.has(number))
    }),
  )
})

describe('generations', () => {
  test('the last ids are remembered, and never more than two generations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 300 }), (size, count) => {
        const ids = new IdGenerations(size, secretOf(1))
        for (let number = 0; number < count; number += 1) expect(ids.add(idOf(number))).toBe(true)
        const remembered = Array.from({ length: count }, (_, number) => ids.has(idOf(number)))
        const last = remembered.slice(-size)
        expect(last).toEqual(last.map(() => true))
        expect(remembered.filter(Boolean).length).toBeLessThanOrEqual(2 * size)
      }),
    )
  })

  test('an id that comes again and again stays', () => {
    const ids = new IdGenerations(10, secretOf(1))
    ids.add(idOf(0))
    for (let number = 1; number < 1_000; number += 1) {
      ids.add(idOf(number))
      expect(ids.add(idOf(0))).toBe(false)
    }
  })

  test('zeros are an id like others', () => {
    const table = new IdTable(secretOf(3))
    expect([table.has(Buffer.alloc(32)), table.add(Buffer.alloc(32)), table.add(Buffer.alloc(32))]).toEqual([false, true, false])
    expect(table.has(Buffer.alloc(32))).toBe(true)
  })
})
