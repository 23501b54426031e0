import { rpcError } from '@dchat/rpc'

/** @throws {RpcError} invalid params, for a text of more than `maxBytes` of UTF-8 */
export function checkText(text: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) throw rpcError('invalid_params', `text has ${bytes} bytes, at most ${maxBytes} are allowed`)
}
