import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { privateRoomBody, roomOf } from '../testing/private-room-body.ts'
import { rawPost } from '../testing/raw-post.ts'
import type { RawPostParts } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { decodePost } from './decode-post.ts'
import { PostVerifier } from './post-verifier.ts'
import type { Post } from './post.ts'
import { signPost } from './sign-post.ts'

const RUNS = 100_000
const signers = ['ann', 'bob', 'eve'].map((name) => new SeededSigner(name))
const room = new SeededSigner('room')
/** What stands where a signature would, where nobody checks it: 35 µs less a post. */
const UNCHECKED = signers[0]!.sign(Buffer.alloc(0))

const id = fc.uint8Array({ minLength: 32, maxLength: 32 })
const u64 = fc.oneof(fc.bigInt(0n, 2n ** 53n - 1n), fc.bigInt(2n ** 53n, 2n ** 64n - 1n))
const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
const nick = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((name) => Array.from(name).length <= 32)
const ordinary = fc.stringMatching(/^[a-oq-z0-9.-][a-z0-9._-]{0,63}$/)

type Content = Pick<RawPostParts, 'room' | 'kind' | 'body'>

const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ room: ordinary, kind: fc.constantFrom(0, 1, 3, 6, 15, 18, 255), body: text }) },
  fc.record({ room: ordinary, kind: fc.constant(4), body: hex }),
  fc.record({ room: fc.constant(''), kind: fc.constant(2), body: nick }),
  fc.record({ room: fc.constant(''), kind: fc.constant(5), body: hex }),
  fc.record({
    room: fc.constant('_dm'),
    kind: fc.constant(16),
    body: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  }),
)

const parts: fc.Arbitrary<RawPostParts> = fc
  .record({
    content,
    signer: fc.constantFrom(...signers),
    time: u64,
    parents: fc.array(id, { maxLength: 8 }),
  })
  .map(({ content: its, ...rest }) => ({ ...its, ...rest, signature: UNCHECKED }))

const valid = parts.map((its) => rawPost(its).bytes)

/** The post, or undefined where it is refused as malformed. Anything else that is thrown fails the test. */
function tryDecode(bytes: Buffer): Post | undefined {
  try {
    return decodePost(bytes)
  } catch (error) {
    if (isChatError(error, 'CHAT_POST_MALFORMED') && error.fault === 'peer') return undefined
    throw error
  }
}

/** What a decoded post was made of, written anew by the encoder of the tests. */
function rewritten(post: Post): Buffer {
  const timeAt = 1 + 32 + 1 + post.room.length + 1
  return rawPost({
    ...post,
    signer: { key: post.author, sign: () => Buffer.alloc(0) },
    time: post.bytes.readBigUInt64LE(timeAt),
    signature: post.bytes.subarray(-64),
  }).bytes
}

describe('decodePost', () => {
  test('gives back what anybody wrote', () => {
    fc.assert(
      fc.property(parts, (its) => {
        const raw = rawPost(its)
        const post = decodePost(raw.bytes)
        expect(post.id).toEqual(raw.id)
        expect([post.room, post.kind, post.body]).toEqual([its.room, its.kind, its.body])
        expect(post.time).toBe(its.time <= Number.MAX_SAFE_INTEGER ? Number(its.time) : Number.MAX_SAFE_INTEGER)
        expect(Buffer.concat([...post.parents])).toEqual(Buffer.concat([...its.parents!]))
        expect(rewritten(post)).toEqual(raw.bytes)
      }),
      { numRuns: RUNS / 10 },
    )
  })

  test('refuses every prefix of a post', () => {
    fc.assert(
      fc.property(valid, (bytes) => {
        const lengths = Array.from({ length: bytes.length }, (_, length) => length)
        expect(lengths.filter((length) => tryDecode(bytes.subarray(0, length)) !== undefined)).toEqual([])
      }),
      { numRuns: RUNS / 200 },
    )
  })

  test('refuses whatever follows a post', () => {
    fc.assert(
      fc.property(valid, fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes, more) => {
        expect(tryDecode(Buffer.concat([bytes, more]))).toBeUndefined()
      }),
      { numRuns: RUNS / 10 },
    )
  })

  test('never takes the same content in two forms, and throws nothing else, whatever was done to a post', () => {
    const change = fc.oneof(
      fc.record({ at: fc.nat(), drop: fc.nat({ max: 4 }), put: fc.uint8Array({ maxLength: 4 }) }),
      fc.record({ at: fc.nat({ max: 50 }), drop: fc.constant(1), put: fc.uint8Array({ minLength: 1, maxLength: 3 }) }),
    )
    let taken = 0
    fc.assert(
      fc.property(valid, fc.array(change, { minLength: 1, maxLength: 3 }), (original, changes) => {
        let bytes = original
        for (const { at, drop, put } of changes) {
          const start = at % (bytes.length + 1)
          bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + drop)])
        }
        const post = tryDecode(bytes)
        if (post === undefined) return
        taken += 1
        if (!rewritten(post).equals(bytes)) throw new Error('two forms of one content')
      }),
      { numRuns: RUNS },
    )
    expect(taken).toBeGreaterThan(RUNS / 100)
  })

  test('throws nothing else for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => tryDecode(Buffer.concat([Buffer.of(1), bytes]))).not.toThrow()
      }),
      { numRuns: RUNS },
    )
  })
})

describe('a signed post', () => {
  const verifier = new PostVerifier()
  const isTaken = (bytes: Buffer): boolean => {
    const post = tryDecode(bytes)
    return post !== undefined && verifier.verifySync(post)
  }

  test('is the one its draft says, byte for byte', () => {
    const draft = fc.record({
      content,
      signer: fc.constantFrom(...signers),
      time: fc.maxSafeNat(),
      parents: fc.array(id, { maxLength: 8 }),
    })
    fc.assert(
      fc.property(draft, ({ content: its, signer, time, parents }) => {
        const { room: name, kind, body } = its as { room: string; kind: number; body: string }
        const post = signPost({ room: name, kind, body, time, parents: parents.map((one) => Buffer.from(one)) }, signer)
        expect(post.bytes).toEqual(rawPost({ ...its, signer, time, parents }).bytes)
        expect(decodePost(post.bytes)).toEqual(post)
        expect(verifier.verifySync(post)).toBe(true)
      }),
      { numRuns: RUNS / 100 },
    )
  })

  test.each([
    ['a text with parents', { room: 'dchat', kind: 0, body: 'hé 日本', parents: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] }],
    ['a profile', { room: '', kind: 2, body: 'ann' }],
    [
      'a private room',
      {
        room: roomOf(room),
        kind: 17,
        body: privateRoomBody(room, { author: signers[0]!.key, time: 5, ciphertext: Buffer.alloc(20) }),
      },
    ],
  ])('does not survive the turning of any bit: %s', (_, its) => {
    const { bytes } = rawPost({ signer: signers[0]!, time: 5, ...its })
    expect(isTaken(bytes)).toBe(true)
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const turned = Buffer.from(bytes)
      turned[bit >> 3]! ^= 1 << (bit & 7)
      if (isTaken(turned)) throw new Error(`bit ${bit} does not matter`)
    }
  })

  test('shares its id and its place with no other', () => {
    const drafts = fc.uniqueArray(
      fc.record({ time: fc.nat({ max: 3 }), body: fc.string({ maxLength: 2 }), by: fc.nat({ max: 2 }) }),
      {
        minLength: 2,
        maxLength: 30,
        selector: ({ time, body, by }) => `${time} ${by} ${body}`,
      },
    )
    fc.assert(
      fc.property(drafts, (some) => {
        const posts = some.map(({ time, body, by }) =>
          signPost({ room: 'dchat', kind: 0, time, parents: [], body }, signers[by]!),
        )
        expect(new Set(posts.map((post) => post.id.toString('hex'))).size).toBe(posts.length)
        expect(new Set(posts.map((post) => `${post.time} ${post.id.toString('hex')}`)).size).toBe(posts.length)
      }),
      { numRuns: RUNS / 1000 },
    )
  })
})
