/** Who is banned for what. Wire: docs/wire.md, *Frame*, the table of what a receiver does. */
import { describe, expect, test } from 'vitest'
import { earnsBan } from './ban-policy.ts'
import { NET_ERROR_CODES, NetError } from './errors.ts'
import type { NetErrorCode } from './errors.ts'

/** Codes for which a peer is banned, with the directions; no other code is. */
const BANNED: Partial<Record<NetErrorCode, readonly ('inbound' | 'outbound')[]>> = {
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

const errorOf = (code: NetErrorCode, fault: 'peer' | 'none'): NetError => new NetError(code, {} as never, { fault })

describe.each(NET_ERROR_CODES)('%s', (code) => {
  test.each(['inbound', 'outbound'] as const)('%s', (direction) => {
    expect(earnsBan(errorOf(code, 'peer'), direction, 'strict')).toBe(BANNED[code]?.includes(direction) ?? false)
    expect(earnsBan(errorOf(code, 'peer'), direction, 'relaxed')).toBe(false)
    expect(earnsBan(errorOf(code, 'none'), direction, 'strict')).toBe(false)
  })
})
