/** A set is its records, whatever the order they came and went in; a view is those of its milliseconds. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ID_BYTES, INFINITE } from './bound.ts'
import { IdSet } from './id-set.ts'
import type { RecordView } from './record-view.ts'

interface Record {
  readonly time: number
  readonly id: Buffer
}

const idOf = (key: number): Buffer => createHash('sha256').update(`record ${key}`).digest()
const inOrder = (a: Record, b: Record): number =>
  Math.floor(a.time / 1000) - Math.floor(b.time / 1000) || Buffer.compare(a.id, b.id)
const idsOf = (view: RecordView): string[] => Array.from({ length: view.size }, (_, index) => view.id(index).toString('hex'))
const hexes = (records: readonly Record[]): string[] => records.map(({ id }) => id.toString('hex'))

/** The fingerprint as docs/chat.md has it, with big numbers and no haste. */
function plainFingerprint(records: readonly Record[]): string {
  let sum = 0n
  for (const { id } of records) sum += BigInt(`0x${Buffer.from(id).reverse().toString('hex')}`)
  const bytes = Buffer.from((sum % 2n ** 256n).toString(16).padStart(64, '0'), 'hex').reverse()
  const digits: number[] = [records.length % 128]
  for (let rest = Math.floor(records.length / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) + 128)
  return createHash('sha256').update(bytes).update(Buffer.from(digits)).digest('hex').slice(0, 32)
}

/** Few milliseconds and many keys, or many milliseconds: blocks split, merge and share seconds. */
const records = fc.uniqueArray(fc.record({ key: fc.nat(100_000), time: fc.nat(20_000) }), {
  selector: ({ key }) => key,
  maxLength: 900,
  size: 'max',
})
const built = records.chain((made) => {
  const all = made.map(({ key, time }): Record => ({ time, id: idOf(key) }))
  return fc.record({ all: fc.constant(all), gone: fc.subarray(all), order: fc.constantFrom('random', 'ascending', 'descending') })
})

function build({ all, gone, order }: { all: readonly Record[]; gone: readonly Record[]; order: string }): IdSet {
  const set = new IdSet()
  const first = order === 'random' ? all : all.toSorted(order === 'ascending' ? inOrder : (a, b) => inOrder(b, a))
  for (const one of first) expect(set.add(one)).toBe(true)
  for (const one of gone) expect(set.remove(one)).toBe(true)
  return set
}

const kept = ({ all, gone }: { all: readonly Record[]; gone: readonly Record[] }): Record[] =>
  all.filter((one) => !gone.includes(one)).toSorted(inOrder)

describe('a set', () => {
  test('holds what was added and not removed, in order', () => {
    fc.assert(
      fc.property(built, (made) => {
        const set = build(made)
        const expected = kept(made)
        expect(set.size).toBe(expected.length)
        expect(idsOf(set.view(0, 1e15))).toEqual(hexes(expected))
        for (const one of expected.slice(0, 20)) expect(set.add(one)).toBe(false)
        for (const one of made.gone.slice(0, 20)) expect(set.remove(one)).toBe(false)
        expect(set.size).toBe(expected.length)
      }),
    )
  })

  test('gives views by milliseconds, with the fingerprints of their records', () => {
    const window = fc.tuple(fc.nat(21_000), fc.nat(21_000), fc.nat(1_000_000), fc.nat(1_000_000))
    fc.assert(
      fc.property(built, window, (made, [since, until, a, b]) => {
        const view = build(made).view(since, until)
        const expected = kept(made).filter(({ time }) => time >= since && time <= until)
        expect(idsOf(view)).toEqual(hexes(expected))
        const [from, to] = [a % (view.size + 1), b % (view.size + 1)].toSorted((x, y) => x - y) as [number, number]
        expect(view.fingerprint(from, to)).toBe(plainFingerprint(expected.slice(from, to)))
        expect(view.fingerprint(0, view.size)).toBe(plainFingerprint(expected))
        const copied = Buffer.alloc((to - from) * ID_BYTES)
        expect(view.copyIds(copied, 0, { from, to })).toBe(copied.length)
        expect(copied).toEqual(Buffer.concat(expected.slice(from, to).map(({ id }) => id)))
      }),
    )
  })

  test('finds places in views, and the shortest bounds that tell neighbours apart', () => {
    fc.assert(
      fc.property(built, fc.nat(21_000), fc.uint8Array({ maxLength: ID_BYTES }), fc.nat(900), (made, ms, prefix, start) => {
        const view = build(made).view(500, 19_500)
        const expected = kept(made).filter(({ time }) => time >= 500 && time <= 19_500)
        const bound = { seconds: Math.floor(ms / 1000), prefix }
        const padded = Buffer.concat([prefix], ID_BYTES)
        const from = start % (view.size + 1)
        const place = expected.findIndex((one, index) => index >= from && inOrder(one, { time: ms, id: padded }) >= 0)
        expect(view.seek(bound, from)).toBe(place < 0 ? view.size : place)
        expect(view.seek(INFINITE, from)).toBe(view.size)
        if (from === view.size) return
        const lowest = view.boundBefore(from)
        expect(view.seek(lowest, 0)).toBe(from)
        const shorter = { ...lowest, prefix: lowest.prefix.subarray(0, -1) }
        expect(lowest.prefix.length === 0 || view.seek(shorter, 0) < from).toBe(true)
      }),
    )
  })
})

test('the same id in two seconds is two records', () => {
  const set = new IdSet()
  const id = idOf(1)
  expect([set.add({ time: 1_000, id }), set.add({ time: 2_000, id }), set.add({ time: 1_000, id })]).toEqual([true, true, false])
  expect(set.remove({ time: 2_999, id })).toBe(true)
  expect(set.size).toBe(1)
})

test('an id has 32 bytes', () => {
  expect(() => new IdSet().add({ time: 1, id: Buffer.alloc(31) })).toThrow(RangeError)
})
