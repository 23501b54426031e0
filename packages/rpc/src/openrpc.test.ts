/** The document against the meta-schema of OpenRPC, with a validator that is not ours. */
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { RPC_ERRORS } from './codes.ts'
import { METHODS } from './method-table.ts'
import { openRpcDocument } from './openrpc.ts'

interface Method {
  name: string
  deprecated?: boolean
  description?: string
  params: { name: string; required: boolean; schema: object }[]
  result: { schema: object }
  errors: { $ref: string }[]
  examples: { params: { name: string; value: unknown }[]; result: { value: unknown } }[]
}
interface Document {
  methods: Method[]
  components: { schemas: Record<string, object>; errors: Record<string, { code: number }> }
}

const { openrpcDocument } = createRequire(import.meta.url)('@open-rpc/meta-schema') as {
  openrpcDocument: { definitions: object }
}
const ID = 'https://meta.open-rpc.org/'
const document = openRpcDocument({ methods: [...METHODS.values()], title: 'dchatd' }) as unknown as Document

/** Knows our keywords, and where references lead; every other unknown one is an error. */
function validator(): Ajv {
  return new Ajv({ strict: true, allowUnionTypes: true, keywords: ['x-max-bytes', 'x-in-words', 'x-unix', 'components'] })
}

/** The meta-schema; its schemas of schemas are checked by `validator` instead, which knows the drafts. */
function metaSchema(): object {
  const { $schema: _draft, ...schema } = openrpcDocument as { $schema?: string; definitions: object }
  const definitions = {
    ...schema.definitions,
    JSONSchema: { type: ['object', 'boolean'] },
    referenceObject: {
      type: 'object',
      additionalProperties: false,
      required: ['$ref'],
      properties: { $ref: { type: 'string' } },
    },
  }
  return { ...schema, $id: ID, definitions }
}

function withComponents(schema: object): object {
  return { ...schema, components: document.components }
}

test('it is an OpenRPC document', () => {
  const isDocument = new Ajv({ strict: false, formats: { uri: true } }).compile(metaSchema())
  const isValid = isDocument(JSON.parse(JSON.stringify(document)))
  expect(isDocument.errors).toBeNull()
  expect(isValid).toBe(true)
  expect(isDocument({ ...document, methods: [{ name: 'x' }] })).toBe(false)
})

test('has every method, its parameters in order, and which of them have to be given', () => {
  expect(document.methods.map(({ name, params }) => [name, params.map((param) => param.name)])).toEqual(
    [...METHODS.values()].map(({ name, order }) => [name, order]),
  )
  const send = document.methods.find(({ name }) => name === 'chat.send')!
  expect(send).toMatchObject({ paramStructure: 'either', 'x-access': 'write', 'x-since': '1.0.0', tags: [{ name: 'write' }] })
  expect(send.params.map(({ name, required }) => [name, required])).toEqual([
    ['text', true],
    ['room', false],
    ['kind', false],
    ['to', false],
    ['hold', false],
    ['in_clear', false],
  ])
})

test('every schema is JSON Schema, and takes the example', () => {
  const ajv = validator()
  for (const { name, params, result, examples } of document.methods) {
    const [example] = examples
    for (const { name: param, value } of example!.params) {
      const { schema } = params.find((each) => each.name === param)!
      expect([name, param, ajv.validate(withComponents(schema), value)]).toEqual([name, param, true])
    }
    expect([name, ajv.validate(withComponents(result.schema), example!.result.value)]).toEqual([name, true])
  }
})

test('every reference leads somewhere', () => {
  const { schemas, errors } = document.components
  for (const [, kind, name] of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
    expect({ schemas, errors }[kind!]).toHaveProperty(name!)
  }
  expect(Object.values(errors).map(({ code }) => code)).toEqual(Object.values(RPC_ERRORS).map(({ code }) => code))
})

test('what is going to go is marked, with what to call instead', () => {
  const ping = METHODS.get('ping')!
  const [old] = (openRpcDocument({ methods: [{ ...ping, deprecated: 'Call help.' }], title: 't' }) as unknown as Document).methods
  expect(old).toMatchObject({ deprecated: true, description: 'Call help.' })
})
