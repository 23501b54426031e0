import { RpcClient, RpcUnreachable } from '@dchat/rpc'

/** A client on a Unix socket, or undefined when nobody answers there yet. */
export async function connectSocket(path: string): Promise<RpcClient | undefined> {
  try {
    return await RpcClient.connect({ kind: 'unix', path })
  } catch (error) {
    if (error instanceof RpcUnreachable) return undefined
    throw error
  }
}
