/** What a caller is told of an error of the daemon's own parts. */
import { RpcError, rpcError } from '@dchat/rpc'

const BAD_ADDRESS = new Set(['NET_ADDRESS_INVALID', 'NET_SCHEME_UNSUPPORTED'])

/** An `RpcError` for errors that are the world's fault; any other error unchanged, for it is ours. */
export function translateError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RpcError) return error
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return error
  if (BAD_ADDRESS.has(code)) return rpcError('invalid_params', error.message)
  if (code === 'NET_STOPPED' || code === 'STORE_CLOSED') return rpcError('stopping')
  if (code.startsWith('NET_')) return rpcError('connect_failed', error.message)
  if (code.startsWith('STORE_')) return rpcError('store_failed', error.message)
  return error
}
