/** The reference of the RPC in docs/rpc.md, from the contract. */
import { RPC_ERRORS } from '@dchat/rpc'
import type { RpcErrorKind } from '@dchat/rpc'
import { COMMON_ERRORS, METHOD_GROUPS, NAMED_SHAPES, NOTIFICATIONS, inWords, isRequired } from '@dchat/rpc/schemas'
import type { MethodGroup, MethodSpec } from '@dchat/rpc/schemas'
import { fieldRows, row, table, typeInWords } from './schema-tables.ts'

/** An overview, every method, the shapes they share, and the notifications. */
export function methodReference(): string {
  return [overview(), ...METHOD_GROUPS.map(describeGroup), describeShapes(), describeNotifications()].join('\n\n')
}

/** Every error, and which of them any call may end with. */
export function errorTable(): string {
  const rows = Object.entries(RPC_ERRORS).map(([kind, { code, message, retryable, hint }]) =>
    row(String(code), `\`${kind}\``, message, retryable ? 'yes' : 'no', hint),
  )
  const any = COMMON_ERRORS.map((kind) => `\`${kind}\``).join(', ')
  return `${table('code | kind | message | retryable | hint, where the call gives no better one', rows)}\n\nAny call may end with ${any}.\n`
}

function overview(): string {
  const rows = METHOD_GROUPS.flatMap(({ methods }) => methods).map((spec) =>
    row(`[\`${spec.name}\`](#${anchor(spec.name)})`, parameters(spec), spec.access, spec.summary),
  )
  return table('method | parameters | access | what it does', rows)
}

/** As the parameters stand in a call by position; `=` a default, `?` may be left out. */
function parameters(spec: MethodSpec): string {
  const words = spec.order.map((name) => {
    const { default: preset } = spec.params.properties[name] as { default?: unknown }
    if (preset !== undefined) return `${name} = ${JSON.stringify(preset)}`
    return isRequired(spec, name) ? name : `${name}?`
  })
  return words.length === 0 ? '–' : words.join(', ')
}

function describeGroup({ title, methods }: MethodGroup): string {
  return [`## ${title}`, ...methods.map(describeMethod)].join('\n\n')
}

function describeMethod(spec: MethodSpec): string {
  const { name, summary, details, deprecated, access, programs, since, errors, example } = spec
  const facts = [
    `Access: ${access}`,
    `offered by ${programs.join(' and ')}`,
    `since ${since}`,
    ...(errors.length === 0 ? [] : [`may end with ${errors.map(errorInWords).join(', ')}`]),
  ]
  return [
    `### ${name}`,
    [summary, details].filter((text) => text !== '').join(' '),
    ...(deprecated === undefined ? [] : [`**Deprecated**: ${deprecated}`]),
    `${facts.join('; ')}.`,
    ...(spec.order.length === 0
      ? []
      : [
          table(
            'parameter | what it must be | default | meaning',
            spec.order.map((each) => paramRow(spec, each)),
          ),
        ]),
    describeResult(spec),
    ['```json', request(name, example.params), JSON.stringify({ jsonrpc: '2.0', id: 1, result: example.result }), '```'].join(
      '\n',
    ),
  ].join('\n\n')
}

function request(method: string, params: object): string {
  const isEmpty = Object.keys(params).length === 0
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, ...(isEmpty ? {} : { params }) })
}

function paramRow(spec: MethodSpec, name: string): string {
  const schema = spec.params.properties[name]!
  const { description = '', default: preset } = schema as { description?: string; default?: unknown }
  const usual = preset === undefined ? (isRequired(spec, name) ? 'must be given' : '–') : `\`${JSON.stringify(preset)}\``
  return row(`\`${name}\``, inWords(schema), usual, description)
}

function describeResult({ result }: MethodSpec): string {
  const { description } = result as { description?: string }
  const isNamed = NAMED_SHAPES.has(result)
  const rows = isNamed ? [] : fieldRows(result)
  const line = `Result: ${typeInWords(result)}${description === undefined || isNamed ? '' : `. ${description}`}`
  return rows.length === 0 ? ended(line) : `${ended(line)}\n\n${table('field | type | meaning', rows)}`
}

function describeShapes(): string {
  const shapes = [...NAMED_SHAPES].map(([schema, name]) => {
    const { description } = schema as { description?: string }
    const rows = table('field | type | meaning', fieldRows(schema))
    return [`### ${name}`, ...(description === undefined ? [] : [description]), rows].join('\n\n')
  })
  return ['## Shapes', ...shapes].join('\n\n')
}

function describeNotifications(): string {
  const rows = Object.entries(NOTIFICATIONS).map(([name, schema]) => {
    const { description, properties } = schema as unknown as { description: string; properties: object }
    return row(`\`${name}\``, `\`{${Object.keys(properties).join(', ')}}\``, description)
  })
  rows.push(row('`dnet.subscribe_events`', '`[{event, info}]`', 'A network event: docs/node.md, *dnet events*.'))
  return `## Notifications\n\n${table('notification | params | meaning', rows)}\n`
}

function errorInWords(kind: RpcErrorKind): string {
  return `${RPC_ERRORS[kind].code} \`${kind}\``
}

/** As GitHub makes it of a heading. */
function anchor(name: string): string {
  return name.replaceAll('.', '')
}

function ended(line: string): string {
  return line.endsWith('.') ? line : `${line}.`
}
