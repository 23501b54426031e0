import { expect, test } from 'vitest'
import { EXAMPLE_AUTHOR, EXAMPLE_KEY, EXAMPLE_MESSAGE, EXAMPLE_ROOM } from './contract/example-message.ts'
import { lineText } from './line-text.ts'
import { roomLabel } from './room-label.ts'
import type { Message } from './types.ts'

const SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
const CONVERSATION = `@${EXAMPLE_KEY}`

function line(fields: Partial<Message>): Message {
  return { ...EXAMPLE_MESSAGE, ...fields }
}

test.each<[string, Partial<Message>, string]>([
  ['the shared room', {}, '<ann#eh7ddx5bks> hello'],
  ['another', { room: 'cats' }, '[cats] <ann#eh7ddx5bks> hello'],
  ['a conversation', { room: CONVERSATION }, '[@d75a98018…] <ann#eh7ddx5bks> hello'],
  ['a private room', { room: EXAMPLE_ROOM }, '[p.1f2e3d4c…] <ann#eh7ddx5bks> hello'],
  [
    'somebody whom nobody vouches for',
    { room: EXAMPLE_ROOM, author: { ...EXAMPLE_AUTHOR, nick: null, verified: false } },
    '[p.1f2e3d4c…] <#eh7ddx5bks (unverified)> hello',
  ],
])('a line of %s', (_what, fields, text) => {
  expect(lineText(line({ own: false, ...fields }))).toBe(text)
})

test('an invitation is told without its secret', () => {
  const text = `dchat-room:cats:${SECRET}`
  const invitation = { room: EXAMPLE_ROOM, name: 'cats', replaces: null, joined: false }
  const offered = (fields: Partial<Message>): string => lineText(line({ room: CONVERSATION, own: false, text, ...fields }))
  expect(offered({ invitation })).toBe('[@d75a98018…] -- ann#eh7ddx5bks invites you to cats (p.1f2e3d4c…)')
  expect(offered({ invitation: { ...invitation, replaces: `p.${'9'.repeat(40)}` } })).toBe(
    '[@d75a98018…] -- ann#eh7ddx5bks invites you to cats (p.1f2e3d4c…), in place of p.99999999…',
  )
  expect(offered({ invitation, own: true })).toBe('[@d75a98018…] -- ann#eh7ddx5bks sent an invitation to cats (p.1f2e3d4c…)')
  for (const kind of ['text', 'action', 'topic', 'system'] as const) {
    const shown = offered({ kind, text: `see ${text}` })
    expect(shown).toContain('dchat-room:cats:…')
    expect(shown).not.toContain(SECRET)
  }
})

test('a name that somebody chose for his room looks like no other room, and moves nothing', () => {
  const shown = (name: string): string => roomLabel({ room: EXAMPLE_ROOM, name, author: null })
  expect(shown('dchat')).toBe('p.1f2e3d4c… dchat')
  expect(shown('a\n\x1b[2J@ann')).toBe('p.1f2e3d4c… a␊␛@ann')
  expect(roomLabel({ room: CONVERSATION, name: null, author: { ...EXAMPLE_AUTHOR, held: true } })).toBe('@ann')
  expect(roomLabel({ room: 'cats', name: null, author: null })).toBe('cats')
})
