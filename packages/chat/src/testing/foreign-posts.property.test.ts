/** Posts of an encoder that shares no code with ours, as another implementation would send them. Facts: docs/chat.md, *Post*. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { decodePost } from '../post/decode-post.ts'
import { PostVerifier } from '../post/post-verifier.ts'
import { rawPost, withBitTurned } from './raw-post.ts'
import type { RawPost, RawPostParts } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'

const signers = ['a', 'b', 'c'].map((name) => new SeededSigner(name))
const verifier = new PostVerifier()

const parts: fc.Arbitrary<RawPostParts> = fc.record({
  signer: fc.constantFrom(...signers),
  room: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,30}$/).filter((room) => !room.startsWith('p.')),
  kind: fc.constantFrom(0, 1, 3, 6, 200),
  time: fc.nat({ max: 2 ** 48 }),
  parents: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 8 }),
  body: fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => text.isWellFormed()),
})

/** Whether a node would take these bytes as a post. */
function isTaken({ bytes }: RawPost): boolean {
  try {
    return verifier.verifySync(decodePost(bytes))
  } catch (error) {
    if (!isChatError(error, 'CHAT_POST_MALFORMED') || error.fault !== 'peer') throw error
    return false
  }
}

describe('a post of another encoder', () => {
  test('is read as it was meant, under its own id', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const raw = rawPost(given)
        const { id, bytes, author, room, kind, time, parents: read, body } = decodePost(raw.bytes)
        expect([id.toString('hex'), author, room, kind, time, body]).toEqual([
          raw.hex,
          given.signer.key,
          given.room,
          given.kind,
          given.time,
          given.body,
        ])
        expect([bytes, read.map((each) => [...each])]).toEqual([raw.bytes, given.parents!.map((each) => [...each])])
        expect(isTaken(raw)).toBe(true)
      }),
    )
  })

  test('is refused without its end, and with more after it', () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (given, at, more) => {
        const raw = rawPost(given)
        expect(isTaken({ ...raw, bytes: raw.bytes.subarray(0, at % raw.bytes.length) })).toBe(false)
        expect(isTaken({ ...raw, bytes: Buffer.concat([raw.bytes, more]) })).toBe(false)
      }),
    )
  })

  test('is refused with any bit turned over', () => {
    fc.assert(
      fc.property(parts, fc.nat(), (given, at) => {
        const raw = rawPost(given)
        expect(isTaken(withBitTurned(raw, at % (8 * raw.bytes.length)))).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('has an id that no other post has, though only one field is another', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        for (const field of ['room', 'kind', 'time', 'parents', 'body', 'signer'] as const) {
          const [first, second] = [rawPost(one), rawPost({ ...one, [field]: other[field] })]
          expect(first.hex === second.hex).toBe(first.bytes.equals(second.bytes))
        }
      }),
    )
  })
})
