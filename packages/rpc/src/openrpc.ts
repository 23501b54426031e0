/** The contract as an OpenRPC document: what `rpc.discover` answers. Format: https://spec.open-rpc.org, 1.3. */
import type { TSchema } from 'typebox'
import { COMMON_ERRORS, RPC_ERRORS } from './codes.ts'
import type { RpcErrorKind } from './codes.ts'
import { NAMED_SHAPES } from './contract/named-shapes.ts'
import { NOTIFICATIONS } from './contract/notifications.ts'
import { isRequired } from './method-spec.ts'
import type { MethodSpec } from './method-spec.ts'
import { RPC_VERSION } from './version.ts'

/** The newest version that the meta-schema of OpenRPC knows. */
const OPENRPC_VERSION = '1.3.2'

export interface OpenRpcOptions {
  /** The methods to describe. */
  readonly methods: readonly MethodSpec[]
  /** The program that offers them. */
  readonly title: string
}

/** Plain JSON. The version in it is that of the contract. */
export function openRpcDocument({ methods, title }: OpenRpcOptions): Record<string, unknown> {
  return {
    openrpc: OPENRPC_VERSION,
    info: { title, version: RPC_VERSION, description: 'JSON-RPC 2.0 over raw lines, HTTP and WebSocket, at one address.' },
    methods: methods.map(describeMethod),
    components: {
      schemas: Object.fromEntries([...NAMED_SHAPES].map(([schema, name]) => [name, copyMembers(schema)])),
      errors: Object.fromEntries(
        Object.entries(RPC_ERRORS).map(([kind, { code, message, hint, retryable }]) => [
          kind,
          { code, message, data: { kind, hint, retryable } },
        ]),
      ),
    },
    'x-notifications': Object.fromEntries(
      Object.entries(NOTIFICATIONS).map(([name, params]) => [name, { params: copy(params) }]),
    ),
  }
}

function describeMethod(spec: MethodSpec): Record<string, unknown> {
  const { name, summary, details, access, since, deprecated, order, params, result, errors } = spec
  return {
    name,
    summary,
    ...(details === '' && deprecated === undefined ? {} : { description: [deprecated, details].filter(Boolean).join(' ') }),
    ...(deprecated === undefined ? {} : { deprecated: true }),
    tags: [{ name: access }],
    paramStructure: 'either',
    params: order.map((param) => describeParam(param, { schema: params.properties[param]!, required: isRequired(spec, param) })),
    result: { name: 'result', schema: copy(result) },
    errors: [...errors, ...COMMON_ERRORS].map((kind: RpcErrorKind) => ({ $ref: `#/components/errors/${kind}` })),
    examples: [describeExample(spec)],
    'x-access': access,
    'x-since': since,
  }
}

function describeParam(name: string, { schema, required }: { schema: TSchema; required: boolean }): Record<string, unknown> {
  const { description, ...rest } = schema as { description?: string }
  return { name, description, required, schema: copy(rest) }
}

function describeExample({ name, order, example }: MethodSpec): Record<string, unknown> {
  const given = order.filter((param) => Object.hasOwn(example.params, param))
  return {
    name,
    params: given.map((param) => ({ name: param, value: example.params[param] })),
    result: { name: 'result', value: example.result },
  }
}

/** A copy as JSON in which named schemas are references. */
function copy(value: unknown): unknown {
  const name = NAMED_SHAPES.get(value as TSchema)
  return name === undefined ? copyMembers(value) : { $ref: `#/components/schemas/${name}` }
}

function copyMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member)]))
}
