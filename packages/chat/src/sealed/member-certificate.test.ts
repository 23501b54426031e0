import { describe, expect, test } from 'vitest'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { memberOf, memberText } from './member-certificate.ts'

const [ann, bob, author, other] = ['ann', 'bob', 'author', 'other author'].map((name) => new SeededSigner(name)) as [
  SeededSigner,
  SeededSigner,
  SeededSigner,
  SeededSigner,
]
const of = { room: `p.${'01'.repeat(20)}`, author: author.key }
const text = memberText(ann, of)

describe('a member certificate', () => {
  test('names the identity that vouches', () => {
    expect(text).toMatch(/^[0-9a-f]{192}$/)
    expect(memberOf(text, of)).toEqual(ann.key)
  })

  test('is none in another room', () => {
    expect(memberOf(text, { ...of, room: `p.${'02'.repeat(20)}` })).toBeUndefined()
  })

  test('is none for another author', () => {
    expect(memberOf(text, { ...of, author: other.key })).toBeUndefined()
  })

  test('is none with another identity in it', () => {
    expect(memberOf(bob.key.toString('hex') + text.slice(64), of)).toBeUndefined()
  })

  test.each([
    ['of nothing', ''],
    ['cut short', text.slice(0, -2)],
    ['with a byte more', `${text}00`],
    ['in capitals', text.toUpperCase()],
    ['with a newline', `${text}\n`],
    ['that is no hex', `g${text.slice(1)}`],
    ['with a bit turned', `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`],
  ])('is none from a text %s', (_, changed) => {
    expect(memberOf(changed, of)).toBeUndefined()
  })
})
