/** Claims over all codecs and all nestings of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Codec } from './codec.ts'
import { SerialError, canonicalUrl, decodeExact, encodeToBytes, fixedBytes, option, struct, tuple } from './index.ts'
import { vec } from './index.ts'
import { bool, byteString, f32, f64, i128, i16, i32, i64, i8, semver, string } from './index.ts'
import { u128, u16, u32, u64, u64Number, u8, url, varInt } from './index.ts'
import { varIntLength } from './varint.ts'

/** A codec with values of its type. */
interface Sample {
  readonly name: string
  readonly codec: Codec<unknown>
  readonly values: fc.Arbitrary<unknown>
}

const unsigned = (bits: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })
const signed = (bits: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n })
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.string({ minLength: 80, maxLength: 300 }),
)
const identifiers = fc.array(fc.stringMatching(/^[a-zA-Z-][0-9a-zA-Z-]{0,5}$/), { maxLength: 3 }).map((parts) => parts.join('.'))
const versions = fc.record(
  { major: unsigned(64n), minor: unsigned(64n), patch: unsigned(64n), pre: identifiers, build: identifiers },
  { noNullPrototype: true },
)
const urls = fc
  .tuple(
    fc.constantFrom('tcp', 'tcp+tls', 'TOR', 'i2p', 'quic', 'socks5', 'http'),
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6().map((ip) => `[${ip}]`),
    ),
    whole(0, 65_535),
    fc.webPath(),
  )
  .map(([scheme, host, port, path]) => canonicalUrl(`${scheme}://${host}:${port}${path}`))

function sample<T>(name: string, codec: Codec<T>, values: fc.Arbitrary<T>): Sample {
  return { name, codec: codec as Codec<unknown>, values }
}

const SINGLE: readonly Sample[] = [
  sample('u8', u8, whole(0, 255)),
  sample('u16', u16, whole(0, 65_535)),
  sample('u32', u32, whole(0, 2 ** 32 - 1)),
  sample('u64', u64, unsigned(64n)),
  sample('u64Number', u64Number, fc.maxSafeNat()),
  sample('u128', u128, unsigned(128n)),
  sample('i8', i8, whole(-128, 127)),
  sample('i16', i16, whole(-32_768, 32_767)),
  sample('i32', i32, whole(-(2 ** 31), 2 ** 31 - 1)),
  sample('i64', i64, signed(64n)),
  sample('i128', i128, signed(128n)),
  sample('f32', f32, fc.float()),
  sample('f64', f64, fc.double()),
  sample('bool', bool, fc.boolean()),
  sample(
    'varInt',
    varInt,
    fc.bigInt({ min: 0n, max: 64n }).chain((bits) => unsigned(bits)),
  ),
  sample('string', string, texts),
  sample('byteString', byteString, fc.uint8Array({ maxLength: 300 })),
  sample('fixedBytes', fixedBytes(5), fc.uint8Array({ minLength: 5, maxLength: 5 })),
  sample('semver', semver, versions),
  sample('url', url, urls),
]

/** Items that take no bytes are the only ones whose number the input does not bound. */
const MAX_EMPTY_ITEMS = 50

function vecOf(item: Sample): Sample {
  const codec = vec(item.codec, item.codec.minBytes === 0 ? { maxItems: MAX_EMPTY_ITEMS } : {})
  return sample(`vec(${item.name})`, codec, fc.array(item.values, { maxLength: 5 }))
}

function optionOf(item: Sample): Sample {
  return sample(`option(${item.name})`, option(item.codec), fc.option(item.values))
}

function namesOf(items: readonly Sample[]): string {
  return items.map(({ name }) => name).join()
}

function tupleOf(items: readonly Sample[]): Sample {
  const codec = tuple(...items.map((item) => item.codec))
  return sample(`tuple(${namesOf(items)})`, codec, fc.tuple(...items.map(({ values }) => values)))
}

function structOf(items: readonly Sample[]): Sample {
  const named = <V>(value: (item: Sample) => V): Record<string, V> =>
    Object.fromEntries(items.map((item, index) => [`f${index}`, value(item)]))
  const values = fc.record(
    named((item) => item.values),
    { noNullPrototype: true },
  )
  return sample(`struct(${namesOf(items)})`, struct(named((item) => item.codec)), values)
}

/** Up to three levels of composition over any of the single codecs. */
function samples(depth: number): fc.Arbitrary<Sample> {
  const single = fc.constantFrom(...SINGLE)
  if (depth === 0) return single
  const inner = samples(depth - 1)
  return fc.oneof(
    single,
    inner.map(optionOf),
    inner.map(vecOf),
    fc.array(inner, { maxLength: 4 }).map(tupleOf),
    fc.array(inner, { maxLength: 4 }).map(structOf),
  )
}

const nested = samples(3)
const nestedWithValue = nested.chain(({ name, codec, values }) => values.map((value) => ({ name, codec, value })))

/** The result of `run`, or the SerialError it threw; any other error fails the test. */
function orError<T>(run: () => T): T | SerialError {
  try {
    return run()
  } catch (error) {
    if (error instanceof SerialError) return error
    throw error
  }
}

/** Objects, arrays, characters and bytes that a decoded value is made of. */
function size(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1 + value.length
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, part) => sum + size(part), 1)
}

/** Characters whole and cut, overlong, surrogate and out of range, as hex. */
const PIECES: readonly string[] = [
  '61',
  '00',
  'c3a9',
  'e697a5',
  'f09f91a9',
  'efbfbd',
  'efbbbf',
  'c3',
  'e697',
  'f09f91',
  '80',
  'c080',
  'eda080',
  'f4908080',
  'ff',
]

function strictlyDecoded(utf8: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(utf8)
  } catch {
    return 'SERIAL_BAD_UTF8'
  }
}

describe('codecs', () => {
  it.each(SINGLE)('$name: every value comes back', ({ codec, values }) => {
    expect.hasAssertions()
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeToBytes(codec, value)
        expect(bytes.length).toBeGreaterThanOrEqual(codec.minBytes)
        expect(decodeExact(codec, bytes)).toStrictEqual(value)
      }),
    )
  })

  it('nested: every value comes back, and no encoding is shorter than minBytes', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(nestedWithValue, ({ codec, value }) => {
        const bytes = encodeToBytes(codec, value)
        expect(bytes.length).toBeGreaterThanOrEqual(codec.minBytes)
        expect(decodeExact(codec, bytes)).toStrictEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it('every proper prefix of an encoding ends too early', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(nestedWithValue, ({ codec, value }) => {
        const bytes = encodeToBytes(codec, value)
        const step = Math.max(1, Math.floor(bytes.length / 64))
        for (let length = 0; length < bytes.length; length += step) {
          expect(orError(() => decodeExact(codec, bytes.subarray(0, length)))).toMatchObject({ code: 'SERIAL_UNEXPECTED_END' })
        }
      }),
      { numRuns: 200 },
    )
  })

  it('a byte more than an encoding is left over', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(nestedWithValue, ({ codec, value }) => {
        const longer = Buffer.concat([encodeToBytes(codec, value), Buffer.of(0)])
        expect(orError(() => decodeExact(codec, longer))).toMatchObject({ code: 'SERIAL_TRAILING_BYTES', data: { remaining: 1 } })
      }),
    )
  })

  it('arbitrary bytes decode or fail as a SerialError, and what they decode to is no larger than they warrant', () => {
    expect.hasAssertions()
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom(0, 1, 2, 3, 0x61, 0xfc, 0xfd, 0xfe, 0xff), { maxLength: 200 }).map((list) => Buffer.from(list)),
    )
    fc.assert(
      fc.property(nested, bytes, ({ codec, name }, input) => {
        const value = orError(() => decodeExact(codec, input))
        const parts = value instanceof SerialError ? 0 : size(value)
        // Each part of the type is named once in `name` and decoded at most once a byte, times the items that take none.
        expect(parts).toBeLessThanOrEqual((input.length + 1) * (MAX_EMPTY_ITEMS + 1) * name.length)
      }),
      { numRuns: 1000 },
    )
  })

  it('text decodes exactly when a strict decoder takes it', () => {
    expect.hasAssertions()
    const pieces = fc.constantFrom(...PIECES)
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (list) => {
        const utf8 = Buffer.from(list.join(''), 'hex')
        const decoded = orError(() => decodeExact(string, encodeToBytes(byteString, utf8)))
        expect(decoded instanceof SerialError ? decoded.code : decoded).toBe(strictlyDecoded(utf8))
      }),
      { numRuns: 500 },
    )
  })

  it('any JavaScript string is written as its UTF-8 or refused for a lone surrogate', () => {
    expect.hasAssertions()
    const units = fc.constantFrom(0x61, 0, 0xe9, 0x65e5, 0xfffd, 0xd83d, 0xdc69)
    fc.assert(
      fc.property(fc.array(units, { maxLength: 120 }), (list) => {
        const text = String.fromCharCode(...list)
        const back = orError(() => decodeExact(string, encodeToBytes(string, text)))
        expect(back instanceof SerialError ? back.code : back).toBe(text.isWellFormed() ? text : 'SERIAL_BAD_UTF8')
      }),
      { numRuns: 500 },
    )
  })

  it('a VarInt is as long as varIntLength says', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(unsigned(64n), (value) => {
        expect(encodeToBytes(varInt, value).length).toBe(varIntLength(value))
      }),
    )
  })
})
