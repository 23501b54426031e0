import { describe, expect, expectTypeOf, it } from 'vitest'
import { decodeExact, encodeToBytes } from './codec.ts'
import type { Infer } from './codec.ts'
import { fixedBytes, option, tuple, vec } from './composites.ts'
import { SerialError, isSerialError } from './errors.ts'
import { bool, string, u16, u32, u64Number, u8 } from './primitives.ts'
import { struct } from './struct.ts'

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('composite codecs', () => {
  it('lay their parts side by side', () => {
    expect(hexOf(encodeToBytes(tuple(u8, u16, bool), [1, 2, true]))).toBe('01020001')
    expect(hexOf(encodeToBytes(tuple(), []))).toBe('')
    expect(hexOf(encodeToBytes(struct({ b: u8, a: u16 }), { a: 2, b: 1 }))).toBe('010200')
    expect(hexOf(encodeToBytes(vec(option(u8)), [null, 3]))).toBe('02000103')
    expect(hexOf(encodeToBytes(fixedBytes(2), Uint8Array.of(8, 9)))).toBe('0809')
    expect(decodeExact(struct({ b: u8, a: u16 }), bytesOf('010200'))).toStrictEqual({ b: 1, a: 2 })
    expect(decodeExact(struct({ msg: string }), bytesOf('0161'))).toStrictEqual({ msg: 'a' })
    expect(decodeExact(struct({}), bytesOf(''))).toStrictEqual({})
  })

  it('know the least bytes they take', () => {
    expect(struct({ nonce: u64Number, list: vec(u32), maybe: option(u32) }).minBytes).toBe(10)
    expect(tuple(u16, u32).minBytes).toBe(6)
    expect(tuple(u16, u32, fixedBytes(32)).minBytes).toBe(38)
    expect(struct({ msg: string }).minBytes).toBe(1)
  })

  it('decode to values that do not share their arrays or objects', () => {
    const codec = struct({ inner: struct({ a: u8 }), list: vec(u8) })
    const first = decodeExact(codec, bytesOf('010102'))
    const second = decodeExact(codec, bytesOf('010102'))
    expect(first).toStrictEqual({ inner: { a: 1 }, list: [2] })
    expect(first.inner).not.toBe(second.inner)
    expect(first.list).not.toBe(second.list)
  })

  it('copy fixed bytes out of the input', () => {
    const bytes = bytesOf('0102')
    const value = decodeExact(fixedBytes(2), bytes)
    bytes.fill(0)
    expect([...value]).toEqual([1, 2])
  })

  it('refuse fixed bytes of another length', () => {
    expect(() => encodeToBytes(fixedBytes(2), Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'SERIAL_OUT_OF_RANGE', data: { type: 'bytes[2]', value: 1 } }),
    )
  })

  it('hold maxItems both ways', () => {
    const codec = vec(u8, { maxItems: 2 })
    const tooLong = expect.objectContaining({ code: 'SERIAL_TOO_LONG', data: { what: 'vec', length: 3, max: 2 } })
    expect(() => encodeToBytes(codec, [1, 2, 3])).toThrow(tooLong)
    expect(() => decodeExact(codec, bytesOf('03010203'))).toThrow(tooLong)
    expect(decodeExact(codec, bytesOf('020102'))).toEqual([1, 2])
  })

  it('fail at once on a declared count of 2^60', () => {
    let decodedItems = 0
    const item = { minBytes: 1, encode: () => undefined, decode: () => (decodedItems += 1) }
    expect(() => decodeExact(vec(item), bytesOf('ff0000000000000010aabbcc'))).toThrow(
      expect.objectContaining({ code: 'SERIAL_UNEXPECTED_END', data: { needed: 2n ** 60n, remaining: 3 } }),
    )
    expect(decodedItems).toBe(0)
  })

  it('bound items without bytes by maxItems, which those need', () => {
    const empty = struct({})
    expect(() => vec(empty)).toThrow(RangeError)
    const codec = vec(empty, { maxItems: 3 })
    expect(decodeExact(codec, bytesOf('03'))).toEqual([{}, {}, {}])
    expect(() => decodeExact(codec, bytesOf('04'))).toThrow(SerialError)
    expect(() => decodeExact(codec, bytesOf('ff0000000000000010'))).toThrow(
      expect.objectContaining({ code: 'SERIAL_TOO_LONG', data: { what: 'vec', length: 2n ** 60n, max: 3 } }),
    )
  })

  it('demand the end of the input', () => {
    expect(() => decodeExact(u8, bytesOf('0102'))).toThrow(expect.objectContaining({ code: 'SERIAL_TRAILING_BYTES' }))
  })

  it.each(['0', '12', '__proto__'])('refuse the field name %s', (name) => {
    const fields = Object.fromEntries([
      [name, u8],
      ['z', u8],
    ])
    expect(() => struct(fields)).toThrow(TypeError)
  })

  it('refuse a length of fixed bytes that is none', () => {
    expect(() => fixedBytes(-1)).toThrow(RangeError)
  })

  it('infer the types of their values', () => {
    const version = struct({ id: string, addrs: vec(tuple(string, u32)), maybe: option(u8) })
    expectTypeOf<Infer<typeof version>>().toEqualTypeOf<{
      readonly id: string
      readonly addrs: readonly (readonly [string, number])[]
      readonly maybe: number | null
    }>()
    expect(version.minBytes).toBe(3)
  })
})

describe('isSerialError', () => {
  it('narrows by code', () => {
    const error: unknown = new SerialError('SERIAL_TRAILING_BYTES', { remaining: 2 })
    expect(isSerialError(error)).toBe(true)
    expect(isSerialError(error, 'SERIAL_BAD_UTF8')).toBe(false)
    expect(isSerialError(error, 'SERIAL_TRAILING_BYTES') && error.data.remaining).toBe(2)
    expect(isSerialError(new Error('other'))).toBe(false)
  })
})
