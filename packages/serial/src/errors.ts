/** Everything that can go wrong while encoding or decoding, as data: callers switch on `code`, the compiler knows the fields. */

/** The fields that come with each code. Codes are never reused. */
export interface SerialErrorData {
  /** The input ends before the value does. `needed` is what was still to come, in bytes. */
  SERIAL_UNEXPECTED_END: { needed: number | bigint; remaining: number }
  /** A VarInt uses a longer form than its value needs. */
  SERIAL_VARINT_NOT_MINIMAL: { value: number | bigint }
  /** A count, string or output exceeds a bound. */
  SERIAL_TOO_LONG: { what: string; length: number | bigint; max: number }
  /** Bytes that are no UTF-8 (`length` in bytes), or a string with a lone surrogate (`length` in UTF-16 units). */
  SERIAL_BAD_UTF8: { length: number }
  /** A 64-bit value above 2^53 - 1 was asked for as a number. */
  SERIAL_UNSAFE_INTEGER: { value: bigint }
  /** The value ended before the input did. */
  SERIAL_TRAILING_BYTES: { remaining: number }
  /** `url` is the text as given; it may hold user information, so `message` leaves it out. */
  SERIAL_BAD_URL: { url: string; reason: string }
  /** A text, or the parts of one, that is no semantic version; `reason` is a part of a sentence. */
  SERIAL_BAD_SEMVER: { text: string; reason: string }
  /** An integer that its type cannot hold. */
  SERIAL_OUT_OF_RANGE: { type: string; value: number | bigint }
}

/** What can go wrong; never reused for anything else. */
export type SerialErrorCode = keyof SerialErrorData

const TEXTS: { readonly [C in SerialErrorCode]: (data: SerialErrorData[C]) => string } = {
  SERIAL_UNEXPECTED_END: ({ needed, remaining }) => `input ends too early: ${needed} bytes needed, ${remaining} left`,
  SERIAL_VARINT_NOT_MINIMAL: ({ value }) => `VarInt ${value} is not in its shortest form`,
  SERIAL_TOO_LONG: ({ what, length, max }) => `${what} is too long: ${length}, at most ${max}`,
  SERIAL_BAD_UTF8: ({ length }) => `string of length ${length} is not well-formed Unicode`,
  SERIAL_UNSAFE_INTEGER: ({ value }) => `integer ${value} is above 2^53 - 1`,
  SERIAL_TRAILING_BYTES: ({ remaining }) => `${remaining} bytes left over after the value`,
  SERIAL_BAD_URL: ({ reason }) => `URL is not valid: ${reason}`,
  SERIAL_BAD_SEMVER: ({ reason }) => `version is not valid: ${reason}`,
  SERIAL_OUT_OF_RANGE: ({ type, value }) => `${value} does not fit ${type}`,
}

/** An error of this package. `message` is for people and may change; `code` and `data` are the contract. */
export class SerialError<C extends SerialErrorCode = SerialErrorCode> extends Error {
  /** Tells these errors from others across copies of this package. */
  override readonly name = 'SerialError'
  /** What went wrong. */
  readonly code: C
  /** The fields of `code`. */
  readonly data: SerialErrorData[C]

  /**
   * @param code - what went wrong
   * @param data - the fields that go with it
   */
  constructor(code: C, data: SerialErrorData[C]) {
    super(`${TEXTS[code](data)} (${code})`)
    this.code = code
    this.data = data
  }
}

/** Every code, in the order of docs/errors.md. */
export const SERIAL_ERROR_CODES: readonly SerialErrorCode[] = Object.keys(TEXTS) as SerialErrorCode[]

/** Narrows `error` to a SerialError, of `code` when given. */
export function isSerialError<C extends SerialErrorCode>(error: unknown, code?: C): error is SerialError<C> {
  return error instanceof SerialError && (code === undefined || error.code === code)
}
