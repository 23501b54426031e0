/** What a reconciliation of full rooms may cost on the wire, in docs/chat.md's own figures. */
import { describe, expect, test } from 'vitest'
import { exchange, ourInitiator, ourResponder, recordOf } from '../testing/reconcile-exchange.ts'

const OPTIONS = { frameMaxBytes: 61_440, maxRanges: 1_024 }
const FULL = 100_000
const MISSING = 100
const all = Array.from({ length: FULL }, (_, key) => recordOf(key, 0.2))

const run = (ours: typeof all, theirs: typeof all) => exchange(ourInitiator(ours, OPTIONS), ourResponder(theirs, OPTIONS))

test('two equal sets of 100,000 take one round trip and less than 1 KiB', async () => {
  const { bytes, roundTrips, have, need } = await run(all, all)
  expect({ roundTrips, have, need }).toEqual({ roundTrips: 1, have: [], need: [] })
  expect(bytes).toBeLessThanOrEqual(1_024)
})

describe('100 of 100,000 that are missing at the end take at most 4 round trips and 8 KiB', () => {
  const older = all.slice(0, -MISSING)

  test('where the initiator lacks them', async () => {
    const { bytes, roundTrips, need } = await run(older, all)
    expect(need).toHaveLength(MISSING)
    expect(roundTrips).toBeLessThanOrEqual(4)
    expect(bytes).toBeLessThanOrEqual(8 * 1_024)
  })

  test('where the other side lacks them', async () => {
    const { bytes, roundTrips, have } = await run(all, older)
    expect(have).toHaveLength(MISSING)
    expect(roundTrips).toBeLessThanOrEqual(4)
    expect(bytes).toBeLessThanOrEqual(8 * 1_024)
  })
})
