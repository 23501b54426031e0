import { isRpcError } from '@dchat/rpc'

/** What a call gives; undefined where the daemon is too old to know the method. @throws what else the call ends with */
export async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isRpcError(error, 'method_not_found')) return undefined
    throw error
  }
}
