/** Which fields of a result are moments: what a program for people has to know to show them as such. */
import type { TSchema } from 'typebox'
import type { MethodSpec } from './method-spec.ts'

/** What a moment is counted in, from 1970 on. */
export type TimeUnit = 's' | 'ms'

interface Schema {
  readonly 'x-unix'?: TimeUnit
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

/** The names of those fields, at any depth: a name means the same wherever it stands in one result. */
export function timeFields({ result }: Pick<MethodSpec, 'result'>): ReadonlyMap<string, TimeUnit> {
  const fields = new Map<string, TimeUnit>()
  collect(result as Schema, fields)
  return fields
}

/** What a moment is counted in; undefined for everything else, and also of what may be null. */
export function timeUnit(schema: TSchema): TimeUnit | undefined {
  const { 'x-unix': unit, anyOf = [] } = schema as Schema
  return unit ?? anyOf.map((each) => each['x-unix']).find((each) => each !== undefined)
}

function collect({ anyOf = [], items, properties = {} }: Schema, fields: Map<string, TimeUnit>): void {
  for (const [name, schema] of Object.entries(properties)) {
    const unit = timeUnit(schema as TSchema)
    if (unit !== undefined) fields.set(name, unit)
    collect(schema, fields)
  }
  for (const schema of [...anyOf, ...(items === undefined ? [] : [items])]) collect(schema, fields)
}
