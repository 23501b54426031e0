/** What a codec is, and how one is applied to whole byte arrays. */
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** A two-way mapping between values and bytes, as docs/wire.md, *Codec*, has them. Codecs hold no state: share them freely. */
export interface Codec<T> {
  /** No encoding is shorter, in bytes. Bounds how many items an input of a given size can hold. */
  readonly minBytes: number
  /** Appends `value` to what `writer` holds. @throws SerialError when the value has no encoding; the writer then holds an unusable beginning of it */
  encode(writer: Writer, value: T): void
  /** Takes the next value from `reader`. @throws SerialError when the bytes hold no such value */
  decode(reader: Reader): T
}

/** The type of the values of a codec: `type Hello = Infer<typeof hello>`. */
export type Infer<C> = C extends Codec<infer T> ? T : never

/**
 * Makes a codec. All have one shape, made here, so that calls through them stay fast.
 * @param minBytes - no encoding is shorter
 * @param encode - appends a value; it may throw SerialError
 * @param decode - takes the next value; throws SerialError when the bytes hold none
 */
export function makeCodec<T>(
  minBytes: number,
  encode: (writer: Writer, value: T) => void,
  decode: (reader: Reader) => T,
): Codec<T> {
  return { minBytes, encode, decode }
}

/** The encoding of `value`, the caller's to keep. @throws SerialError when the value has no encoding */
export function encodeToBytes<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer()
  codec.encode(writer, value)
  return writer.finish()
}

/**
 * The value that takes up exactly `bytes`.
 * @throws SerialError as the codec does, and SERIAL_TRAILING_BYTES when bytes are left over
 */
export function decodeExact<T>(codec: Pick<Codec<T>, 'decode'>, bytes: Uint8Array): T {
  const reader = new Reader(bytes)
  const value = codec.decode(reader)
  reader.expectEnd()
  return value
}
