/** The contract as text for people: what `help` answers. */
import type { TSchema } from 'typebox'
import { COMMON_ERRORS, RPC_ERRORS } from './codes.ts'
import { inWords } from './in-words.ts'
import { isRequired } from './method-spec.ts'
import type { MethodSpec } from './method-spec.ts'
import { timeUnit } from './time-fields.ts'
import type { TimeUnit } from './time-fields.ts'

/** A line for each method, in the order given. */
export function helpOverview(methods: readonly MethodSpec[]): string {
  const lines = methods.map((spec) => [signature(spec), spec.summary] as const)
  return `${columns(lines)}\n\nhelp {method} tells all about one of them.\n`
}

/** All about one method. */
export function helpOf(spec: MethodSpec): string {
  const { name, summary, details, deprecated, access, since, errors, example } = spec
  const paragraphs = [
    signature(spec),
    deprecated === undefined ? summary : `${summary}\nDeprecated: ${deprecated}`,
    details,
    paramLines(spec),
    [`Result: ${resultInWords(spec)}`, ...fieldLines(spec)].join('\n'),
    `Access: ${access}. Since version ${since} of the RPC.`,
    errors.length === 0 ? '' : `Errors, beside those of any call:\n${errorLines(errors)}`,
    `Example:\n  ${JSON.stringify({ jsonrpc: '2.0', id: 1, method: name, params: example.params })}`,
  ]
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`
}

/** `chat.send text [room] [kind]`: brackets stand around what may be left out. */
function signature(spec: MethodSpec): string {
  return [spec.name, ...spec.order.map((param) => (isRequired(spec, param) ? param : `[${param}]`))].join(' ')
}

/** What a parameter takes: its meaning, what it must be, and what it is when it is left out. */
export function paramInWords(spec: MethodSpec, name: string): string {
  const schema = spec.params.properties[name]!
  const { description = '', default: preset } = schema as { description?: string; default?: unknown }
  const usual = preset === undefined ? '' : ` Default: ${JSON.stringify(preset)}.`
  return `${description} ${capital(inWords(schema))}.${usual}`
}

interface Schema {
  readonly description?: string
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

/** What kind of value the result is, and what it means. */
export function resultInWords({ result }: MethodSpec): string {
  const { description = '', properties, items } = result as Schema
  const kind = properties === undefined ? (items === undefined ? inWords(result) : 'a list') : namesOf(properties)
  const each = items?.properties === undefined ? '' : ` of ${namesOf(items.properties)}`
  return description === '' ? `${kind}${each}` : `${kind}${each}. ${description}`
}

function namesOf(properties: object): string {
  return `{${Object.keys(properties).join(', ')}}`
}

/** A field of the result, or of the objects that it is a list of. */
export interface ResultField {
  readonly name: string
  readonly meaning: string
  /** What it is counted in where it is a moment. */
  readonly time: TimeUnit | undefined
}

/** In their order; none of a result that is neither. What stands deeper is not told. */
export function resultFields({ result }: MethodSpec): ResultField[] {
  const { properties, items } = result as Schema
  return Object.entries(properties ?? items?.properties ?? {}).map(([name, schema]) => ({
    name,
    meaning: schema.description ?? '',
    time: timeUnit(schema as TSchema),
  }))
}

function fieldLines(spec: MethodSpec): string[] {
  const rows = resultFields(spec).map(({ name, meaning }) => [`  ${name}`, meaning] as const)
  return rows.length === 0 ? [] : [columns(rows)]
}

function paramLines(spec: MethodSpec): string {
  if (spec.order.length === 0) return 'Takes no parameters.'
  return `Parameters, by name or in this order:\n${columns(spec.order.map((name) => [`  ${name}`, paramInWords(spec, name)]))}`
}

function errorLines(kinds: MethodSpec['errors']): string {
  return columns(kinds.filter((kind) => !COMMON_ERRORS.includes(kind)).map((kind) => [`  ${RPC_ERRORS[kind].code}`, kind]))
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join('\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
