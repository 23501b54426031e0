import { describe, expect, test } from 'vitest'
import { isBase64Url, isBodyOf } from './bodies.ts'
import { PostKind } from './post.ts'

const ID = '0123456789abcdef'.repeat(4)

describe.each([
  ['the shortest nick', PostKind.Profile, 'a', true],
  ['the longest nick', PostKind.Profile, 'x'.repeat(32), true],
  ['a nick of 32 characters beyond the BMP', PostKind.Profile, '😀'.repeat(32), true],
  ['a nick of spaces', PostKind.Profile, '  ', true],
  ['a nick with a joiner, a line separator and a private character', PostKind.Profile, 'a\u200d\u2028\ue000', true],
  ['the characters beside the controls', PostKind.Profile, ' ~\u00a0', true],
  ['no nick', PostKind.Profile, '', false],
  ['a nick of 33 characters', PostKind.Profile, 'x'.repeat(33), false],
  ['a nick of 33 characters, one beyond the BMP', PostKind.Profile, `${'x'.repeat(32)}😀`, false],
  ['a nick of 33 characters beyond the BMP', PostKind.Profile, '😀'.repeat(33), false],
  ['a lone surrogate', PostKind.Profile, '\ud83d', false],
  ['NUL', PostKind.Profile, '\0', false],
  ['a newline', PostKind.Profile, 'a\n', false],
  ['the last of C0', PostKind.Profile, 'a\u001f', false],
  ['DEL', PostKind.Profile, '\u007f', false],
  ['the first of C1', PostKind.Profile, '\u0080b', false],
  ['the last of C1', PostKind.Profile, '\u009f', false],
  ['an id', PostKind.Retract, ID, true],
  ['an id in capitals', PostKind.Retract, ID.toUpperCase(), false],
  ['an id cut short', PostKind.Retract, ID.slice(1), false],
  ['an id and a newline', PostKind.Retract, `${ID}\n`, false],
  ['no id', PostKind.Retract, '', false],
  ['a box key', PostKind.BoxKey, ID, true],
  ['a box key that is no hex', PostKind.BoxKey, ID.replace('a', 'g'), false],
  ['a sealed body', PostKind.DirectMessage, 'AAEC_-8', true],
  ['a sealed body with padding', PostKind.DirectMessage, 'AAECAw==', false],
  ['a sealed body in base64', PostKind.DirectMessage, 'AA+/', false],
  ['no text', PostKind.Text, '', true],
  ['a text with anything', PostKind.Text, 'a\0\u001b[31m\n', true],
  ['a topic', PostKind.Topic, 'a\nb', true],
  ['anything of a kind nobody knows', 200, '\0', true],
] as const)('isBodyOf', (name, kind, body, isTaken) => {
  test(`${isTaken ? 'takes' : 'refuses'} ${name}`, () => {
    expect(isBodyOf(kind, body)).toBe(isTaken)
  })
})

test('isBase64Url takes the one form that bytes have, and no other', () => {
  const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
  const isOwnForm = (text: string): boolean => Buffer.from(text, 'base64url').toString('base64url') === text
  const texts = [
    '',
    ...alphabet,
    ...alphabet.flatMap((last) => [`A${last}`, `A_${last}`, `A_-${last}`, `AAAA${last}`, `AAAA9${last}`]),
  ]
  for (const text of texts) expect([text, isBase64Url(text)]).toEqual([text, isOwnForm(text)])
  expect(texts.filter((text) => isBase64Url(text))).toHaveLength(1 + 4 + 16 + 64 + 4)
})
