import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroupIndex } from './group-index.ts'

interface Entry {
  readonly key: string
  readonly value: { readonly group: string; place: number }
}

const step = fc.record({ group: fc.constantFrom('a', 'b', 'c', 'd'), name: fc.integer({ min: 0, max: 2 }) })

test('groups and members are those that were added and not removed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const index = new GroupIndex<Entry>()
      const added = new Map<string, Entry>()
      // What is in is taken out, and the other way round.
      for (const { group, name } of steps) {
        const key = `${group}${name}`
        const known = added.get(key)
        if (known === undefined) {
          const entry = { key, value: { group, place: 0 } }
          added.set(key, entry)
          index.add(entry)
        } else {
          added.delete(key)
          index.remove(known)
        }
        const expected = Map.groupBy(added.values(), ({ value }) => value.group)
        const sorted = (entries: readonly Entry[]): string[] => entries.map((entry) => entry.key).sort()
        expect(index.groups.map((each) => each.name).sort()).toEqual([...expected.keys()].sort())
        for (const { name: found, members } of index.groups) expect(sorted(members)).toEqual(sorted(expected.get(found)!))
        expect(sorted(index.membersOf(group))).toEqual(sorted(expected.get(group) ?? []))
      }
    }),
  )
})
