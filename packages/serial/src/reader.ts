/** Reads values from bytes. Wire: docs/wire.md, Codec; vectors: tooling/interop/vectors/codec.json. */
import { constants, isUtf8 } from 'node:buffer'
import { SerialError } from './errors.ts'

/** What a decoder puts in the place of bytes that are no UTF-8; also a character a peer may send. */
const REPLACEMENT = '\ufffd'
const MAX_SAFE_HIGH = 0x1f_ffff

/**
 * Reads values from `bytes[start, end)`, one after the other. Wire: docs/wire.md, *Codec*. Nothing is copied at construction and nothing declared by the input is trusted:
 * lengths and counts are checked against what is left before anything is made of them.
 * Every method throws SerialError SERIAL_UNEXPECTED_END when the input is too short. After an error the position is
 * unspecified: drop the reader. The bytes must not change while it is in use.
 */
export class Reader {
  readonly #buffer: Buffer
  readonly #end: number
  #offset: number

  /**
   * @param bytes - what is read; lent, not copied
   * @param start - first byte to read. @default 0
   * @param end - one past the last byte to read. @default bytes.length
   * @throws RangeError unless 0 ≤ start ≤ end ≤ bytes.length
   */
  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.length) {
    if (!(start >= 0 && start <= end && end <= bytes.length)) throw badRange(start, end, bytes.length)
    this.#buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#offset = start
    this.#end = end
  }

  /** Index in the bytes given to the constructor of the next byte to read. */
  get offset(): number {
    return this.#offset
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#end - this.#offset
  }

  /** 1 byte: 0 to 255. */
  u8(): number {
    return this.#buffer[this.#take(1)]!
  }

  /** 2 bytes, little-endian: 0 to 65,535. */
  u16(): number {
    const at = this.#take(2)
    return this.#buffer[at]! | (this.#buffer[at + 1]! << 8)
  }

  /** 4 bytes, little-endian: 0 to 2^32 - 1. */
  u32(): number {
    const at = this.#take(4)
    const bytes = this.#buffer
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }

  /** 8 bytes, little-endian: 0 to 2^64 - 1. */
  u64(): bigint {
    return this.#buffer.readBigUInt64LE(this.#take(8))
  }

  /** A u64 as a number. @throws SerialError SERIAL_UNSAFE_INTEGER above 2^53 - 1 */
  u64Number(): number {
    const low = this.u32()
    const high = this.u32()
    if (high > MAX_SAFE_HIGH) throw unsafeInteger(low, high)
    return high * 0x1_0000_0000 + low
  }

  /** 16 bytes, little-endian: 0 to 2^128 - 1. */
  u128(): bigint {
    const at = this.#take(16)
    return this.#buffer.readBigUInt64LE(at) | (this.#buffer.readBigUInt64LE(at + 8) << 64n)
  }

  /** 1 byte, two's complement: -128 to 127. */
  i8(): number {
    return (this.u8() << 24) >> 24
  }

  /** 2 bytes, little-endian, two's complement: -32,768 to 32,767. */
  i16(): number {
    return (this.u16() << 16) >> 16
  }

  /** 4 bytes, little-endian, two's complement: -2^31 to 2^31 - 1. */
  i32(): number {
    return this.u32() | 0
  }

  /** 8 bytes, little-endian, two's complement: -2^63 to 2^63 - 1. */
  i64(): bigint {
    return this.#buffer.readBigInt64LE(this.#take(8))
  }

  /** 16 bytes, little-endian, two's complement: -2^127 to 2^127 - 1. */
  i128(): bigint {
    const at = this.#take(16)
    return this.#buffer.readBigUInt64LE(at) | (this.#buffer.readBigInt64LE(at + 8) << 64n)
  }

  /** 4 bytes, little-endian, IEEE 754 single; NaN and infinities too. */
  f32(): number {
    return this.#buffer.readFloatLE(this.#take(4))
  }

  /** 8 bytes, little-endian, IEEE 754 double; NaN and infinities too. */
  f64(): number {
    return this.#buffer.readDoubleLE(this.#take(8))
  }

  /** 1 byte; any but 0 is true. */
  bool(): boolean {
    return this.u8() !== 0
  }

  /** 1, 3, 5 or 9 bytes: 0 to 2^64 - 1. @throws SerialError SERIAL_VARINT_NOT_MINIMAL */
  varInt(): bigint {
    if (this.#peek() !== 0xff) return BigInt(this.varIntNumber())
    this.#offset += 1
    const value = this.u64()
    if (value <= 0xffff_ffffn) throw notMinimal(value)
    return value
  }

  /**
   * A VarInt that fits a number; the fast one.
   * @throws SerialError SERIAL_VARINT_NOT_MINIMAL, SERIAL_UNSAFE_INTEGER above 2^53 - 1
   */
  varIntNumber(): number {
    const first = this.u8()
    if (first < 0xfd) return first
    let value: number
    if (first === 0xfd) {
      value = this.u16()
      if (value < 0xfd) throw notMinimal(value)
    } else if (first === 0xfe) {
      value = this.u32()
      if (value <= 0xffff) throw notMinimal(value)
    } else {
      value = this.u64Number()
      if (value <= 0xffff_ffff) throw notMinimal(value)
    }
    return value
  }

  /** The next `length` bytes as a view: it changes when the input does. Copy it to keep it. */
  bytes(length: number): Uint8Array {
    if (!(length >= 0) || !Number.isInteger(length)) throw new RangeError(`length of bytes to read out of range: ${length}`)
    const at = this.#take(length)
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset + at, length)
  }

  /** `VarInt length | bytes[length]`, copied: the caller's to keep. */
  byteString(): Uint8Array {
    return this.bytes(this.#length()).slice()
  }

  /**
   * `VarInt length | utf8[length]`. Strict UTF-8; a byte order mark and U+0000 are kept as they are.
   * @throws SerialError SERIAL_BAD_UTF8, and SERIAL_TOO_LONG above the longest string JavaScript can hold
   */
  string(): string {
    const length = this.#length()
    if (length > constants.MAX_STRING_LENGTH) throw tooLong('string', length, constants.MAX_STRING_LENGTH)
    const start = this.#take(length)
    const text = this.#buffer.toString('utf8', start, this.#offset)
    // One pass over valid text: only a text with U+FFFD in it may have been repaired, and is looked at again.
    if (text.includes(REPLACEMENT) && !isUtf8(this.#buffer.subarray(start, this.#offset))) throw badUtf8(length)
    return text
  }

  /**
   * A VarInt count of items that take at least `minItemBytes` bytes each, checked against what is left: a list of that
   * many items cannot be larger than the input warrants.
   * @throws RangeError for minItemBytes below 1
   */
  count(minItemBytes: number): number {
    if (!(minItemBytes >= 1)) throw new RangeError(`minItemBytes out of range: ${minItemBytes}`)
    const count = this.#length()
    if (count * minItemBytes > this.#end - this.#offset) throw unexpectedEnd(count * minItemBytes, this.remaining)
    return count
  }

  /** Ends a decoding. @throws SerialError SERIAL_TRAILING_BYTES when anything is left */
  expectEnd(): void {
    if (this.#offset !== this.#end) throw new SerialError('SERIAL_TRAILING_BYTES', { remaining: this.remaining })
  }

  /** A VarInt number of bytes, or of items of at least a byte each, still to come: never above `remaining`. */
  #length(): number {
    const length = this.#peek() === 0xff ? this.varInt() : this.varIntNumber()
    if (length > this.#end - this.#offset) throw unexpectedEnd(length, this.remaining)
    return Number(length)
  }

  #peek(): number {
    if (this.#offset >= this.#end) throw unexpectedEnd(1, 0)
    return this.#buffer[this.#offset]!
  }

  #take(length: number): number {
    const at = this.#offset
    if (length > this.#end - at) throw unexpectedEnd(length, this.remaining)
    this.#offset = at + length
    return at
  }
}

function badRange(start: number, end: number, length: number): RangeError {
  return new RangeError(`reader range [${start}, ${end}) is outside of ${length} bytes`)
}

function unexpectedEnd(needed: number | bigint, remaining: number): SerialError {
  return new SerialError('SERIAL_UNEXPECTED_END', { needed, remaining })
}

function notMinimal(value: number | bigint): SerialError {
  return new SerialError('SERIAL_VARINT_NOT_MINIMAL', { value })
}

function unsafeInteger(low: number, high: number): SerialError {
  return new SerialError('SERIAL_UNSAFE_INTEGER', { value: (BigInt(high) << 32n) | BigInt(low) })
}

function tooLong(what: string, length: number, max: number): SerialError {
  return new SerialError('SERIAL_TOO_LONG', { what, length, max })
}

function badUtf8(length: number): SerialError {
  return new SerialError('SERIAL_BAD_UTF8', { length })
}
