/** The contract as text for people: what `help` answers. */
import { COMMON_ERRORS, RPC_ERRORS } from './codes.ts'
import { inWords } from './in-words.ts'
import { isRequired } from './method-spec.ts'
import type { MethodSpec } from './method-spec.ts'

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
    `Result: ${resultInWords(spec)}`,
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

/** What kind of value the result is, and what it means. */
export function resultInWords({ result }: MethodSpec): string {
  const { description = '', properties } = result as { description?: string; properties?: object }
  const kind = properties === undefined ? inWords(result) : `{${Object.keys(properties).join(', ')}}`
  return description === '' ? kind : `${kind}. ${description}`
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
