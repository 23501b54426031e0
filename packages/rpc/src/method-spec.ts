/** What is known of one method at run time. */
import type { TObject, TSchema } from 'typebox'
import type { RpcErrorKind } from './codes.ts'
import type { MethodAccess, MethodProgram } from './contract/define.ts'

export interface MethodSpec {
  readonly name: string
  /** What it does: one sentence, Markdown. */
  readonly summary: string
  /** What else a caller has to know, Markdown; empty when there is nothing. */
  readonly details: string
  readonly access: MethodAccess
  readonly programs: readonly MethodProgram[]
  /** Version of the RPC that had it first. */
  readonly since: string
  /** What to call instead, when it is going to go. */
  readonly deprecated?: string
  /** An object whose properties are the parameters; `additionalProperties` is false. */
  readonly params: TObject
  /** Names of the parameters in the order of a call by position. */
  readonly order: readonly string[]
  readonly result: TSchema
  /** Errors it may end with, beside `COMMON_ERRORS`. */
  readonly errors: readonly RpcErrorKind[]
  readonly example: { readonly params: Readonly<Record<string, unknown>>; readonly result: unknown }
  /** Whether `rpc_disabled_methods` may name it. */
  readonly canDisable: boolean
}

/** Whether a call has to give this parameter. */
export function isRequired({ params }: MethodSpec, name: string): boolean {
  const { required } = params as { required?: readonly string[] }
  return required?.includes(name) ?? false
}
