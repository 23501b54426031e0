import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HostList } from './host-list.ts'
import type { ListedHost } from './host-list.ts'
import { networkGroup } from './network-group.ts'

const BOUND = 40
const SOURCE_MAX = 10
const GROUP_MAX = 2

const url = fc
  .tuple(fc.constantFrom('tcp', 'tcp+tls'), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }))
  .map(([scheme, group, host]) => `${scheme}://20.${group}.0.${host}:1/`)
/** Puts an address, or without a source takes it out. */
const operation = fc.record({
  url,
  seenSec: fc.nat(50),
  source: fc.constantFrom(undefined, '', 'a', 'b', 'c', 'd', 'e', 'f'),
})

/** @returns what the list is to say of the address now, undefined when it is out. */
function apply(
  list: HostList,
  { url: on, seenSec, source }: { url: string; seenSec: number; source: string | undefined },
): unknown {
  const known = list.get(on)?.value.source
  if (source === undefined) {
    list.delete(on)
    return undefined
  }
  return list.put(on, seenSec, source) ? { seenSec, source: known ?? source } : undefined
}

function count(hosts: readonly ListedHost[], keyOf: (host: ListedHost) => string): number[] {
  return [...Map.groupBy(hosts, keyOf).values()].map(({ length }) => length)
}

test('any sequence of operations keeps bounds and shares, and every view tells the same', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const list = new HostList({ bound: BOUND, isShared: true })
      for (const step of operations) {
        const expected = apply(list, step)
        const entry = list.get(step.url)
        expect(entry && { seenSec: entry.rank, source: entry.value.source }).toEqual(expected)
        const told = list.unordered().filter(({ value }) => value.source !== '')
        expect(list.size).toBeLessThanOrEqual(BOUND)
        expect(Math.max(0, ...count(told, ({ value }) => value.source))).toBeLessThanOrEqual(SOURCE_MAX)
        expect(Math.max(0, ...count(told, ({ value }) => value.group))).toBeLessThanOrEqual(GROUP_MAX)
      }
      const all = list.unordered().map(({ key }) => key)
      expect(new Set(all).size).toBe(list.size)
      expect(list.groups.flatMap(({ members }) => members.map(({ key }) => key)).sort()).toEqual(all.toSorted())
      for (const { name, members } of list.groups) {
        expect(members.length).toBeGreaterThan(0)
        for (const { key } of members) expect(networkGroup(key)).toBe(name)
      }
      for (const scheme of ['tcp', 'tcp+tls']) {
        const ofScheme = all.filter((each) => each.startsWith(`${scheme}:`))
        expect(
          list
            .ofSchemes([scheme])
            .map(({ key }) => key)
            .sort(),
        ).toEqual(ofScheme.sort())
      }
    }),
  )
})
