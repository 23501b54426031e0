/** Any two sets end equal within any limits. Facts: docs/chat.md, *Negentropy v1, the facts needed*. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exchange, ourInitiator, ourResponder, setOf, viewOf } from '../testing/reconcile-exchange.ts'
import { twoSides } from '../testing/two-sides.ts'
import { FrameReader } from './frame-reader.ts'
import { initiate, proceed, respond } from './reconcile.ts'

const options = fc.record({
  frameMaxBytes: fc.integer({ min: 4_096, max: 61_440 }),
  maxRanges: fc.integer({ min: 64, max: 1_024 }),
  maxHave: fc.integer({ min: 50, max: 4_096 }),
})

function rangesOf(frame: Buffer): number {
  const reader = new FrameReader(frame, Number.MAX_SAFE_INTEGER)
  let count = 0
  while (reader.next() !== null) count++
  return count
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)].toSorted()

test('the initiator finds what each side lacks, in frames within the limits of who sends them', async () => {
  await fc.assert(
    fc.asyncProperty(twoSides(3_000), options, options, async (sides, ours, theirs) => {
      const maxRanges = Math.max(ours.maxRanges, theirs.maxRanges)
      // Each reads what the other may send; what it sends itself is bounded by its own.
      const initiator = ourInitiator(sides.ours, { ...ours, maxRanges })
      const { have, need, frames } = await exchange(initiator, ourResponder(sides.theirs, { ...theirs, maxRanges }))
      expect(unique(have)).toEqual(sides.have)
      const held = new Set(sides.ours.map(({ id }) => id.toString('hex')))
      expect(unique(need).filter((id) => !held.has(id))).toEqual(sides.need)
      frames.forEach((frame, index) => {
        expect(frame.length).toBeLessThanOrEqual((index % 2 === 0 ? ours : theirs).frameMaxBytes)
        expect(rangesOf(frame)).toBeLessThanOrEqual(maxRanges)
      })
    }),
    { numRuns: 150 },
  )
})

test('one answer tells of no more that the other side lacks than it may', async () => {
  await fc.assert(
    fc.asyncProperty(twoSides(1_000), options, async ({ ours, theirs }, bounds) => {
      const [set, others] = [setOf(ours), setOf(theirs)]
      let frame: Buffer | null = initiate(viewOf(set), bounds)
      while (frame !== null) {
        const findings = proceed(viewOf(set), respond(viewOf(others), frame, bounds), bounds)
        expect(findings.have.length).toBeLessThanOrEqual(bounds.maxHave)
        frame = findings.reply
      }
    }),
    { numRuns: 40 },
  )
})

test('sets that grow while they are reconciled end with what both had at the start', async () => {
  const bounds = { frameMaxBytes: 4_096, maxRanges: 1_024 }
  await fc.assert(
    fc.asyncProperty(twoSides(1_500), async ({ ours, theirs, have, need }) => {
      const [set, others] = [setOf(ours), setOf(theirs)]
      const byId = new Map([...ours, ...theirs].map((record) => [record.id.toString('hex'), record]))
      const told: [Set<string>, Set<string>] = [new Set(), new Set()]
      let frame: Buffer | null = initiate(viewOf(set), bounds)
      while (frame !== null) {
        const findings = proceed(viewOf(set), respond(viewOf(others), frame, bounds), bounds)
        // As in use: what is found is sent at once.
        for (const id of findings.need) set.add(byId.get(id.toString('hex'))!)
        for (const id of findings.have) others.add(byId.get(id.toString('hex'))!)
        for (const id of findings.have) told[0].add(id.toString('hex'))
        for (const id of findings.need) told[1].add(id.toString('hex'))
        frame = findings.reply
      }
      expect([[...told[0]].toSorted(), [...told[1]].toSorted()]).toEqual([have, need])
      expect(viewOf(set).fingerprint(0, set.size)).toBe(viewOf(others).fingerprint(0, others.size))
    }),
    { numRuns: 60 },
  )
})
