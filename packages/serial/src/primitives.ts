/** Codecs of single values. Wire: docs/wire.md, Codec. */
import { makeCodec } from './codec.ts'
import type { Codec } from './codec.ts'

export const u8: Codec<number> = makeCodec(
  1,
  (writer, value) => writer.u8(value),
  (reader) => reader.u8(),
)
export const u16: Codec<number> = makeCodec(
  2,
  (writer, value) => writer.u16(value),
  (reader) => reader.u16(),
)
export const u32: Codec<number> = makeCodec(
  4,
  (writer, value) => writer.u32(value),
  (reader) => reader.u32(),
)
export const u64: Codec<bigint> = makeCodec(
  8,
  (writer, value) => writer.u64(value),
  (reader) => reader.u64(),
)
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

export const i8: Codec<number> = makeCodec(
  1,
  (writer, value) => writer.i8(value),
  (reader) => reader.i8(),
)
export const i16: Codec<number> = makeCodec(
  2,
  (writer, value) => writer.i16(value),
  (reader) => reader.i16(),
)
export const i32: Codec<number> = makeCodec(
  4,
  (writer, value) => writer.i32(value),
  (reader) => reader.i32(),
)
export const i64: Codec<bigint> = makeCodec(
  8,
  (writer, value) => writer.i64(value),
  (reader) => reader.i64(),
)
export const i128: Codec<bigint> = makeCodec(
  16,
  (writer, value) => writer.i128(value),
  (reader) => reader.i128(),
)

export const f32: Codec<number> = makeCodec(
  4,
  (writer, value) => writer.f32(value),
  (reader) => reader.f32(),
)
export const f64: Codec<number> = makeCodec(
  8,
  (writer, value) => writer.f64(value),
  (reader) => reader.f64(),
)

/** Written as 0 or 1; any non-zero byte reads as true. */
export const bool: Codec<boolean> = makeCodec(
  1,
  (writer, value) => writer.bool(value),
  (reader) => reader.bool(),
)
/** 1, 3, 5 or 9 bytes; 0 to 2^64 - 1. */
export const varInt: Codec<bigint> = makeCodec(
  1,
  (writer, value) => writer.varInt(value),
  (reader) => reader.varInt(),
)
/** VarInt length | utf8[length] */
export const string: Codec<string> = makeCodec(
  1,
  (writer, value) => writer.string(value),
  (reader) => reader.string(),
)
/** VarInt length | bytes[length]; decodes to a copy. */
export const byteString: Codec<Uint8Array> = makeCodec(
  1,
  (writer, value) => writer.byteString(value),
  (reader) => reader.byteString(),
)
