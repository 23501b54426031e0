import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsInvitation, maskInvitations } from './invitation-text.ts'

const SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
const INVITATION = `dchat-room:cats:${SECRET}`

test.each([
  ['alone', INVITATION],
  ['in a sentence', `come to ${INVITATION}, it is warm`],
  ['in brackets', `<${INVITATION}>`],
  ['with more behind it', `${INVITATION}x`],
  ['in capitals', INVITATION.replace('dchat-room', 'DCHAT-Room')],
  ['of a name with colons and spaces in it', `dchat-room:the: cats :${SECRET}`],
  ['of a name that is too long', `dchat-room:${'n'.repeat(200)}:${SECRET}`],
  ['broken over two lines', `dchat-room:cats:${SECRET.slice(0, 20)}\r\n${SECRET.slice(20)}`],
  ['with what cannot be seen in it', `dchat-room:cats:${SECRET.split('').join('\u200b')}`],
  ['after one that is none', `dchat-room:NAME:SECRET is the form of ${INVITATION}`],
  ['in a name of many bytes', `dchat-room:${'😀'.repeat(32)}:${SECRET}`],
])('an invitation is found %s', (_how, text) => {
  expect(holdsInvitation(text)).toBe(true)
  const masked = maskInvitations(text)
  expect(holdsInvitation(masked)).toBe(false)
  expect(masked.replaceAll('\u200b', '')).not.toContain(SECRET.slice(20))
})

test.each([
  ['', 'nothing'],
  ['hello', 'a text'],
  ['dchat-room:NAME:SECRET', 'the form'],
  ['dchat-room: invitations are read from a file: see the manual page of dchat-cli', 'what is said of it'],
  [`dchat-room:cats:${SECRET.slice(1)}`, 'a secret that is too short'],
  [`dchat-room::${SECRET}`.replace('::', ':'), 'no name'],
  [SECRET, 'a secret of something else'],
  [`https://example.org/${SECRET}`, 'an address'],
])('%j is none: %s', (text) => {
  expect(holdsInvitation(text)).toBe(false)
  expect(maskInvitations(text)).toBe(text)
})

test('of an invitation that is masked the name is left, and what stands around it', () => {
  const text = `to ${INVITATION} or ${INVITATION}, as you like`
  expect(maskInvitations(text)).toBe('to dchat-room:cats:… or dchat-room:cats:…, as you like')
})

test.each([
  ['a secret', `dchat-room:cats:${'A'.repeat(43)}:${SECRET}`],
  ['two of them', `dchat-room:${'A'.repeat(43)}:${'B'.repeat(43)}:x:${SECRET}`],
  ['a secret with a blank behind it', `dchat-room:x:${'A'.repeat(43)} :${SECRET}`],
  ['an invitation', `dchat-room:dchat-room:${'A'.repeat(43)}:${SECRET}`],
])('the secret is masked behind a name that holds %s', (_what, text) => {
  const masked = maskInvitations(text)
  expect(masked).not.toContain(SECRET)
  expect(maskInvitations(masked)).toBe(masked)
})

test('it is found wherever it stands, and a long text takes no time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      expect(holdsInvitation(`${before}${INVITATION}${after}`)).toBe(true)
    }),
  )
  // Were it to look everywhere from everywhere, these would take minutes.
  for (const part of ['dchat-room:', 'dchat-room:a:b', `dchat-room:${':'.repeat(200)}`, 'a:\u200b\u200b', `:${'A'.repeat(42)}`])
    expect(holdsInvitation(part.repeat(65_536 / part.length))).toBe(false)
})
