/** The seven commands: layouts against a second description of them, and their bounds. Wire: docs/chat.md, *Commands*. */
import { decodeExact, encodeToBytes } from '@dchat/serial'
import type { Codec } from '@dchat/serial'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import {
  POST_MESSAGES,
  haveMessage,
  pageEndMessage,
  pageMessage,
  postMessage,
  roomsMessage,
  syncMessage,
  wantMessage,
} from './messages.ts'
import { wire } from './testing/wire-messages.ts'

const u32 = fc.nat({ max: 2 ** 32 - 1 })
const u16 = fc.nat({ max: 65_535 })
const time = fc.maxSafeNat()
const bytes = (most: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength: most }).map((array) => Buffer.from(array))
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array))
const ids = fc.array(id, { maxLength: 20 })
const room = fc.stringMatching(/^[a-z0-9._-]{0,64}$/)

/** Whether `codec` writes `value` as `plain` writes what `toPlain` makes of it, and reads it back. */
function isSameLayout<T, P>(codec: Codec<T>, plain: Codec<P>, [value, toPlain]: [T, (value: T) => P]): boolean {
  const written = Buffer.from(encodeToBytes(codec, value))
  return written.equals(encodeToBytes(plain, toPlain(value))) && isDeepStrictEqual(decodeExact(codec, written), value)
}

const noNullPrototype = true
const PROPERTIES: readonly (readonly [string, fc.IProperty<[never]>])[] = [
  [
    'post',
    fc.property(bytes(300), (value) => isSameLayout(postMessage.codec, wire.post.codec, [value, (post) => ({ bytes: post })])),
  ],
  ['have', fc.property(ids, (value) => isSameLayout(haveMessage.codec, wire.have.codec, [value, (list) => ({ ids: list })]))],
  ['want', fc.property(ids, (value) => isSameLayout(wantMessage.codec, wire.want.codec, [value, (list) => ({ ids: list })]))],
  [
    'rooms',
    fc.property(
      fc.array(fc.record({ room, newest: time, low: time, posts: u32 }, { noNullPrototype }), { maxLength: 10 }),
      (value) =>
        isSameLayout(roomsMessage.codec, wire.rooms.codec, [
          value,
          (list) => ({ rooms: list.map((each) => [each.room, each.newest, each.low, each.posts] as const) }),
        ]),
    ),
  ],
  [
    'page',
    fc.property(
      fc.record({ request: u32, room, before: fc.record({ time, id }, { noNullPrototype }), limit: u16 }, { noNullPrototype }),
      (value) =>
        isSameLayout(pageMessage.codec, wire.page.codec, [
          value,
          ({ before, ...rest }) => ({ ...rest, beforeTime: before.time, beforeId: before.id }),
        ]),
    ),
  ],
  [
    'pageend',
    fc.property(fc.record({ request: u32, count: u16, more: fc.boolean() }, { noNullPrototype }), (value) =>
      isSameLayout(pageEndMessage.codec, wire.pageend.codec, [value, (end) => end]),
    ),
  ],
  [
    'sync',
    fc.property(fc.record({ session: u32, room, since: time, until: time, frame: bytes(300) }, { noNullPrototype }), (value) =>
      isSameLayout(syncMessage.codec, wire.sync.codec, [value, (sync) => sync]),
    ),
  ],
] as unknown as readonly (readonly [string, fc.IProperty<[never]>])[]

test.each(PROPERTIES)('%s is laid out as the document says, and reads back', (_, property) => {
  expect(fc.check(property)).toMatchObject({ failed: false })
})

test('the names and longest payloads are those of the document', () => {
  expect(POST_MESSAGES.map(({ name, maxBytes }) => [name, maxBytes])).toEqual([
    ['post', 8_640],
    ['have', 8_210],
    ['want', 8_210],
    ['rooms', 16_400],
    ['page', 128],
    ['pageend', 16],
    ['sync', 61_700],
  ])
})

test('what was read is kept when the chunk it stood in is written over', () => {
  const chunk = Buffer.from(encodeToBytes(wire.have.codec, { ids: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] }))
  const [first, second] = decodeExact(haveMessage.codec, chunk)
  const post = Buffer.from(encodeToBytes(wire.post.codec, { bytes: Buffer.from('a post') }))
  const read = decodeExact(postMessage.codec, post)
  chunk.fill(0xff)
  post.fill(0xff)
  expect([first, second, read]).toEqual([Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.from('a post')])
})

test('a time that no number holds exactly reads as far in the future', () => {
  const frame = encodeToBytes(wire.page.codec, { request: 1, room: '', beforeTime: 0, beforeId: Buffer.alloc(32), limit: 1 })
  Buffer.from(frame.buffer, frame.byteOffset).fill(0xff, 5, 13)
  expect(decodeExact(pageMessage.codec, frame).before.time).toBe(Number.MAX_SAFE_INTEGER)
})

test('more rooms than allowed, and ids that are none, are refused', () => {
  const entry = { room: 'a', newest: 1, low: 0, posts: 1 }
  const many = encodeToBytes(wire.rooms.codec, { rooms: Array.from({ length: 129 }, () => ['a', 1, 0, 1] as const) })
  expect(() => decodeExact(roomsMessage.codec, many)).toThrow(expect.objectContaining({ code: 'SERIAL_TOO_LONG' }))
  expect(() =>
    encodeToBytes(
      roomsMessage.codec,
      Array.from({ length: 129 }, () => entry),
    ),
  ).toThrow(expect.objectContaining({ code: 'SERIAL_TOO_LONG' }))
  expect(() => encodeToBytes(wantMessage.codec, [Buffer.alloc(31)])).toThrow(
    expect.objectContaining({ code: 'SERIAL_OUT_OF_RANGE' }),
  )
})
