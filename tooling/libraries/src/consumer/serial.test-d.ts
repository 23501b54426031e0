/** What the types of @dchat/serial promise. Checked from source with everything else, and from the packed library as its users have it. */
import {
  Reader,
  SerialError,
  Writer,
  decodeExact,
  encodeToBytes,
  isSerialError,
  option,
  string,
  struct,
  tuple,
  u32,
  u64,
  vec,
} from '@dchat/serial'
import type { Codec, Endpoint, Infer, SerialErrorCode } from '@dchat/serial'
import { expectTypeOf } from 'expect-type'

const hello = struct({ app: string, seen: u64, peers: vec(tuple(string, u32)), by: option(string) })
type Hello = Infer<typeof hello>

expectTypeOf<Hello>().branded.toEqualTypeOf<{
  readonly app: string
  readonly seen: bigint
  readonly peers: readonly (readonly [string, number])[]
  readonly by: string | null
}>()
expectTypeOf(decodeExact(hello, new Uint8Array())).toEqualTypeOf<Hello>()
expectTypeOf(encodeToBytes(u64, 1n)).toEqualTypeOf<Uint8Array>()
expectTypeOf(new Reader(new Uint8Array()).u64()).toEqualTypeOf<bigint>()
expectTypeOf<Endpoint['port']>().toEqualTypeOf<number | null>()
expectTypeOf<Infer<string>>().toBeNever()

// @ts-expect-error -- a u64 is a bigint: a number would lose digits
encodeToBytes(u64, 1)
// @ts-expect-error -- a field is missing
encodeToBytes(hello, { app: '', seen: 0n, peers: [] })
// @ts-expect-error -- what is decoded belongs to its message: it does not change
decodeExact(hello, new Uint8Array()).app = ''
// @ts-expect-error -- fields are codecs
struct({ app: String })
// @ts-expect-error -- a codec of numbers is none of texts
export const wrong: Codec<string> = u32
// @ts-expect-error -- a writer has no constructor for a place: `Writer.into`
new Writer(Buffer.alloc(1), 0)
// @ts-expect-error -- the fields of an error belong to its code
new SerialError('SERIAL_TRAILING_BYTES', { length: 1 })
// @ts-expect-error -- codes are known
isSerialError(undefined, 'SERIAL_OOPS')

/** `code` narrows the fields, and every code is one of the list. */
export function say(error: unknown): string {
  if (isSerialError(error, 'SERIAL_TRAILING_BYTES')) return `${error.data.remaining} bytes too many`
  if (!isSerialError(error)) return 'something else'
  expectTypeOf(error.code).toEqualTypeOf<SerialErrorCode>()
  return error.message
}
