/** What a ban keeps of an error that peers have words in. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { offenceOf } from './ban-detail.ts'
import { NetError } from './errors.ts'
import type { NetErrorCode, NetErrorData } from './errors.ts'
import { HOST_LIMITS } from './hosts/host-limits.ts'

const detailOf = <C extends NetErrorCode>(code: C, data: NetErrorData[C]): string => offenceOf(new NetError(code, data)).detail
const ofCommand = (command: string): string => detailOf('NET_UNKNOWN_COMMAND', { command })

describe('the detail of an offence', () => {
  test.each([
    [new NetError('NET_UNKNOWN_COMMAND', { command: 'what' }), 'command=what'],
    [
      new NetError('NET_MESSAGE_TOO_LARGE', { command: 'ping', length: 2n ** 40n, maxBytes: 2 }),
      'command=ping length=1099511627776 maxBytes=2',
    ],
    [
      new NetError('NET_PROTOCOL_OFFENCE', { command: 'post', reason: 'CHAT_POST_MALFORMED room' }),
      'command=post reason="CHAT_POST_MALFORMED room"',
    ],
    [new NetError('NET_HANDSHAKE_FLOOD', { channelId: 7, maxBytes: 9 }), 'maxBytes=9'],
    [new NetError('NET_BAD_MAGIC', { magic: '47455420' }), 'magic=47455420'],
  ] as const)('%s', (error, detail) => {
    expect(offenceOf(error)).toEqual({ reason: error.code, detail })
  })

  test('has what a peer chose in quotes, where it could pass for something else', () => {
    expect(ofCommand('a length=1 maxBytes=2')).toBe('command="a length=1 maxBytes=2"')
    expect(ofCommand('a" b="c')).toBe(String.raw`command="a\" b=\"c"`)
    expect(ofCommand('')).toBe('command=""')
  })

  test('has what is no printable ASCII as escapes', () => {
    expect(ofCommand('\u001b[2J\tx\n')).toBe(String.raw`command="\u001b[2J\tx\n"`)
    expect(ofCommand('\u009b\u202e\u007f日\u{1f600}')).toBe(String.raw`command="\u009b\u202e\u007f\u65e5\ud83d\ude00"`)
  })

  test.each([
    [191, 'a', `command=${'a'.repeat(191)}`],
    [192, 'a', `command=${'a'.repeat(192)}`],
    [193, 'a', `command=${'a'.repeat(189)}...`],
    [255, 'é', `command="${String.raw`\u00e9`.repeat(31)}\\u...`],
  ])('of %i times %s is cut at 200 bytes', (length, letter, detail) => {
    expect(ofCommand(letter.repeat(length))).toBe(detail)
  })

  test('is one printable line of ASCII whatever a peer sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (command) => {
        const detail = ofCommand(command)
        expect(detail).toMatch(/^[ -~]+$/)
        expect(detail.length).toBeLessThanOrEqual(HOST_LIMITS.BAN_DETAIL_MAX_BYTES.value)
      }),
    )
  })
})
