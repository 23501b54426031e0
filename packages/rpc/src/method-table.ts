/** Every method by its name, as data: what `contract/` says, put together. */
import type { TProperties } from 'typebox'
import { CHAT_METHODS } from './contract/chat-methods.ts'
import type { MethodDefinition } from './contract/define.ts'
import { IDENTITY_METHODS } from './contract/identity-methods.ts'
import { NETWORK_METHODS } from './contract/network-methods.ts'
import { NODE_METHODS, RPC_METHODS } from './contract/node-methods.ts'
import { record } from './contract/parts.ts'
import { PRIVATE_ROOM_METHODS } from './contract/private-room-methods.ts'
import { REFERENCE_METHODS } from './contract/reference-methods.ts'
import { OWN_LINE_METHODS, ROOM_METHODS } from './contract/room-methods.ts'
import { STORE_METHODS } from './contract/store-methods.ts'
import type { MethodSpec } from './method-spec.ts'

/** Methods that belong together. */
export interface MethodGroup {
  readonly title: string
  readonly methods: readonly MethodSpec[]
}

/** In the order in which documents list them. */
export const METHOD_GROUPS: readonly MethodGroup[] = [
  group('Methods of the reference', REFERENCE_METHODS),
  group('Chat', CHAT_METHODS),
  group('Rooms', ROOM_METHODS),
  group('Private rooms', PRIVATE_ROOM_METHODS),
  group('Own posts', OWN_LINE_METHODS),
  group('People', IDENTITY_METHODS),
  group('Store', STORE_METHODS),
  group('Network', NETWORK_METHODS),
  group('Node', NODE_METHODS),
  group('The RPC itself', RPC_METHODS),
]

/** Keys have no special members: looking up `constructor` or `__proto__` finds nothing. */
export const METHODS: ReadonlyMap<string, MethodSpec> = new Map(
  METHOD_GROUPS.flatMap(({ methods }) => methods).map((spec) => [spec.name, spec]),
)

function group(title: string, definitions: Readonly<Record<string, object>>): MethodGroup {
  const entries = Object.entries(definitions) as [string, MethodDefinition][]
  return { title, methods: entries.map(([name, definition]) => specOf(name, definition)) }
}

function specOf(name: string, definition: MethodDefinition): MethodSpec {
  const { details = '', since = '1.0.0', errors = [], canDisable = true, ...rest } = definition
  const params: TProperties = rest.params
  return { ...rest, name, details, since, errors, canDisable, params: record(params), order: Object.keys(params) }
}
