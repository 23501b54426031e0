/** What is known of one method at run time. */
import type { TObject, TSchema } from 'typebox'

export interface MethodSpec {
  readonly name: string
  /** One line for people. */
  readonly doc: string
  /** An object whose properties are the parameters; `additionalProperties` is false. */
  readonly params: TObject
  /** Names of the parameters in the order of a call by position. */
  readonly order: readonly string[]
  readonly result: TSchema
  /** Whether `rpc_disabled_methods` may name it. */
  readonly canDisable: boolean
}
