/** Schemas as rows of a Markdown table. */
import { NAMED_SHAPES } from '@dchat/rpc/schemas'
import type { MethodSpec } from '@dchat/rpc/schemas'

type TSchema = MethodSpec['result']

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly TSchema[]
  readonly items?: TSchema
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly description?: string
}

export function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** @param head its cells, with `|` between them */
export function table(head: string, rows: readonly string[]): string {
  const cells = head.split(' | ')
  return [`| ${head} |`, `|${cells.map(() => '---|').join('')}`, ...rows].join('\n')
}

/** A row for each field of an object, or of the objects of a list; the fields of objects inside stand after them. */
export function fieldRows(schema: TSchema, prefix = ''): string[] {
  const { properties, items } = schema as Schema
  if (items !== undefined && !NAMED_SHAPES.has(items)) return fieldRows(items, `${prefix}[].`)
  return Object.entries(properties ?? {}).flatMap(([name, field]) => {
    const { description = '' } = field as Schema
    const own = row(`\`${prefix}${name}\``, typeInWords(field), description)
    return NAMED_SHAPES.has(field) ? [own] : [own, ...fieldRows(field, isList(field) ? `${prefix}${name}` : `${prefix}${name}.`)]
  })
}

function isList(schema: TSchema): boolean {
  return (schema as Schema).items !== undefined
}

/** A word or two: what kind of value it is. */
export function typeInWords(schema: TSchema): string {
  const name = NAMED_SHAPES.get(schema)
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`
  const { type, const: only, enum: words, anyOf, items, properties } = schema as Schema
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  if (words !== undefined) return words.map((word) => `\`${JSON.stringify(word)}\``).join(', ')
  if (anyOf !== undefined) return anyOf.map(typeInWords).join(' or ')
  if (items !== undefined) return `list of ${typeInWords(items)}`
  if (properties !== undefined) return `\`{${Object.keys(properties).join(', ')}}\``
  return type === 'integer' ? 'whole number' : (type ?? 'any')
}
