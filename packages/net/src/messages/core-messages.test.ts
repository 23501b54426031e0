/** What is taken of messages that carry more than an honest peer has to say. Wire: docs/wire.md, *Core messages*. */
import { decodeExact, encodeToBytes } from '@dchat/serial'
import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { addr } from './core-messages.ts'

const MAX = LIMITS.ADDRS_TAKEN.value

function addrBytes(count: number): Uint8Array {
  const addrs = Array.from({ length: count }, (_, index) => [`tcp://8.8.8.8:${index + 1}/`, 1n] as const)
  return encodeToBytes(addr.codec, { addrs })
}

test.each([
  [MAX, MAX],
  [MAX + 1, MAX],
  [2_200, MAX],
])('of %s addresses in one addr the first %s are taken', (count, taken) => {
  const { addrs } = decodeExact(addr.codec, addrBytes(count))
  expect(addrs.length).toBe(taken)
  expect(addrs.at(-1)).toEqual([`tcp://8.8.8.8:${taken}/`, 1n])
})

test('one that is no address makes the message undecodable, wherever it stands', () => {
  const bytes = addrBytes(MAX + 5)
  bytes[bytes.length - 8 - 18] = 0x20
  expect(() => decodeExact(addr.codec, bytes)).toThrow(expect.objectContaining({ code: 'SERIAL_BAD_URL' }))
})
