/** Says in words what a schema allows: in the hints of errors, in the help and in documents. */
import type { TSchema } from 'typebox'
import { inThousands } from './in-thousands.ts'

/** The keywords that are looked at. */
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly 'x-max-bytes'?: number
  readonly 'x-in-words'?: string
  readonly examples?: readonly unknown[]
}

/** For a sentence such as "limit must be …". */
export function inWords(schema: TSchema): string {
  const { type, const: only, enum: words, anyOf, examples, 'x-in-words': told, ...bounds } = schema as Schema
  if (told !== undefined) return told
  if (only !== undefined) return JSON.stringify(only)
  if (words !== undefined) return listed(words.map((word) => JSON.stringify(word)))
  if (anyOf !== undefined) return listed(anyOf.map((each) => inWords(each as TSchema)))
  const such = examples?.[0] === undefined ? '' : `, such as ${JSON.stringify(examples[0])}`
  if (type === 'string') return `a string${ofLength(bounds)}${such}`
  if (type === 'integer') return `a whole number${within(bounds)}${such}`
  if (type === 'boolean') return 'true or false'
  if (type === 'null') return 'null'
  return type === 'array' || type === 'object' ? `an ${type}` : 'any value'
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function ofLength({ minLength, maxLength, 'x-max-bytes': maxBytes }: Schema): string {
  const unit = maxBytes === undefined ? 'characters' : 'bytes'
  const max = maxBytes ?? maxLength
  if (max === undefined) return minLength === undefined ? '' : ` of at least ${minLength} ${unit}`
  const most = inThousands(max)
  return minLength === undefined ? ` of at most ${most} ${unit}` : ` of ${minLength} to ${most} ${unit}`
}

function within({ minimum, maximum }: Schema): string {
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
  if (isOpen) return minimum === undefined ? '' : ` of ${minimum} or more`
  return ` from ${minimum ?? -maximum} to ${inThousands(maximum)}`
}
