/** Against another implementation, in both roles. Facts: docs/chat.md, *Negentropy v1, the facts needed*. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { referenceInitiator, referenceResponder } from '../testing/reference-negentropy.ts'
import { exchange, ourInitiator, ourResponder } from '../testing/reconcile-exchange.ts'
import type { Exchange } from '../testing/reconcile-exchange.ts'
import { twoSides } from '../testing/two-sides.ts'
import type { TwoSides } from '../testing/two-sides.ts'

/** The reference knows no limit of ranges, so for it there is none here either. */
const limits = (frameMaxBytes: number) => ({ frameMaxBytes, maxRanges: 100_000, maxHave: 100_000 })
const UNLIMITED = limits(4_000_000)

const LIMITED = [4_096, 10_000, 61_440]
const unique = (ids: readonly string[]): string[] => [...new Set(ids)].toSorted()

describe('without a limit of frames', () => {
  test('every frame of either role is that of the reference', async () => {
    await fc.assert(
      fc.asyncProperty(twoSides(2_000), async ({ ours, theirs, have, need }) => {
        const both = await exchange(referenceInitiator(ours, 0), referenceResponder(theirs, 0))
        const mixed: Exchange[] = [
          await exchange(ourInitiator(ours, UNLIMITED), referenceResponder(theirs, 0)),
          await exchange(referenceInitiator(ours, 0), ourResponder(theirs, UNLIMITED)),
          await exchange(ourInitiator(ours, UNLIMITED), ourResponder(theirs, UNLIMITED)),
        ]
        const hexes = ({ frames }: Exchange): string[] => frames.map((frame) => frame.toString('hex'))
        for (const one of mixed) {
          expect(hexes(one)).toEqual(hexes(both))
          expect([one.have.toSorted(), one.need.toSorted()]).toEqual([have, need])
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe.each(LIMITED)('with frames of at most %s bytes', (frameMaxBytes) => {
  const run = (pair: (sides: TwoSides) => Promise<Exchange>) =>
    fc.assert(
      fc.asyncProperty(twoSides(2_500), async (sides) => {
        const { have, need, frames } = await pair(sides)
        expect([unique(have), unique(need)]).toEqual([sides.have, sides.need])
        for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(frameMaxBytes)
      }),
      { numRuns: 30 },
    )

  test('we initiate, the reference responds', async () => {
    await expect(
      run(({ ours, theirs }) => exchange(ourInitiator(ours, limits(frameMaxBytes)), referenceResponder(theirs, frameMaxBytes))),
    ).resolves.toBeUndefined()
  })

  test('the reference initiates, we respond', async () => {
    await expect(
      run(({ ours, theirs }) => exchange(referenceInitiator(ours, frameMaxBytes), ourResponder(theirs, limits(frameMaxBytes)))),
    ).resolves.toBeUndefined()
  })
})
