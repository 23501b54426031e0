import { ManualClock, SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOST_COLORS, HostColor } from './host-color.ts'
import { HostContainer } from './host-container.ts'

const GOLD_MAX = 3
const url = fc.integer({ min: 0, max: 9 }).map((index) => `tcp://host${index}:1/`)
const color = fc.constantFrom(...HOST_COLORS)
const ageSec = fc.integer({ min: -50, max: 90_000 })
const operation = fc.oneof(
  fc.record({ kind: fc.constantFrom('store' as const, 'move' as const, 'remove' as const), url, color, ageSec }),
  fc.record({ kind: fc.constant('wait' as const), url, color, ageSec: fc.integer({ min: 0, max: 40_000 }) }),
)

/** @returns whether the address is in the list of that colour now, as the operation says. */
function apply(
  hosts: HostContainer,
  kind: 'store' | 'move' | 'remove',
  on: { url: string; color: HostColor; lastSeenSec: number },
): boolean {
  switch (kind) {
    case 'store':
      return hosts.store(on.color, on.url, on.lastSeenSec)
    case 'move':
      return hosts.move(on.url, on.color, on.lastSeenSec)
    case 'remove':
      hosts.remove(on.color, on.url)
      return false
  }
}

test('any sequence of operations keeps the lists apart, bounded, ordered and never in the future', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 60 }), fc.integer(), async (operations, seed) => {
      const clock = new ManualClock()
      const hosts = new HostContainer({ goldMax: GOLD_MAX }, { clock })
      const nowSec = (): number => Math.floor(clock.nowMs() / 1000)
      for (const { kind, ...on } of operations) {
        if (kind === 'wait') await clock.advance(on.ageSec * 1000)
        const isIn =
          kind === 'wait' ? hosts.has(on.color, on.url) : apply(hosts, kind, { ...on, lastSeenSec: nowSec() - on.ageSec })
        expect(isIn).toBe(hosts.has(on.color, on.url))
        const placed = HOST_COLORS.slice(0, HostColor.Dark).flatMap((each) => hosts.entries(each).map((entry) => entry.url))
        expect(new Set(placed).size).toBe(placed.length)
      }
      expect(hosts.size(HostColor.Gold)).toBeLessThanOrEqual(GOLD_MAX)
      for (const each of HOST_COLORS) {
        const seen = hosts.entries(each).map(({ lastSeenSec }) => lastSeenSec)
        expect(seen).toEqual([...seen].sort((a, b) => b - a))
        expect(seen.every((sec) => sec <= nowSec() && (each !== HostColor.Dark || sec >= nowSec() - 86_400))).toBe(true)
        expect(hosts.oldest(each)?.lastSeenSec).toBe(seen.at(-1))
        const all = hosts.fetchRandom(new SeededRandom(seed), { color: each, max: 100 }).map((entry) => entry.url)
        expect(all.sort()).toEqual(
          hosts
            .entries(each)
            .map((entry) => entry.url)
            .sort(),
        )
      }
    }),
    { numRuns: 60 },
  )
})
