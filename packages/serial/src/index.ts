export { SERIAL_ERROR_CODES, SerialError, isSerialError } from './errors.ts'
export type { SerialErrorCode, SerialErrorData } from './errors.ts'
export { Reader } from './reader.ts'
export { Writer } from './writer.ts'
export { decodeExact, encodeToBytes, makeCodec } from './codec.ts'
export type { Codec, Infer } from './codec.ts'
export {
  bool,
  byteString,
  f32,
  f64,
  i128,
  i16,
  i32,
  i64,
  i8,
  string,
  u128,
  u16,
  u32,
  u64,
  u64Number,
  u8,
  usize,
  varInt,
} from './primitives.ts'
export { fixedBytes, option, tuple, vec } from './composites.ts'
export { struct } from './struct.ts'
export type { StructFields, StructValue } from './struct.ts'
export { formatSemver, parseSemver, semver } from './semver.ts'
export type { SemverVersion } from './semver.ts'
export { canonicalUrl, parseUrl, url } from './url.ts'
export type { Endpoint } from './url.ts'
