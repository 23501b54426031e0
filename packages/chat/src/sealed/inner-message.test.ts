import { describe, expect, test } from 'vitest'
import { INNER_TEXT_MAX_BYTES, InnerKind, decodeInner, encodeInner } from './inner-message.ts'

const padded = (hex: string, size: number): Buffer => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(size)], size)

describe('an inner message', () => {
  test.each([
    [0, 256],
    [254, 1024], // 1 + 3 + 254: a VarInt of 3 bytes from 253 bytes of text on
    [252, 256],
    [253, 1024],
    [1020, 1024],
    [1021, 4096],
    [INNER_TEXT_MAX_BYTES, 4096],
  ])('with a text of %d bytes takes %d', (length, size) => {
    const inner = { kind: InnerKind.Text, text: 'x'.repeat(length) }
    const bytes = encodeInner(inner)
    expect(bytes.length).toBe(size)
    expect(decodeInner(bytes)).toEqual(inner)
  })

  test('is its kind, its text and zeros', () => {
    expect(encodeInner({ kind: 33, text: 'hé' })).toEqual(padded('210368c3a9', 256))
  })

  test('holds no text of 4,093 bytes, counted in UTF-8', () => {
    const text = `${'é'.repeat(2046)}x`
    expect(() => encodeInner({ kind: 0, text })).toThrow(
      expect.objectContaining({ code: 'CHAT_TEXT_TOO_LONG', data: { bytes: 4093, maxBytes: 4092 } }),
    )
  })

  test('holds no text that UTF-8 has not', () => {
    expect(() => encodeInner({ kind: 0, text: 'a\ud800' })).toThrow(
      expect.objectContaining({ code: 'CHAT_POST_MALFORMED', data: { reason: 'body' } }),
    )
  })

  test('may be larger than it has to be, and of any kind', () => {
    expect(decodeInner(padded('c80568656c6c6f', 4096))).toEqual({ kind: 200, text: 'hello' })
  })

  test.each([
    ['of no bytes', Buffer.alloc(0)],
    ['of 255 bytes', padded('000568656c6c6f', 255)],
    ['of 257 bytes', padded('000568656c6c6f', 257)],
    ['of 512 bytes', padded('000568656c6c6f', 512)],
    ['of 8,192 bytes', padded('000568656c6c6f', 8192)],
    ['with something after its text', Buffer.concat([padded('000568656c6c6f', 255), Buffer.of(1)])],
    ['with something right after its text', padded('000568656c6c6f01', 256)],
    ['with a text longer than itself', padded('00fdff00', 256)],
    ['with a length in a longer form', padded('00fd050068656c6c6f', 256)],
    ['with a length of 8 bytes', padded('00ffffffffffffffffff', 256)],
    ['whose text is no UTF-8', padded('0001ff', 256)],
    ['whose text is cut in a character', padded('0002e697', 256)],
    ['whose text has a surrogate', padded('0003eda080', 256)],
  ])('is none %s', (_, bytes) => {
    expect(decodeInner(bytes)).toBeUndefined()
  })
})
