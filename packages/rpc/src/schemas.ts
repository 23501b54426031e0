/** The contract at run time, for servers: loads typebox. Clients need only `@dchat/rpc`. */
export { METHODS } from './method-table.ts'
export type { MethodSpec } from './method-spec.ts'
export { bindParams } from './params.ts'
export type { BoundParams } from './params.ts'
export { isOfSchema } from './params.ts'
