/** One parameter of a method, as a command line has it. */
import { isRequired, paramInWords } from '@dchat/rpc/schemas'
import type { MethodSpec } from '@dchat/rpc/schemas'
import type { WordDescription } from '@dchat/manual'

export interface Parameter {
  readonly name: string
  readonly isNeeded: boolean
  /** What it means, what it may be, and what stands for it when it is left out. */
  readonly meaning: string
  readonly schema: ParameterSchema
}

/** The keywords that are looked at. */
export interface ParameterSchema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly ParameterSchema[]
  readonly description?: string
}

/** Parameters that let somebody in: their values are never part of a command line, which every user of the machine can read. */
const SECRETS: ReadonlySet<string> = new Set(['cookie', 'token', 'passphrase'])

/** In the order of a call by position. */
export function parametersOf(spec: MethodSpec): Parameter[] {
  return spec.order.map((name) => ({
    name,
    isNeeded: isRequired(spec, name),
    meaning: paramInWords(spec, name),
    schema: spec.params.properties[name]!,
  }))
}

export function isSecret({ name }: Parameter): boolean {
  return SECRETS.has(name)
}

/** What a text on the command line stands for; one that does not fit stays a text, and the check that follows says what does. */
export function valueOf({ schema }: Parameter, text: string): unknown {
  const kinds = kindsOf(schema)
  if (kinds.has('string')) return text
  if (kinds.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if ((kinds.has('integer') || kinds.has('number')) && NUMBER.test(text)) return Number(text)
  if (!kinds.has('array') && !kinds.has('object')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** `since=NUMBER` of usage and help; what may be left out is in brackets. */
export function usageOf(parameter: Parameter): string {
  const { name, isNeeded } = parameter
  const words = wordsOf(parameter)
  const value = isSecret(parameter) ? '@FILE' : words.length > 0 ? words.join('|') : placeholderOf(kindsOf(parameter.schema))
  const text = `${name}=${value}`
  return isNeeded ? text : `[${text}]`
}

/** What completion offers: `kind=text` for each word it may be, else `since=`. */
export function completionsOf(parameter: Parameter): WordDescription[] {
  const help = parameter.schema.description ?? ''
  const words = wordsOf(parameter)
  if (words.length === 0) return [{ word: `${parameter.name}=`, help }]
  return words.map((word) => ({ word: `${parameter.name}=${word}`, help }))
}

/** The words it may be, when it may be nothing else. */
function wordsOf({ schema }: Parameter): readonly string[] {
  if (kindsOf(schema).has('boolean')) return ['true', 'false']
  const values = schema.enum ?? schema.anyOf?.map((each) => each.const) ?? []
  return values.every((value) => typeof value === 'string') ? values : []
}

function placeholderOf(kinds: ReadonlySet<string>): string {
  if (kinds.has('string')) return 'TEXT'
  return kinds.has('integer') || kinds.has('number') ? 'NUMBER' : 'JSON'
}

function kindsOf(schema: ParameterSchema): ReadonlySet<string> {
  const { type, const: only, enum: words = [], anyOf = [] } = schema
  const kinds = [type, ...[only, ...words].map((value) => (value === undefined ? undefined : typeof value))]
  return new Set([...kinds.filter((kind) => kind !== undefined), ...anyOf.flatMap((each) => [...kindsOf(each)])])
}
