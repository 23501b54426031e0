/** Codecs of single values. Wire: docs/wire.md, Codec. */
import { makeCodec } from './codec.ts'
import type { Codec } from './codec.ts'

/** 1 byte: 0 to 255. Reads and writes a number. */
export const u8: Codec<number> = makeCodec(
  1,
  (writer, value) => writer.u8(value),
  (reader) => reader.u8(),
)
/** 2 bytes, little-endian: 0 to 65,535. Reads and writes a number. */
export const u16: Codec<number> = makeCodec(
  2,
  (writer, value) => writer.u16(value),
  (reader) => reader.u16(),
)
/** 4 bytes, little-endian: 0 to 2^32 - 1. Reads and writes a number. */
export const u32: Codec<number> = makeCodec(
  4,
  (writer, value) => writer.u32(value),
  (reader) => reader.u32(),
)
/** 8 bytes, little-endian: 0 to 2^64 - 1. Reads and writes a bigint. */
export const u64: Codec<bigint> = makeCodec(
  8,
  (writer, value) => writer.u64(value),
  (reader) => reader.u64(),
)
/** 16 bytes, little-endian: 0 to 2^128 - 1. Reads and writes a bigint. */
export const u128: Codec<bigint> = makeCodec(
  16,
  (writer, value) => writer.u128(value),
  (reader) => reader.u128(),
)
/** As u64 on the wire. */
export const usize: Codec<bigint> = u64
/** A u64 as a number; SERIAL_UNSAFE_INTEGER when it is above 2^53 - 1. */
export const u64Number: Codec<number> = makeCodec(
  8,
  (writer, value) => writer.u64Number(value),
  (reader) => reader.u64Number(),
)

/** 1 byte, two's complement: -128 to 127. Reads and writes a number. */
export const i8: Codec<number> = makeCodec(
  1,
  (writer, value) => writer.i8(value),
  (reader) => reader.i8(),
)
/** 2 bytes, little-endian, two's complement: -32,768 to 32,767. Reads and writes a number. */
export const i16: Codec<number> = makeCodec(
  2,
  (writer, value) => writer.i16(value),
  (reader) => reader.i16(),
)
/** 4 bytes, little-endian, two's complement: -2^31 to 2^31 - 1. Reads and writes a number. */
export const i32: Codec<number> = makeCodec(
  4,
  (writer, value) => writer.i32(value),
  (reader) => reader.i32(),
)
/** 8 bytes, little-endian, two's complement: -2^63 to 2^63 - 1. Reads and writes a bigint. */
export const i64: Codec<bigint> = makeCodec(
  8,
  (writer, value) => writer.i64(value),
  (reader) => reader.i64(),
)
/** 16 bytes, little-endian, two's complement: -2^127 to 2^127 - 1. Reads and writes a bigint. */
export const i128: Codec<bigint> = makeCodec(
  16,
  (writer, value) => writer.i128(value),
  (reader) => reader.i128(),
)

/** 4 bytes, little-endian, IEEE 754 single. Reads and writes a number, which is rounded to the nearest. */
export const f32: Codec<number> = makeCodec(
  4,
  (writer, value) => writer.f32(value),
  (reader) => reader.f32(),
)
/** 8 bytes, little-endian, IEEE 754 double; NaN and infinities too. Reads and writes a number. */
export const f64: Codec<number> = makeCodec(
  8,
  (writer, value) => writer.f64(value),
  (reader) => reader.f64(),
)

/** 1 byte: written as 0 or 1; any other reads as true. */
export const bool: Codec<boolean> = makeCodec(
  1,
  (writer, value) => writer.bool(value),
  (reader) => reader.bool(),
)
/** 1, 3, 5 or 9 bytes: 0 to 2^64 - 1, as a bigint. A longer form than the value needs is SERIAL_VARINT_NOT_MINIMAL. */
export const varInt: Codec<bigint> = makeCodec(
  1,
  (writer, value) => writer.varInt(value),
  (reader) => reader.varInt(),
)
/** `VarInt length | utf8[length]`. Malformed UTF-8 and lone surrogates are SERIAL_BAD_UTF8. */
export const string: Codec<string> = makeCodec(
  1,
  (writer, value) => writer.string(value),
  (reader) => reader.string(),
)
/** `VarInt length | bytes[length]`; decodes to a copy. */
export const byteString: Codec<Uint8Array> = makeCodec(
  1,
  (writer, value) => writer.byteString(value),
  (reader) => reader.byteString(),
)
