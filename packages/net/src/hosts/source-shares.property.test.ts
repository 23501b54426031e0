import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OWN_SOURCE, SourceShares } from './source-shares.ts'

interface Told {
  readonly source: string
  readonly url: string
  readonly seenSec: number
}

const operation = fc.record({
  source: fc.constantFrom(OWN_SOURCE, 'a', 'b', 'c'),
  url: fc.constantFrom('u', 'v', 'w', 'x'),
  seenSec: fc.option(fc.nat(9)),
})

test('sizes, the largest source and the oldest address are those of a plain list, the node itself losing ties', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const shares = new SourceShares()
      let model: Told[] = []
      for (const { source, url, seenSec } of operations) {
        model = model.filter((told) => told.source !== source || told.url !== url)
        if (seenSec === null) shares.delete(source, url)
        else shares.set(source, url, seenSec)
        if (seenSec !== null) model.push({ source, url, seenSec })
        const bySource = Map.groupBy(model, (told) => told.source)
        for (const each of [OWN_SOURCE, 'a', 'b', 'c']) {
          const told = bySource.get(each) ?? []
          expect(shares.sizeOf(each)).toBe(told.length)
          // Of those seen at the same time the one set first.
          expect(shares.oldestOf(each)?.key).toBe(told.toSorted((one, other) => one.seenSec - other.seenSec)[0]?.url)
        }
        const most = Math.max(0, ...[...bySource.values()].map(({ length }) => length))
        const largest = [...bySource.keys()].filter((each) => bySource.get(each)!.length === most)
        const others = largest.filter((each) => each !== OWN_SOURCE)
        expect(others.length > 0 ? others : [...largest, undefined].slice(0, 1)).toContain(shares.largest)
      }
    }),
  )
})
