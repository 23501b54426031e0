/** Whole reconciliations of the reference implementation, byte for byte. Source: tooling/interop/vectors/negentropy.json. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { IdSet } from './id-set.ts'
import { initiate, proceed, respond } from './reconcile.ts'

type Keys = readonly number[] | { readonly range: readonly [number, number]; readonly without: readonly number[] }

interface Case {
  readonly name: string
  readonly have: readonly string[]
  readonly need: readonly string[]
  readonly total_bytes: number
  readonly frames: readonly { readonly from: 'initiator' | 'responder'; readonly hex: string }[]
  readonly initiator_keys: Keys
  readonly responder_keys: Keys
}

const file = new URL('../../../../tooling/interop/vectors/negentropy.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly fingerprint_of_items_0_to_999: string
  readonly cases: readonly Case[]
}
const BOUNDS = { frameMaxBytes: 61_440, maxRanges: 1_024 }

function setOf(keys: Keys): IdSet {
  const set = new IdSet()
  const isRange = 'range' in keys
  const [from, to] = isRange ? keys.range : [0, keys.length]
  for (let i = from; i < to; i++) {
    if (isRange && keys.without.includes(i)) continue
    const key = isRange ? i : keys[i]!
    const id = createHash('sha256').update(`item ${key}`).digest()
    // The milliseconds are ours: only whole seconds are reconciled.
    set.add({ time: (1_700_000_000 + Math.floor(key / 3)) * 1000 + ((key * 7) % 1000), id })
  }
  return set
}

const hexes = (ids: readonly Buffer[]): string[] => ids.map((id) => id.toString('hex')).toSorted()
const viewOf = (set: IdSet) => set.view(0, Number.MAX_SAFE_INTEGER)

test('the cases are there', () => {
  expect(vectors.cases).toHaveLength(7)
})

test.each(vectors.cases)('$name: the same frames and the same findings as the reference', (one) => {
  const [ours, theirs] = [setOf(one.initiator_keys), setOf(one.responder_keys)]
  const have: Buffer[] = []
  const need: Buffer[] = []
  const frames: string[] = []
  let frame: Buffer | null = initiate(viewOf(ours), BOUNDS)
  while (frame !== null) {
    const answer = respond(viewOf(theirs), frame, BOUNDS)
    frames.push(frame.toString('hex'), answer.toString('hex'))
    const findings = proceed(viewOf(ours), answer, BOUNDS)
    have.push(...findings.have)
    need.push(...findings.need)
    frame = findings.reply
  }
  expect(frames).toEqual(one.frames.map(({ hex }) => hex))
  expect(hexes(have)).toEqual(one.have.toSorted())
  expect(hexes(need)).toEqual(one.need.toSorted())
  expect(frames.join('').length / 2).toBe(one.total_bytes)
})

test('the fingerprint of 1,000 records', () => {
  expect(viewOf(setOf({ range: [0, 1000], without: [] })).fingerprint(0, 1000)).toBe(vectors.fingerprint_of_items_0_to_999)
})
