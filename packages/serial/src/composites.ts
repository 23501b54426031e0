/** Codecs made of other codecs. Wire: docs/wire.md, Codec. */
import { makeCodec } from './codec.ts'
import type { Codec, Infer } from './codec.ts'
import { SerialError } from './errors.ts'
import type { Reader } from './reader.ts'

/**
 * `bytes[length]`, no prefix; decodes to a copy. A value of another length is SERIAL_OUT_OF_RANGE.
 * @throws RangeError unless length is a whole number, 0 or more
 */
export function fixedBytes(length: number): Codec<Uint8Array> {
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`length out of range: ${length}`)
  const type = `bytes[${length}]`
  return makeCodec(
    length,
    (writer, value) => {
      if (value.length !== length) throw new SerialError('SERIAL_OUT_OF_RANGE', { type, value: value.length })
      writer.bytes(value)
    },
    (reader) => reader.bytes(length).slice(),
  )
}

/**
 * `VarInt count | items`. A count that the rest of the input cannot hold fails before any item is read.
 * @param options - `maxItems`: more are SERIAL_TOO_LONG, both ways. @default no bound but the input
 * @throws RangeError without maxItems for items that may take no bytes: nothing else would bound those
 */
export function vec<T>(item: Codec<T>, options: { maxItems?: number } = {}): Codec<readonly T[]> {
  const { maxItems = Number.MAX_SAFE_INTEGER } = options
  const { minBytes } = item
  if (minBytes === 0 && options.maxItems === undefined) throw new RangeError('a vec of items without bytes needs maxItems')
  return makeCodec<readonly T[]>(
    1,
    (writer, values) => {
      checkCount(values.length, maxItems)
      writer.count(values.length)
      for (let index = 0; index < values.length; index += 1) item.encode(writer, values[index]!)
    },
    (reader) => {
      const count = readCount(reader, minBytes, maxItems)
      const values: T[] = []
      for (let index = 0; index < count; index += 1) values.push(item.decode(reader))
      return values
    },
  )
}

function readCount(reader: Reader, minItemBytes: number, maxItems: number): number {
  const count = minItemBytes === 0 ? reader.varInt() : reader.count(minItemBytes)
  checkCount(count, maxItems)
  return Number(count)
}

function checkCount(count: number | bigint, maxItems: number): void {
  if (count > maxItems) throw new SerialError('SERIAL_TOO_LONG', { what: 'vec', length: count, max: maxItems })
}

/** `bool | item when true`; null when absent. */
export function option<T>(item: Codec<T>): Codec<T | null> {
  return makeCodec<T | null>(
    1,
    (writer, value) => {
      writer.bool(value !== null)
      if (value !== null) item.encode(writer, value)
    },
    (reader) => (reader.bool() ? item.decode(reader) : null),
  )
}

/** The items in order, nothing between. */
export function tuple<I extends readonly Codec<unknown>[]>(...items: I): Codec<{ readonly [K in keyof I]: Infer<I[K]> }> {
  type Values = { readonly [K in keyof I]: Infer<I[K]> }
  const [first, second] = items
  if (items.length === 2 && first !== undefined && second !== undefined) return pair(first, second) as unknown as Codec<Values>
  return makeCodec<readonly unknown[]>(
    totalMinBytes(items),
    (writer, values) => {
      for (let index = 0; index < items.length; index += 1) items[index]!.encode(writer, values[index])
    },
    (reader) => {
      const values: unknown[] = []
      for (let index = 0; index < items.length; index += 1) values.push(items[index]!.decode(reader))
      return values
    },
  ) as unknown as Codec<Values>
}

/** The tuple of address lists, of which a message holds thousands: no loop. */
function pair<A, B>(first: Codec<A>, second: Codec<B>): Codec<readonly [A, B]> {
  return makeCodec<readonly [A, B]>(
    first.minBytes + second.minBytes,
    (writer, values) => {
      first.encode(writer, values[0])
      second.encode(writer, values[1])
    },
    (reader) => [first.decode(reader), second.decode(reader)],
  )
}

/** The least bytes that all of `items` take together. */
export function totalMinBytes(items: readonly Codec<unknown>[]): number {
  return items.reduce((sum, item) => sum + item.minBytes, 0)
}
