/** Claims over all ways in which a stream can be cut and held up. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NetError } from '../errors.ts'
import { MAGIC, rawFrame } from '../testing/frames.ts'
import { PacketReader } from './packet-reader.ts'

interface Frame {
  readonly command: string
  readonly payload: Uint8Array
}

const KNOWN = ['a', 'ping', 'chat', '日本', 'x'.repeat(255)]
const frames = fc.array(
  fc.record({
    command: fc.constantFrom(...KNOWN, 'skipped'),
    payload: fc.oneof(
      { weight: 8, arbitrary: fc.uint8Array({ maxLength: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 15_000, max: 70_000 }).map((length) => new Uint8Array(length).fill(length)) },
    ),
  }),
  { maxLength: 8 },
)
const bytesOf = (list: readonly Frame[]): Buffer => Buffer.concat(list.map(rawFrame))
const textOf = ({ command, payload }: Frame): string => `${command} ${Buffer.from(payload).toString('hex')}`
/** The buffer of a payload that spanned pieces may be kept for the next one. */
const largest = (list: readonly Frame[]): number => Math.max(0, ...list.map(({ payload }) => payload.length))
const wanted = (list: readonly Frame[]): string[] => list.filter(({ command }) => command !== 'skipped').map(textOf)

/** A reader and what it delivered; `takesMore` is asked after each delivery. */
function world(takesMore: () => boolean = () => true): { reader: PacketReader<{ commandBytes: Uint8Array }>; got: string[] } {
  const got: string[] = []
  const reader = new PacketReader(MAGIC, {
    targets: KNOWN.map((command) => ({ commandBytes: Buffer.from(command) })),
    unknown: () => {},
    open: () => true,
    deliver: ({ commandBytes }, bytes, { start, end }) => {
      got.push(textOf({ command: commandBytes.toString(), payload: bytes.subarray(start, end) }))
      return takesMore()
    },
  })
  return { reader, got }
}

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end))
}

const cuts = fc.array(fc.nat(), { maxLength: 60 })

describe('a packet reader', () => {
  test('delivers the same messages from any pieces', () => {
    fc.assert(
      fc.property(frames, cuts, (list, places) => {
        const { reader, got } = world()
        for (const chunk of chunksOf(bytesOf(list), places)) expect(reader.push(chunk)).toBe(true)
        expect(got).toEqual(wanted(list))
        expect(reader.isInsideFrame).toBe(false)
        expect(reader.heldBytes).toBeLessThanOrEqual(largest(list))
      }),
    )
  })

  test('loses nothing when it is paused at any delivery and resumed at any time', () => {
    fc.assert(
      fc.property(frames, cuts, fc.infiniteStream(fc.boolean()), (list, places, choices) => {
        const choose = (): boolean => choices.next().value!
        const { reader, got } = world(choose)
        for (const chunk of chunksOf(bytesOf(list), places)) {
          if (choose()) reader.pause()
          const before = got.length
          const isOpen = reader.push(chunk)
          expect(!isOpen || reader.heldBytes <= 140_000).toBe(true)
          if (!isOpen && choose()) reader.resume()
          expect(got.length).toBeGreaterThanOrEqual(before)
        }
        for (let step = 0; !reader.resume(); step += 1) expect(step).toBeLessThanOrEqual(list.length)
        expect(got).toEqual(wanted(list))
        expect(reader.heldBytes).toBeLessThanOrEqual(largest(list))
      }),
    )
  })

  test('delivers of every prefix what is whole in it, and waits for the rest', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (list, place) => {
        const bytes = bytesOf(list)
        const prefix = bytes.subarray(0, place % (bytes.length + 1))
        let end = 0
        const whole = list.filter((frame) => (end += rawFrame(frame).length) <= prefix.length)
        const { reader, got } = world()
        reader.push(prefix)
        expect(got).toEqual(wanted(whole))
        expect(reader.isInsideFrame).toBe(prefix.length > bytesOf(whole).length)
      }),
    )
  })

  test('answers any bytes with a NetError of the peer or nothing', () => {
    const start = fc.constantFrom(Buffer.alloc(0), Buffer.from(MAGIC), rawFrame({ command: 'a' }))
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), cuts, (head, tail, places) => {
        const { reader } = world()
        let caught: unknown
        try {
          for (const chunk of chunksOf(Buffer.concat([head, tail]), places)) reader.push(chunk)
        } catch (error) {
          caught = error
        }
        expect(caught === undefined || (caught instanceof NetError && caught.fault === 'peer')).toBe(true)
        expect(reader.heldBytes).toBeLessThanOrEqual(head.length + tail.length + 16_384)
      }),
    )
  })
})
