import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tagOf, verifyString } from './tag.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))

describe('tagOf', () => {
  test('is the beginning of the base32 of the digest', () => {
    // Computed with Python: base64.b32encode(hashlib.sha256(key).digest()).
    expect(tagOf(Buffer.alloc(32))).toBe('mzuhvlpymk')
    expect(tagOf(Buffer.alloc(32, 0xff))).toBe('v6lbg5qpoj')
  })

  test('has the first 50 bits of the digest, and nothing else', () => {
    fc.assert(
      fc.property(key, (bytes) => {
        const bits = Array.from(tagOf(bytes), (character) =>
          'abcdefghijklmnopqrstuvwxyz234567'.indexOf(character).toString(2).padStart(5, '0'),
        )
        const digest = BigInt(`0x${hash('sha256', bytes)}`)
        expect(BigInt(`0b${bits.join('')}`)).toBe(digest >> 206n)
      }),
    )
  })
})

describe('verifyString', () => {
  test('is the same on both sides, six groups of five digits', () => {
    fc.assert(
      fc.property(key, key, (mine, theirs) => {
        const text = verifyString(mine, theirs)
        expect(text).toMatch(/^\d{5}( \d{5}){5}$/)
        expect(verifyString(theirs, mine)).toBe(text)
      }),
    )
  })

  test('is what docs/chat.md says', () => {
    const [lower, higher] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const digest = BigInt(`0x${hash('sha256', Buffer.concat([Buffer.from('dchat.verify.v1\0'), lower, higher]))}`)
    expect(verifyString(higher, lower).replaceAll(' ', '')).toBe((digest % 10n ** 30n).toString().padStart(30, '0'))
    // Computed with Python.
    expect(verifyString(lower, higher)).toBe('75947 53099 16909 52192 07898 09027')
  })

  test('is another for another key', () => {
    fc.assert(
      fc.property(key, key, fc.nat({ max: 255 }), (mine, theirs, bit) => {
        const other = Buffer.from(theirs)
        other[bit >> 3]! ^= 1 << (bit & 7)
        expect(verifyString(mine, other)).not.toBe(verifyString(mine, theirs))
      }),
    )
  })
})
