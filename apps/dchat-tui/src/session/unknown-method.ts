/** Daemons of earlier versions: what they lack they say with one code. */
import { RPC_ERRORS, RpcError } from '@dchat/rpc'

/** Whether the daemon is too old for the method that was called. */
export function isUnknownMethod(error: unknown): boolean {
  return error instanceof RpcError && error.code === RPC_ERRORS.method_not_found.code
}
