/** Bytes of the frames we write. Wire: docs/wire.md, *Frame*. */
import { string, struct } from '@dchat/serial'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_METERING } from '../metering.ts'
import { MAGIC } from '../testing/frames.ts'
import { pong } from './core-messages.ts'
import { defineMessage } from './message.ts'
import { PacketReader } from './packet-reader.ts'
import { PacketWriter } from './packet-writer.ts'

const chat = defineMessage({
  name: 'chat',
  maxBytes: 70_000,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string }),
})

test('a frame is magic, command and payload, each with its length', () => {
  expect(new PacketWriter(MAGIC).encode(pong, { nonce: 0x1234 }).toString('hex')).toBe('d9efb67d04706f6e67023412')
  expect(new PacketWriter(Uint8Array.of(1, 2, 3, 4)).encode(pong, { nonce: 0 }).toString('hex')).toBe('0102030404706f6e67020000')
})

test.each([
  [251, 'fc'],
  [252, 'fdfd00'],
  [65_532, 'fdffff'],
  [65_533, 'fe00000100'],
  [69_995, 'fe70110100'],
])('a text of %i bytes has a payload length of %s', (bytes, length) => {
  const frame = new PacketWriter(MAGIC).encode(chat, { text: 'x'.repeat(bytes) })
  expect(frame.toString('hex', 9, 9 + length.length / 2)).toBe(length)
})

test('a payload above the limit of its command is refused, one at the limit is not', () => {
  const writer = new PacketWriter(MAGIC)
  expect(writer.encode(chat, { text: 'x'.repeat(69_995) })).toHaveLength(4 + 5 + 5 + 70_000)
  const data = { command: 'chat', length: 70_001, maxBytes: 70_000 }
  expect(() => writer.encode(chat, { text: 'x'.repeat(69_996) })).toThrow(
    expect.objectContaining({ code: 'NET_MESSAGE_TOO_LARGE', data, fault: 'none' }),
  )
  expect(writer.encode(chat, { text: 'again' }).toString('latin1', 9)).toBe('\u0006\u0005again')
})

test('a frame that does not fit its place is not begun', () => {
  const writer = new PacketWriter(MAGIC)
  const target = Buffer.alloc(20, 0xee)
  expect(writer.encodeInto(pong, { nonce: 1 }, { target, offset: 9 })).toBe(-1)
  expect(target).toEqual(Buffer.alloc(20, 0xee))
  expect(writer.encodeInto(pong, { nonce: 1 }, { target, offset: 8 })).toBe(20)
  expect(target.toString('hex')).toBe(`${'ee'.repeat(8)}d9efb67d04706f6e67020100`)
})

test('whatever is written is read back, wherever it was written to', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 10 }), (texts) => {
      const writer = new PacketWriter(MAGIC)
      const target = Buffer.alloc(20_000)
      let offset = 0
      for (const text of texts) {
        const frame = writer.encode(chat, { text })
        const end = writer.encodeInto(chat, { text }, { target, offset })
        expect(target.subarray(offset, end)).toEqual(frame)
        offset = end
      }
      const got: string[] = []
      const reader = new PacketReader(MAGIC, {
        targets: [chat],
        unknown: (command) => expect.unreachable(command),
        open: () => true,
        deliver: (_, bytes, { start, end }) =>
          got.push(bytes.toString('utf8', start + (end - start > 0xfc + 1 ? 3 : 1), end)) > 0,
      })
      reader.push(target.subarray(0, offset))
      expect(got).toEqual(texts)
    }),
  )
})
