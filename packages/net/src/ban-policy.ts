/** Whether an error that ended a channel earns the peer a ban: the one place that decides. Wire: docs/wire.md, *Frame*. */
import type { NetError, NetErrorCode } from './errors.ts'
import type { BanPolicy } from './settings.ts'

export type Direction = 'inbound' | 'outbound'

/** For which directions an error of this code is banned, when the peer caused it. Codes not listed never are. */
const BANNED_DIRECTIONS: Partial<Record<NetErrorCode, readonly Direction[]>> = {
  NET_BAD_MAGIC: ['outbound'],
  NET_VERSION_MISMATCH: ['outbound'],
  NET_COMMAND_TOO_LONG: ['inbound', 'outbound'],
  NET_UNKNOWN_COMMAND: ['inbound', 'outbound'],
  NET_MESSAGE_TOO_LARGE: ['inbound', 'outbound'],
  NET_MESSAGE_UNDECODABLE: ['inbound', 'outbound'],
  NET_PROTOCOL_OFFENCE: ['inbound', 'outbound'],
  NET_METERING_EXCEEDED: ['inbound', 'outbound'],
  NET_HANDSHAKE_FLOOD: ['inbound', 'outbound'],
  NET_WORK_EXCEEDED: ['inbound', 'outbound'],
}

/** True when the peer at the other end of a channel that ended with `error` is to be banned. */
export function earnsBan(error: NetError, direction: Direction, policy: BanPolicy): boolean {
  if (policy === 'relaxed' || error.fault !== 'peer') return false
  return BANNED_DIRECTIONS[error.code]?.includes(direction) ?? false
}
