import { describe, expect, it } from 'vitest'
import { SerialError } from './errors.ts'
import { varIntLength } from './varint.ts'
import { MAX_ENCODED_BYTES, Writer } from './writer.ts'

const hexOf = (write: (writer: Writer) => void): string => {
  const writer = new Writer(0)
  write(writer)
  return Buffer.from(writer.finish()).toString('hex')
}

const tooLong = (length: number, max: number): unknown =>
  expect.objectContaining({ code: 'SERIAL_TOO_LONG', data: { what: 'encoding', length, max } })

type Row = [type: string, write: (writer: Writer) => void, value: number | bigint]

const OUT_OF_RANGE: Row[] = [
  ['u8', (w) => w.u8(256), 256],
  ['u8', (w) => w.u8(-1), -1],
  ['u8', (w) => w.u8(1.5), 1.5],
  ['u8', (w) => w.u8(Number.NaN), Number.NaN],
  ['u16', (w) => w.u16(65_536), 65_536],
  ['u32', (w) => w.u32(2 ** 32), 2 ** 32],
  ['u64', (w) => w.u64(2n ** 64n), 2n ** 64n],
  ['u64', (w) => w.u64(-1n), -1n],
  ['u64', (w) => w.u64Number(2 ** 53), 2 ** 53],
  ['u64', (w) => w.u64Number(-1), -1],
  ['u128', (w) => w.u128(2n ** 128n), 2n ** 128n],
  ['i8', (w) => w.i8(128), 128],
  ['i8', (w) => w.i8(-129), -129],
  ['i16', (w) => w.i16(32_768), 32_768],
  ['i32', (w) => w.i32(2 ** 31), 2 ** 31],
  ['i64', (w) => w.i64(2n ** 63n), 2n ** 63n],
  ['i128', (w) => w.i128(-(2n ** 127n) - 1n), -(2n ** 127n) - 1n],
  ['VarInt', (w) => w.varInt(2n ** 64n), 2n ** 64n],
  ['VarInt', (w) => w.varInt(-1n), -1n],
  ['VarInt', (w) => w.varInt(1e300), 1e300],
  ['VarInt', (w) => w.varIntNumber(2 ** 53), 2 ** 53],
  ['VarInt', (w) => w.count(0.5), 0.5],
  ['VarInt', () => varIntLength(Number.NaN), Number.NaN],
]

describe('Writer', () => {
  it.each(OUT_OF_RANGE)('%s: %s is out of range', (type, write, value) => {
    const writer = new Writer()
    expect(() => write(writer)).toThrow(expect.objectContaining({ code: 'SERIAL_OUT_OF_RANGE', data: { type, value } }))
    expect(writer.length).toBe(0)
  })

  it('writes every integer little-endian', () => {
    expect(hexOf((w) => w.u8(0xf0))).toBe('f0')
    expect(hexOf((w) => w.u16(0xdef0))).toBe('f0de')
    expect(hexOf((w) => w.u32(0x9abcdef0))).toBe('f0debc9a')
    expect(hexOf((w) => w.u64(0x923456789abcdef0n))).toBe('f0debc9a78563492')
    expect(hexOf((w) => w.u64Number(Number.MAX_SAFE_INTEGER))).toBe('ffffffffffff1f00')
    expect(hexOf((w) => w.u128(2n ** 127n + 1n))).toBe(`01${'00'.repeat(14)}80`)
    expect(hexOf((w) => w.i8(-16))).toBe('f0')
    expect(hexOf((w) => w.i16(-2))).toBe('feff')
    expect(hexOf((w) => w.i32(-2))).toBe('feffffff')
    expect(hexOf((w) => w.i64(-2n))).toBe(`fe${'ff'.repeat(7)}`)
    expect(hexOf((w) => w.i128(-(2n ** 127n)))).toBe(`${'00'.repeat(15)}80`)
    expect(hexOf((w) => w.f32(1.5))).toBe('0000c03f')
    expect(hexOf((w) => w.f64(-1.5))).toBe('000000000000f8bf')
    expect(hexOf((w) => w.bool(true))).toBe('01')
  })

  it.each([
    [252, 'fc'],
    [253, 'fdfd00'],
    [65_535, 'fdffff'],
    [65_536, 'fe00000100'],
    [4_294_967_295, 'feffffffff'],
    [4_294_967_296, 'ff0000000001000000'],
    [Number.MAX_SAFE_INTEGER, 'ffffffffffffff1f00'],
  ])('writes VarInt %d from number and bigint alike', (value, hex) => {
    expect(hexOf((w) => w.varIntNumber(value))).toBe(hex)
    expect(hexOf((w) => w.varInt(value))).toBe(hex)
    expect(hexOf((w) => w.varInt(BigInt(value)))).toBe(hex)
    expect(varIntLength(value)).toBe(hex.length / 2)
    expect(varIntLength(BigInt(value))).toBe(hex.length / 2)
  })

  it.each(['\ud800', 'a\udc00', `${'x'.repeat(300)}\ud83d`, `${'é'.repeat(50_000)}\udfff`])(
    'refuses lone surrogates (row %#)',
    (text) => {
      const writer = new Writer()
      writer.u8(7)
      const refused = expect.objectContaining({ code: 'SERIAL_BAD_UTF8', data: { length: text.length } })
      expect(() => writer.string(text)).toThrow(refused)
      expect([...writer.finish()]).toEqual([7])
    },
  )

  it.each([0, 1, 83, 84, 85, 252, 253, 65_535, 65_536])('writes strings of %d units of every width', (units) => {
    for (const unit of ['a', 'é', '日', '\ufffd']) {
      const utf8 = Buffer.from(unit.repeat(units))
      const prefix = hexOf((w) => w.varIntNumber(utf8.length))
      const written = hexOf((w) => w.string(unit.repeat(units)))
      expect(written.slice(0, prefix.length)).toBe(prefix)
      expect(written.slice(prefix.length) === utf8.toString('hex')).toBe(true)
    }
  })

  it('keeps what it wrote when it grows, and starts over on reset', () => {
    const writer = new Writer(1)
    for (let value = 0; value < 200; value += 1) writer.u16(value)
    const bytes = writer.finish()
    expect(writer.length).toBe(400)
    expect([bytes[2], bytes[398]]).toEqual([1, 199])
    writer.reset()
    writer.byteString(Uint8Array.of(5, 6))
    expect([...writer.finish()]).toEqual([2, 5, 6])
  })

  it('writes in place, and never past the end of a given buffer', () => {
    const buffer = Buffer.alloc(6, 0xee)
    const writer = Writer.into(buffer, 1)
    writer.string('abc')
    expect(writer.length).toBe(4)
    expect(writer.finish().buffer).toBe(buffer.buffer)
    expect(() => writer.u16(1)).toThrow(tooLong(6, 5))
    writer.u8(1)
    expect(buffer.toString('hex')).toBe('ee0361626301')
    writer.reset()
    expect(() => writer.string('abcde')).toThrow(SerialError)
    expect(() => Writer.into(buffer, 7)).toThrow(RangeError)
  })

  it('stops growing at MAX_ENCODED_BYTES', () => {
    const writer = new Writer()
    const large = new Uint8Array(MAX_ENCODED_BYTES)
    writer.u8(1)
    expect(() => writer.bytes(large)).toThrow(tooLong(MAX_ENCODED_BYTES + 1, MAX_ENCODED_BYTES))
    expect(writer.length).toBe(1)
  })
})
