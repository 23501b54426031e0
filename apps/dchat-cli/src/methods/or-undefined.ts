import { RPC_ERRORS, RpcError } from '@dchat/rpc'

/** What a call gives; undefined where the daemon is too old to know the method. @throws what else the call ends with */
export async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof RpcError && error.code === RPC_ERRORS.method_not_found.code) return undefined
    throw error
  }
}
