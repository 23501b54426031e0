import { describe, expect, test } from 'vitest'
import { formatInvitation, parseInvitation } from './invitation.ts'

const SECRET = Buffer.from('00112233445566778899aabbccddeeff'.repeat(2), 'hex')
const DIGITS = 'ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8zd7v8'
const TEXT = `dchat-room:garden:${DIGITS}`

describe('an invitation', () => {
  test('is the name and the secret', () => {
    expect(formatInvitation({ name: 'garden', secret: SECRET })).toBe(TEXT)
    expect(parseInvitation(TEXT)).toEqual({ name: 'garden', secret: SECRET })
  })

  test.each([
    ['white space around it', `\n\t ${TEXT} \r\n`, 'garden'],
    ['a name with colons', `dchat-room:a:b::${DIGITS}`, 'a:b:'],
    ['a name with blanks', `dchat-room: the garden :${DIGITS}`, ' the garden '],
    ['a name of 64 characters of 4 bytes', `dchat-room:${'😀'.repeat(64)}:${DIGITS}`, '😀'.repeat(64)],
    ['a name that looks like another', `dchat-room:${TEXT.slice(0, 20)}:${DIGITS}`, TEXT.slice(0, 20)],
  ])('may have %s', (_, text, name) => {
    const invitation = parseInvitation(text)
    expect(invitation).toEqual({ name, secret: SECRET })
    expect(parseInvitation(formatInvitation(invitation))).toEqual(invitation)
  })

  test.each([
    ['nothing', '', 'does not begin'],
    ['text before it', `see ${TEXT}`, 'does not begin'],
    ['another prefix', TEXT.replace('room', 'Room'), 'does not begin'],
    ['no secret', 'dchat-room:garden', 'no secret'],
    ['no name', `dchat-room:${DIGITS}`, 'no secret'],
    ['an empty name', `dchat-room::${DIGITS}`, 'name'],
    ['a name of 65 characters', `dchat-room:${'x'.repeat(65)}:${DIGITS}`, 'name'],
    ['a name of 65 characters of 4 bytes', `dchat-room:${'😀'.repeat(65)}:${DIGITS}`, 'name'],
    ['a name with a newline', `dchat-room:gar\nden:${DIGITS}`, 'name'],
    ['a name with U+009F', `dchat-room:gar\u009fden:${DIGITS}`, 'name'],
    ['a name with a lone surrogate', `dchat-room:gar\ud800den:${DIGITS}`, 'name'],
    ['a secret of 42 characters', TEXT.slice(0, -1), 'secret'],
    ['a secret of 44 characters', `${TEXT}A`, 'secret'],
    ['padding', `${TEXT}=`, 'secret'],
    ['the other base64', TEXT.replace('_', '/'), 'secret'],
    ['bits left over in its last digit', `${TEXT.slice(0, -1)}9`, 'secret'],
    ['text after it', `${TEXT} and so on`, 'secret'],
  ])('is none with %s', (_, text, reason) => {
    expect(() => parseInvitation(text)).toThrow(
      expect.objectContaining({
        code: 'CHAT_INVITATION_MALFORMED',
        data: { reason: expect.stringContaining(reason) as unknown },
        message: expect.not.stringContaining(DIGITS.slice(0, 8)) as unknown,
      }),
    )
  })

  test('is not made with a name that would not be read', () => {
    expect(() => formatInvitation({ name: 'a\u0000b', secret: SECRET })).toThrow(
      expect.objectContaining({ code: 'CHAT_INVITATION_MALFORMED' }),
    )
    expect(() => formatInvitation({ name: 'garden', secret: SECRET.subarray(1) })).toThrow(RangeError)
  })
})
