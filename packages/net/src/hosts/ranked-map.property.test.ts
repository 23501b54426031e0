import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RankedMap } from './ranked-map.ts'

const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')
const operation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key: letter, rank: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ kind: fc.constant('delete' as const), key: letter, rank: fc.constant(0) }),
)

test('a last entry that fills a gap may have to rise', () => {
  const map = new RankedMap<null>()
  for (const rank of [0, 10, 1, 11, 12, 2, 3]) map.set(`rank${rank}`, rank, null)
  map.delete('rank11')
  for (const rank of [0, 1, 2]) map.set(`rank${rank}`, 50, null)
  expect(map.first()?.rank).toBe(3)
})

test('agrees with a sorted array after any operations, ties going to the one set first', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const map = new RankedMap<number>()
      let model: { key: string; rank: number; value: number }[] = []
      for (const [order, { kind, key, rank }] of operations.entries()) {
        const rest = model.filter((entry) => entry.key !== key)
        const isKnown = rest.length < model.length
        const hadKey = kind === 'delete' ? map.delete(key) : map.has(key)
        if (kind === 'set') map.set(key, rank, order)
        expect(hadKey).toBe(isKnown)
        model =
          kind === 'delete' ? rest : [...rest, { key, rank, value: order }].sort((a, b) => a.rank - b.rank || a.value - b.value)
        expect(map.first()?.key).toBe(model[0]?.key)
        expect(map.size).toBe(model.length)
      }
      expect(map.newestFirst().map(({ key, rank, value }) => ({ key, rank, value }))).toEqual([...model].reverse())
      for (const entry of model) expect(map.get(entry.key)).toMatchObject(entry)
      const places = Array.from({ length: map.size }, (_, place) => map.at(place)!.key)
      expect(places.sort()).toEqual(model.map(({ key }) => key).sort())
    }),
  )
})
