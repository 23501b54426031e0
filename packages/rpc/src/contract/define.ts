/** How a method is written down: once, for the checks, the types, the help and the documents alike. */
import type { Static, TObject, TProperties, TSchema } from 'typebox'
import type { RpcErrorKind } from '../codes.ts'

/** `read` changes nothing and sends nothing; all else is `write`. A token of `readonly` may call those of `read`. */
export type MethodAccess = 'read' | 'write'

/** A program that offers a method. */
export type MethodProgram = 'dchatd' | 'lilith'

export interface MethodDefinition<P extends TProperties = TProperties, R extends TSchema = TSchema> {
  /** What it does: one sentence, Markdown. */
  readonly summary: string
  /** What else a caller has to know; Markdown. */
  readonly details?: string
  readonly access: MethodAccess
  readonly programs: readonly MethodProgram[]
  /** Version of the RPC that had it first. @default '1.0.0' */
  readonly since?: string
  /** What to call instead, when it is going to go. */
  readonly deprecated?: string
  /** The parameters in the order of a call by position. */
  readonly params: P
  readonly result: R
  /** Errors it may end with, beside `COMMON_ERRORS`. */
  readonly errors?: readonly RpcErrorKind[]
  readonly example: { readonly params: Static<TObject<P>>; readonly result: Static<R> }
  /** Whether `rpc_disabled_methods` may name it. @default true */
  readonly canDisable?: boolean
}

/** Checks a definition, and keeps the types of its schemas. */
export function defineMethod<P extends TProperties, R extends TSchema>(
  definition: MethodDefinition<P, R>,
): MethodDefinition<P, R> {
  return definition
}
