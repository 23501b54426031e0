/** Binds what a caller sent to the parameters of a method, and checks it. */
import { Check, Errors } from 'typebox/schema'
import type { TSchema } from 'typebox'
import { inWords } from './in-words.ts'
import { isRequired } from './method-spec.ts'
import type { MethodSpec } from './method-spec.ts'

export type BoundParams =
  | { readonly ok: true; readonly params: Readonly<Record<string, unknown>> }
  /** `hint` names the parameter and what it must be. */
  | { readonly ok: false; readonly hint: string }

/** Characters of a caller's own words that a hint repeats. */
const MAX_QUOTED = 64

/**
 * By name or by position. Missing `params` count as none; null stands for an optional parameter that is left out. The result has
 * the method's parameters only, as own properties, and every string in it is well-formed Unicode.
 */
export function bindParams(spec: MethodSpec, raw: unknown): BoundParams {
  const named = Array.isArray(raw) ? byPosition(spec, raw) : byName(spec, raw ?? {})
  if (!named.ok) return named
  const { params } = named
  for (const name of spec.order) {
    const value = params[name]
    if (value === undefined && isRequired(spec, name)) return { ok: false, hint: `${name} is missing` }
    if (typeof value === 'string' && !value.isWellFormed()) return { ok: false, hint: `${name} holds half of a surrogate pair` }
  }
  return Check(spec.params, params) ? named : { ok: false, hint: explain(spec, params) }
}

/** Whether `value` is what `schema` describes. */
export function isOfSchema(schema: TSchema, value: unknown): boolean {
  return Check(schema, value)
}

function byPosition(spec: MethodSpec, values: readonly unknown[]): BoundParams {
  const { order } = spec
  if (values.length > order.length) {
    const known = order.length === 0 ? 'no parameters' : `at most ${order.length}: ${order.join(', ')}`
    const given = values.length === 1 ? '1 parameter was' : `${values.length} parameters were`
    return { ok: false, hint: `${given} given, ${spec.name} takes ${known}` }
  }
  const params: Record<string, unknown> = {}
  for (const [index, value] of values.entries()) assign(spec, params, [order[index]!, value])
  return { ok: true, params }
}

function byName(spec: MethodSpec, values: object): BoundParams {
  const params: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (!spec.order.includes(name)) {
      const known = spec.order.length === 0 ? 'no parameters' : spec.order.join(', ')
      return { ok: false, hint: `unknown parameter ${JSON.stringify(name.slice(0, MAX_QUOTED))}; ${spec.name} takes ${known}` }
    }
    assign(spec, params, [name, value])
  }
  return { ok: true, params }
}

function assign(spec: MethodSpec, params: Record<string, unknown>, [name, value]: [string, unknown]): void {
  if (value !== null || isRequired(spec, name)) params[name] = value
}

function explain(spec: MethodSpec, params: Readonly<Record<string, unknown>>): string {
  const [, errors] = Errors(spec.params, params)
  const first = errors[0]
  const name = first?.instancePath.split('/')[1]
  if (first === undefined || name === undefined) return 'the parameters do not fit'
  const schema = spec.params.properties[name]
  return schema === undefined ? `${name} ${first.message}` : `${name} must be ${inWords(schema)}`
}
