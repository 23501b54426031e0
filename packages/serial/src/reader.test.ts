import { describe, expect, it } from 'vitest'
import type { SerialErrorCode } from './errors.ts'
import { SerialError } from './errors.ts'
import { Reader } from './reader.ts'

const reader = (hex: string): Reader => new Reader(Buffer.from(hex, 'hex'))

function failure(run: () => unknown): SerialError {
  try {
    run()
  } catch (error) {
    if (error instanceof SerialError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

type Row = [hex: string, read: (reader: Reader) => unknown, code: SerialErrorCode, data: object]

const ERRORS: Row[] = [
  ['', (r) => r.u8(), 'SERIAL_UNEXPECTED_END', { needed: 1, remaining: 0 }],
  ['01', (r) => r.u16(), 'SERIAL_UNEXPECTED_END', { needed: 2, remaining: 1 }],
  ['010203', (r) => r.u32(), 'SERIAL_UNEXPECTED_END', { needed: 4, remaining: 3 }],
  ['01', (r) => r.u64(), 'SERIAL_UNEXPECTED_END', { needed: 8, remaining: 1 }],
  ['01', (r) => r.u128(), 'SERIAL_UNEXPECTED_END', { needed: 16, remaining: 1 }],
  ['01', (r) => r.f32(), 'SERIAL_UNEXPECTED_END', { needed: 4, remaining: 1 }],
  ['01', (r) => r.f64(), 'SERIAL_UNEXPECTED_END', { needed: 8, remaining: 1 }],
  ['', (r) => r.bool(), 'SERIAL_UNEXPECTED_END', { needed: 1, remaining: 0 }],
  ['', (r) => r.varInt(), 'SERIAL_UNEXPECTED_END', { needed: 1, remaining: 0 }],
  ['fd01', (r) => r.varIntNumber(), 'SERIAL_UNEXPECTED_END', { needed: 2, remaining: 1 }],
  ['0102', (r) => r.bytes(3), 'SERIAL_UNEXPECTED_END', { needed: 3, remaining: 2 }],
  ['0301', (r) => r.string(), 'SERIAL_UNEXPECTED_END', { needed: 3, remaining: 1 }],
  ['ff0000000000000010', (r) => r.string(), 'SERIAL_UNEXPECTED_END', { needed: 2n ** 60n, remaining: 0 }],
  ['ff0000000000000010', (r) => r.byteString(), 'SERIAL_UNEXPECTED_END', { needed: 2n ** 60n, remaining: 0 }],
  ['ff0000000000000010', (r) => r.count(1), 'SERIAL_UNEXPECTED_END', { needed: 2n ** 60n, remaining: 0 }],
  ['03010203040506', (r) => r.count(3), 'SERIAL_UNEXPECTED_END', { needed: 9, remaining: 6 }],
  ['fdfc00', (r) => r.varIntNumber(), 'SERIAL_VARINT_NOT_MINIMAL', { value: 252 }],
  ['feffff0000', (r) => r.varIntNumber(), 'SERIAL_VARINT_NOT_MINIMAL', { value: 65_535 }],
  ['ffffffffff00000000', (r) => r.varIntNumber(), 'SERIAL_VARINT_NOT_MINIMAL', { value: 4_294_967_295 }],
  ['ffffffffff00000000', (r) => r.varInt(), 'SERIAL_VARINT_NOT_MINIMAL', { value: 4_294_967_295n }],
  ['fd000061', (r) => r.string(), 'SERIAL_VARINT_NOT_MINIMAL', { value: 0 }],
  ['ff0000000000002000', (r) => r.varIntNumber(), 'SERIAL_UNSAFE_INTEGER', { value: 2n ** 53n }],
  ['0000000000002000', (r) => r.u64Number(), 'SERIAL_UNSAFE_INTEGER', { value: 2n ** 53n }],
  ['ffffffffffffffff', (r) => r.u64Number(), 'SERIAL_UNSAFE_INTEGER', { value: 2n ** 64n - 1n }],
  ['02c080', (r) => r.string(), 'SERIAL_BAD_UTF8', { length: 2 }],
  ['03eda080', (r) => r.string(), 'SERIAL_BAD_UTF8', { length: 3 }],
  ['04f4908080', (r) => r.string(), 'SERIAL_BAD_UTF8', { length: 4 }],
  ['05efbfbd61ff', (r) => r.string(), 'SERIAL_BAD_UTF8', { length: 5 }],
  ['0102', (r) => r.expectEnd(), 'SERIAL_TRAILING_BYTES', { remaining: 2 }],
]

describe('Reader', () => {
  it.each(ERRORS)('refuses row %#: %s', (...[hex, read, code, data]) => {
    const error = failure(() => read(reader(hex)))
    expect(error).toMatchObject({ code, data })
    expect(error.message).toContain(code)
  })

  it('reads every integer little-endian', () => {
    const bytes = 'f0debc9a78563412f0debc9a78563492'
    expect(reader(bytes).u8()).toBe(0xf0)
    expect(reader(bytes).u16()).toBe(0xdef0)
    expect(reader(bytes).u32()).toBe(0x9abcdef0)
    expect(reader(bytes).u64()).toBe(0x123456789abcdef0n)
    expect(reader(bytes).u128()).toBe(0x923456789abcdef0123456789abcdef0n)
    expect(reader(bytes).i8()).toBe(-16)
    expect(reader(bytes).i16()).toBe(-8464)
    expect(reader(bytes).i32()).toBe(0x9abcdef0 - 2 ** 32)
    expect(reader(bytes).i64()).toBe(0x123456789abcdef0n)
    expect(reader(bytes).i128()).toBe(0x923456789abcdef0123456789abcdef0n - 2n ** 128n)
    expect(reader('0000c03f').f32()).toBe(1.5)
    expect(reader('000000000000f8bf').f64()).toBe(-1.5)
    expect(reader('ffffffffffff1f00').u64Number()).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('reads the largest VarInt of each width, and of a number', () => {
    expect(reader('fc').varIntNumber()).toBe(252)
    expect(reader('fdffff').varIntNumber()).toBe(65_535)
    expect(reader('feffffffff').varIntNumber()).toBe(4_294_967_295)
    expect(reader('ffffffffffffff1f00').varIntNumber()).toBe(Number.MAX_SAFE_INTEGER)
    expect(reader('ffffffffffffffffff').varInt()).toBe(2n ** 64n - 1n)
  })

  it('takes U+FFFD, U+0000 and a byte order mark for the characters they are', () => {
    expect(reader('03efbfbd').string()).toBe('\ufffd')
    expect(reader('03006100').string()).toBe('\0a\0')
    expect(reader('04efbbbf61').string()).toBe('\ufeffa')
  })

  it('keeps to its range of the bytes', () => {
    const bytes = Buffer.from('ff0102ff', 'hex')
    const ranged = new Reader(bytes, 1, 3)
    expect([ranged.offset, ranged.remaining]).toEqual([1, 2])
    expect(ranged.u16()).toBe(0x0201)
    expect([ranged.offset, ranged.remaining]).toEqual([3, 0])
    expect(failure(() => ranged.u8()).code).toBe('SERIAL_UNEXPECTED_END')
    expect(() => ranged.expectEnd()).not.toThrow()
  })

  it('reads a plain Uint8Array that is part of a larger buffer', () => {
    const whole = Uint8Array.of(9, 9, 1, 0x61, 9)
    expect(new Reader(whole.subarray(2, 4)).string()).toBe('a')
  })

  it('gives a view from bytes and a copy from byteString', () => {
    const bytes = Buffer.from('02aabb02ccdd', 'hex')
    const source = new Reader(bytes)
    const copy = source.byteString()
    source.u8()
    const view = source.bytes(2)
    bytes.fill(0)
    expect([...copy]).toEqual([0xaa, 0xbb])
    expect([...view]).toEqual([0, 0])
  })

  it.each([
    [-1, 2],
    [2, 1],
    [0, 3],
    [Number.NaN, 1],
  ])('refuses the range %s to %s of two bytes', (start, end) => {
    expect(() => new Reader(new Uint8Array(2), start, end)).toThrow(RangeError)
  })

  it('refuses lengths and item sizes that only a bug asks for', () => {
    expect(() => reader('0102').bytes(-1)).toThrow(RangeError)
    expect(() => reader('0102').bytes(0.5)).toThrow(RangeError)
    expect(() => reader('0102').count(0)).toThrow(RangeError)
  })
})
