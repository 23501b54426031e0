/** Why a call failed, for people. */
import { RpcError } from '@dchat/rpc'
import type { RpcUnreachable } from '@dchat/rpc'
import { line } from './ingress.ts'

/** One line, sanitised: what the daemon advises, or why there was no answer. */
export function failureWords(error: RpcError | RpcUnreachable): string {
  return line(error instanceof RpcError ? (error.data?.hint ?? error.message) : error.reason)
}
