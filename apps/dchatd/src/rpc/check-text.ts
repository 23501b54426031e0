/** Checks of what is said, beyond what schemas say. */
import { holdsInvitation, rpcError } from '@dchat/rpc'
import { roomKindOf } from '../room-kind.ts'

/** @throws {RpcError} invalid params, for a text of more than `maxBytes` of UTF-8 */
export function checkText(text: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxBytes) throw rpcError('invalid_params', `text has ${bytes} bytes, at most ${maxBytes} are allowed`)
}

/** @throws {RpcError} would_leak, for an invitation that everybody could read */
export function checkLeak(text: string, { room, hint }: { room: string; hint?: string }): void {
  if (roomKindOf(room) === 'public' && holdsInvitation(text)) throw rpcError('would_leak', hint)
}
