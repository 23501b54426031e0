/** Writes values as bytes. Wire: docs/wire.md, Codec; vectors: tooling/interop/vectors/codec.json. */
import { SerialError } from './errors.ts'
import { varIntLength } from './varint.ts'

/** No single encoding grows above this, in bytes: 16 times the largest frame a node lets pass, so only a bug gets there. */
export const MAX_ENCODED_BYTES: number = 256 * 1024 * 1024
const INITIAL_BYTES = 256
const NO_BYTES = Buffer.alloc(0)
/** Strings of up to this many UTF-16 units have a prefix of one byte whatever they hold: three bytes a unit stay below 0xfd. */
const SHORT_STRING_UNITS = 84

/**
 * Collects an encoding (docs/wire.md, *Codec*), in a buffer of its own that grows, or in place in a given one (`Writer.into`).
 * Integers that do not fit their type throw SerialError SERIAL_OUT_OF_RANGE, an encoding that does not fit the buffer or
 * exceeds 256 MiB SERIAL_TOO_LONG. A call that throws has written nothing.
 */
export class Writer {
  #buffer: Buffer
  #start = 0
  #offset = 0
  #canGrow = true

  /** @param initialBytes - capacity to begin with. @default 256 */
  constructor(initialBytes: number = INITIAL_BYTES) {
    this.#buffer = initialBytes === 0 ? NO_BYTES : Buffer.allocUnsafe(initialBytes)
  }

  /**
   * A writer that encodes into `buffer` from `offset` on and never grows.
   * @param buffer - lent: what is written lies in it
   * @param offset - where to begin. @default 0
   * @throws RangeError unless 0 ≤ offset ≤ buffer.length
   */
  static into(buffer: Buffer, offset: number = 0): Writer {
    if (!(offset >= 0 && offset <= buffer.length)) throw new RangeError(`offset ${offset} is outside of ${buffer.length} bytes`)
    const writer = new Writer(0)
    writer.#buffer = buffer
    writer.#start = offset
    writer.#offset = offset
    writer.#canGrow = false
    return writer
  }

  /** Bytes written. */
  get length(): number {
    return this.#offset - this.#start
  }

  /** What was written, as a view without a copy: good until the next `reset`, and of the given buffer after `Writer.into`. */
  finish(): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset + this.#start, this.length)
  }

  /** Starts again at the beginning of the same buffer: earlier results of `finish` are overwritten. */
  reset(): void {
    this.#offset = this.#start
  }

  /** 1 byte: 0 to 255. */
  u8(value: number): void {
    if (value >>> 0 !== value || value > 0xff) throw outOfRange('u8', value)
    const at = this.#reserve(1)
    this.#buffer[at] = value
  }

  /** 2 bytes, little-endian: 0 to 65,535. */
  u16(value: number): void {
    if (value >>> 0 !== value || value > 0xffff) throw outOfRange('u16', value)
    this.#put16(this.#reserve(2), value)
  }

  /** 4 bytes, little-endian: 0 to 2^32 - 1. */
  u32(value: number): void {
    if (value >>> 0 !== value) throw outOfRange('u32', value)
    this.#put32(this.#reserve(4), value)
  }

  /** 8 bytes, little-endian: 0 to 2^64 - 1. */
  u64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw outOfRange('u64', value)
    const at = this.#reserve(8)
    this.#buffer.writeBigUInt64LE(value, at)
  }

  /** A u64 from a number: 0 to 2^53 - 1. */
  u64Number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw outOfRange('u64', value)
    this.#put64(this.#reserve(8), value)
  }

  /** 16 bytes, little-endian: 0 to 2^128 - 1. */
  u128(value: bigint): void {
    if (BigInt.asUintN(128, value) !== value) throw outOfRange('u128', value)
    this.#put128(value)
  }

  /** 1 byte, two's complement: -128 to 127. */
  i8(value: number): void {
    if ((value << 24) >> 24 !== value) throw outOfRange('i8', value)
    const at = this.#reserve(1)
    this.#buffer[at] = value
  }

  /** 2 bytes, little-endian, two's complement: -32,768 to 32,767. */
  i16(value: number): void {
    if ((value << 16) >> 16 !== value) throw outOfRange('i16', value)
    this.#put16(this.#reserve(2), value)
  }

  /** 4 bytes, little-endian, two's complement: -2^31 to 2^31 - 1. */
  i32(value: number): void {
    if ((value | 0) !== value) throw outOfRange('i32', value)
    this.#put32(this.#reserve(4), value)
  }

  /** 8 bytes, little-endian, two's complement: -2^63 to 2^63 - 1. */
  i64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw outOfRange('i64', value)
    const at = this.#reserve(8)
    this.#buffer.writeBigInt64LE(value, at)
  }

  /** 16 bytes, little-endian, two's complement: -2^127 to 2^127 - 1. */
  i128(value: bigint): void {
    if (BigInt.asIntN(128, value) !== value) throw outOfRange('i128', value)
    this.#put128(value)
  }

  /** 4 bytes, little-endian, IEEE 754 single: rounded to the nearest. */
  f32(value: number): void {
    const at = this.#reserve(4)
    this.#buffer.writeFloatLE(value, at)
  }

  /** 8 bytes, little-endian, IEEE 754 double; NaN and infinities too. */
  f64(value: number): void {
    const at = this.#reserve(8)
    this.#buffer.writeDoubleLE(value, at)
  }

  /** 1 byte: 1 for true, 0 for false. */
  bool(value: boolean): void {
    const at = this.#reserve(1)
    this.#buffer[at] = value ? 1 : 0
  }

  /** 1, 3, 5 or 9 bytes, the shortest that holds it: 0 to 2^64 - 1; as a `number` at most 2^53 - 1. */
  varInt(value: number | bigint): void {
    const length = varIntLength(value)
    const at = this.#reserve(length)
    if (length < 9) return this.#putVarInt(at, Number(value), length)
    this.#buffer[at] = 0xff
    this.#buffer.writeBigUInt64LE(BigInt(value), at + 1)
  }

  /** As `varInt`; the fast one, for 0 to 2^53 - 1. */
  varIntNumber(value: number): void {
    const length = varIntLength(value)
    this.#putVarInt(this.#reserve(length), value, length)
  }

  /** The bytes as they are. */
  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length)
    this.#buffer.set(bytes, at)
  }

  /** `VarInt length | bytes[length]` */
  byteString(bytes: Uint8Array): void {
    const prefix = varIntLength(bytes.length)
    const at = this.#reserve(prefix + bytes.length)
    this.#putVarInt(at, bytes.length, prefix)
    this.#buffer.set(bytes, at + prefix)
  }

  /**
   * `VarInt length | utf8[length]`
   * @throws SerialError SERIAL_BAD_UTF8 for a lone surrogate, which UTF-8 cannot express
   */
  string(text: string): void {
    if (text.length <= SHORT_STRING_UNITS && this.#hasRoom(1 + 3 * text.length)) return this.#shortString(text)
    const length = Buffer.byteLength(text)
    if (length !== text.length && !text.isWellFormed()) throw badUtf8(text)
    const prefix = varIntLength(length)
    const at = this.#reserve(prefix + length)
    this.#putVarInt(at, length, prefix)
    this.#buffer.write(text, at + prefix, 'utf8')
  }

  /** The number of items that follow, as a VarInt. */
  count(items: number): void {
    this.varIntNumber(items)
  }

  /** Written in one go and measured afterwards; as many bytes as units means all of it is ASCII. */
  #shortString(text: string): void {
    const at = this.#offset
    const length = this.#buffer.write(text, at + 1, 'utf8')
    if (length !== text.length && !text.isWellFormed()) throw badUtf8(text)
    this.#buffer[at] = length
    this.#offset = at + 1 + length
  }

  #putVarInt(at: number, value: number, length: number): void {
    if (length === 1) {
      this.#buffer[at] = value
    } else if (length === 3) {
      this.#buffer[at] = 0xfd
      this.#put16(at + 1, value)
    } else if (length === 5) {
      this.#buffer[at] = 0xfe
      this.#put32(at + 1, value)
    } else {
      this.#buffer[at] = 0xff
      this.#put64(at + 1, value)
    }
  }

  #put16(at: number, value: number): void {
    this.#buffer[at] = value
    this.#buffer[at + 1] = value >>> 8
  }

  #put32(at: number, value: number): void {
    this.#put16(at, value)
    this.#put16(at + 2, value >>> 16)
  }

  #put64(at: number, value: number): void {
    this.#put32(at, value >>> 0)
    this.#put32(at + 4, Math.floor(value / 0x1_0000_0000))
  }

  #put128(value: bigint): void {
    const at = this.#reserve(16)
    this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at)
    this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value >> 64n), at + 8)
  }

  #hasRoom(bytes: number): boolean {
    return bytes <= this.#buffer.length - this.#offset || (this.#canGrow && this.#grow(bytes))
  }

  /** Makes room for `bytes` more and returns where they go. May replace the buffer: call it before reading `#buffer`. */
  #reserve(bytes: number): number {
    const at = this.#offset
    if (bytes > this.#buffer.length - at && !(this.#canGrow && this.#grow(bytes))) {
      throw new SerialError('SERIAL_TOO_LONG', { what: 'encoding', length: this.length + bytes, max: this.#maxBytes() })
    }
    this.#offset = at + bytes
    return at
  }

  #maxBytes(): number {
    return this.#canGrow ? MAX_ENCODED_BYTES : this.#buffer.length - this.#start
  }

  #grow(bytes: number): boolean {
    const wanted = this.#offset + bytes
    if (wanted > MAX_ENCODED_BYTES) return false
    const grown = Buffer.allocUnsafe(Math.min(MAX_ENCODED_BYTES, Math.max(wanted, 2 * this.#buffer.length)))
    this.#buffer.copy(grown, 0, 0, this.#offset)
    this.#buffer = grown
    return true
  }
}

function outOfRange(type: string, value: number | bigint): SerialError {
  return new SerialError('SERIAL_OUT_OF_RANGE', { type, value })
}

function badUtf8(text: string): SerialError {
  return new SerialError('SERIAL_BAD_UTF8', { length: text.length })
}
