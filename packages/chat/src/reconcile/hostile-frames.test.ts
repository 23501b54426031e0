/** Whatever a peer sends as a frame, the answer and the work are bounded. Source: docs/chat.md, *History*, Bounds. */
import { SeededRandom } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { hostileFrame, randomHostileFrame } from '../testing/hostile-frames.ts'
import type { Claim } from '../testing/hostile-frames.ts'
import { exchange, ourInitiator, ourResponder, recordOf, setOf, viewOf } from '../testing/reconcile-exchange.ts'
import { twoSides } from '../testing/two-sides.ts'
import { FrameReader } from './frame-reader.ts'
import type { RecordView } from './record-view.ts'
import { proceed, respond } from './reconcile.ts'

const BOUNDS = { frameMaxBytes: 61_440, maxRanges: 1_024 }
const records = (count: number, perSecond: number) => Array.from({ length: count }, (_, key) => recordOf(key, perSecond))

/** What each role makes of a frame; null when it refuses it. */
function answerOf(role: 'responder' | 'initiator', view: RecordView, frame: Buffer): Buffer | null {
  try {
    if (role === 'responder') return respond(view, frame, BOUNDS)
    const { reply, have, need } = proceed(view, frame, BOUNDS)
    expect(have.length).toBeLessThanOrEqual(4_096)
    expect(need.length).toBeLessThanOrEqual(frame.length / 32)
    return reply
  } catch (error) {
    if (!isChatError(error, 'CHAT_RECONCILE_MALFORMED') || error.fault !== 'peer') throw error
    return null
  }
}

/**
 * Which bounds an answer went beyond, none as it should be: each record is added up once to compare, once to split and once for the
 * rest; each range is a fingerprint of its own and one that is sent.
 */
function excess(view: RecordView, answer: Buffer | null): string[] {
  const { added, hashed, sought } = view.work
  const bounds: [string, number, number][] = [
    ['bytes', answer?.length ?? 0, BOUNDS.frameMaxBytes],
    ['added', added, 3 * view.size],
    ['hashed', hashed, 2 * BOUNDS.maxRanges + 1],
    ['sought', sought, BOUNDS.maxRanges],
  ]
  return bounds.filter(([, value, bound]) => value > bound).map(([name, value, bound]) => `${name}: ${value} > ${bound}`)
}

describe.each(['responder', 'initiator'] as const)('as %s', (role) => {
  const set = setOf(records(3_000, 7))

  test('arbitrary bytes are refused or answered within bounds', () => {
    const bytes = fc.uint8Array({ maxLength: 2_000, size: 'max' })
    fc.assert(
      fc.property(bytes, fc.boolean(), (tail, isOurVersion) => {
        const view = viewOf(set)
        const frame = isOurVersion ? Buffer.concat([Buffer.of(0x61), tail]) : Buffer.from(tail)
        expect(excess(view, answerOf(role, view, frame))).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  test('real frames with bytes changed, cut out or doubled are refused or answered within bounds', async () => {
    const change = fc.record({ at: fc.nat(100_000), byte: fc.nat(255), what: fc.constantFrom('set', 'cut', 'double') })
    await fc.assert(
      fc.asyncProperty(twoSides(1_500), fc.array(change, { minLength: 1, maxLength: 6 }), async ({ ours, theirs }, changes) => {
        const { frames } = await exchange(ourInitiator(ours, BOUNDS), ourResponder(theirs, BOUNDS))
        for (const real of frames) {
          const view = viewOf(set)
          expect(excess(view, answerOf(role, view, changes.reduce(changed, real)))).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('frames in good form and bad faith cost no more than their bounds', () => {
    const random = new SeededRandom(6)
    for (const perSecond of [0.5, 50, 1e9]) {
      const full = setOf(records(20_000, perSecond))
      for (let run = 0; run < 40; run++) {
        // Ends within a second are the dearest: records are then picked by their milliseconds.
        const view = run % 2 === 0 ? viewOf(full) : full.view(1_700_000_000_001, 1_700_000_399_998)
        const frame = randomHostileFrame(viewOf(full), random, { maxRanges: 1_024, maxBytes: BOUNDS.frameMaxBytes })
        expect(excess(view, answerOf(role, view, frame))).toEqual([])
      }
    }
  })

  test.each<Claim>(['equal', 'different', 'list', 'skip'])('1,024 ranges that each say "%s" are answered in bounds', (claim) => {
    const full = setOf(records(20_000, 3))
    const ends = Array.from({ length: 1_024 }, (_, index) => Math.ceil(((index + 1) * full.size) / 1_024))
    const frame = hostileFrame(
      viewOf(full),
      ends.map((end) => ({ end, claim })),
    )
    const view = viewOf(full)
    expect(excess(view, answerOf(role, view, frame))).toEqual([])
  })
})

function changed(frame: Buffer, { at, byte, what }: { at: number; byte: number; what: string }): Buffer {
  const [place, end] = [at % (frame.length + 1), Math.min(frame.length, (at % (frame.length + 1)) + byte)]
  if (what === 'cut') return Buffer.concat([frame.subarray(0, place), frame.subarray(end)])
  if (what === 'double') return Buffer.concat([frame.subarray(0, end), frame.subarray(place)])
  return Buffer.concat([frame.subarray(0, place), Buffer.of(byte), frame.subarray(place + 1)])
}

const HEAD = '61'
const FINGERPRINT = '01'.repeat(16)
const ID = 'ab'.repeat(32)
const LONGEST = `81${'ff'.repeat(6)}`

describe('a frame is refused', () => {
  test.each([
    ['with a bound but no mode', `${HEAD}0000`, 'frame ends early'],
    ['in the middle of a prefix', `${HEAD}0202ff`, 'frame ends early'],
    ['in the middle of a fingerprint', `${HEAD}000001${'01'.repeat(15)}`, 'frame ends early'],
    ['in the middle of an id', `${HEAD}00000202${ID}${ID.slice(2)}`, 'frame ends early'],
    ['in the middle of a varint', `${HEAD}80`.replace('80', '81'), 'frame ends early'],
    ['whose list is longer than all memory', `${HEAD}000002${LONGEST}7f`, 'frame ends early'],
    ['with a mode nobody knows', `${HEAD}000003`, 'unknown mode'],
    ['with a prefix of 33 bytes', `${HEAD}0221${'00'.repeat(33)}00`, 'prefix longer than an id'],
    ['with a varint that begins with a zero digit', `${HEAD}80010000`, 'varint longer than it need be'],
    ['with a varint above all numbers', `${HEAD}${'ff'.repeat(8)}000000`, 'varint too large'],
    ['with bounds that add up above all times', `${HEAD}${`8f${'ff'.repeat(6)}7f0000`.repeat(2)}`, 'bound beyond all times'],
    ['with a prefix below the one before', `${HEAD}020180000101 7f00`.replace(' ', ''), 'bounds out of order'],
    ['with a time after infinity', `${HEAD}000000020000`, 'bound beyond all times'],
    ['with a skip too many', `${HEAD}${'010000'.repeat(1_025)}`, 'more than 1024 ranges'],
  ])('%s', (_, hex, reason) => {
    const view = viewOf(setOf(records(50, 1)))
    const refused = expect.objectContaining({ code: 'CHAT_RECONCILE_MALFORMED', data: { reason }, fault: 'peer' })
    const frame = Buffer.from(hex, 'hex')
    expect(() => respond(view, frame, BOUNDS)).toThrow(refused)
    expect(() => proceed(view, frame, BOUNDS)).toThrow(refused)
  })

  test('without a version', () => {
    const view = viewOf(setOf([]))
    expect(() => respond(view, Buffer.alloc(0), BOUNDS)).toThrow('no version')
    expect(() => proceed(view, Buffer.alloc(0), BOUNDS)).toThrow('another version')
  })
})

describe('a frame is taken', () => {
  test.each([
    ['of another version: the answer is our version', '62ffff', '61'],
    ['that says nothing', '61', '61'],
    ['that skips all', '61000000', '61'],
    ['with empty ranges after infinity, as the reference sends them', '61000000000000', '61'],
    ['with bounds at the same place', '610201800001018000', '61'],
  ])('%s', (_, hex, answer) => {
    const frame = Buffer.from(hex, 'hex')
    const view = viewOf(setOf([]))
    expect(respond(view, frame, BOUNDS).toString('hex')).toBe(answer)
  })

  test('the initiator is done when told our version alone', () => {
    expect(proceed(viewOf(setOf(records(9, 1))), Buffer.of(0x61), BOUNDS)).toEqual({ reply: null, have: [], need: [] })
  })

  test('an id that a list names twice is needed once', () => {
    const frame = Buffer.from(`${HEAD}00000202${ID}${ID}`, 'hex')
    expect(proceed(viewOf(setOf([])), frame, BOUNDS).need).toEqual([Buffer.from(ID, 'hex')])
  })
})

test('the reader gives ranges as they stand', () => {
  const frame = Buffer.from(`${HEAD}05000003 01 80 01${FINGERPRINT}01 01 81 02 01${ID}`.replaceAll(' ', ''), 'hex')
  const reader = new FrameReader(frame, 3)
  expect(reader.next()).toEqual({ mode: 0, bound: { seconds: 4, prefix: Buffer.alloc(0) } })
  expect(reader.next()).toEqual({ mode: 1, bound: { seconds: 6, prefix: Buffer.of(0x80) }, fingerprint: FINGERPRINT })
  expect(reader.next()).toEqual({ mode: 2, bound: { seconds: 6, prefix: Buffer.of(0x81) }, from: frame.length - 32, count: 1 })
  expect(reader.next()).toBeNull()
})
