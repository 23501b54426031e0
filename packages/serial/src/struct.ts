/** Codec of objects with named fields. Wire: docs/wire.md, Codec. */
import { makeCodec } from './codec.ts'
import type { Codec, Infer } from './codec.ts'
import { totalMinBytes } from './composites.ts'

/** Array-like names would not keep their place among the keys of an object, and `__proto__` is no key. */
const BAD_FIELD_NAME = /^(\d+|__proto__)$/

/** Codecs by the names of the fields, in the order of the wire. */
export type StructFields = Readonly<Record<string, Codec<unknown>>>
/** The object that a struct of these fields reads and writes. */
export type StructValue<F extends StructFields> = { readonly [K in keyof F]: Infer<F[K]> }

/**
 * The fields in the order they are given, nothing between.
 * @throws TypeError for a field name that an object cannot hold in order
 */
export function struct<F extends StructFields>(fields: F): Codec<StructValue<F>> {
  const names = Object.keys(fields)
  const bad = names.find((name) => BAD_FIELD_NAME.test(name))
  if (bad !== undefined) throw new TypeError(`not a field name: ${bad}`)
  const codecs = Object.values(fields)
  const [name, codec] = [names[0], codecs[0]]
  if (names.length === 1 && name !== undefined && codec !== undefined) {
    return singleField(name, codec) as unknown as Codec<StructValue<F>>
  }
  return manyFields(names, codecs) as unknown as Codec<StructValue<F>>
}

type Row = Record<string, unknown>

function manyFields(names: readonly string[], codecs: readonly Codec<unknown>[]): Codec<Row> {
  // A copy of an object that has all fields already is cheaper than adding them one by one.
  const template: Row = Object.fromEntries(names.map((name) => [name, undefined]))
  return makeCodec<Row>(
    totalMinBytes(codecs),
    (writer, value) => {
      for (let index = 0; index < codecs.length; index += 1) codecs[index]!.encode(writer, value[names[index]!])
    },
    (reader) => {
      const value = { ...template }
      for (let index = 0; index < codecs.length; index += 1) value[names[index]!] = codecs[index]!.decode(reader)
      return value
    },
  )
}

/** Most messages of a chat have one field: no loop. */
function singleField(name: string, codec: Codec<unknown>): Codec<Row> {
  const template: Row = { [name]: undefined }
  return makeCodec<Row>(
    codec.minBytes,
    (writer, value) => codec.encode(writer, value[name]),
    (reader) => {
      const value = { ...template }
      value[name] = codec.decode(reader)
      return value
    },
  )
}
