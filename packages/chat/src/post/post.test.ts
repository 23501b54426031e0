import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { decodePost, postIdOf } from './decode-post.ts'
import { POST_MAX_BYTES } from './grammar.ts'
import type { PostFlaw } from './post-flaw.ts'
import { PostVerifier } from './post-verifier.ts'
import type { PostDraft } from './post.ts'
import { signPost } from './sign-post.ts'

const ann = new SeededSigner('ann')
const draft: PostDraft = { room: 'dchat', kind: 0, time: 1_700_000_000_000, parents: [], body: 'hello' }
const longest: PostDraft = {
  room: 'x'.repeat(64),
  kind: 255,
  time: Number.MAX_SAFE_INTEGER,
  parents: Array.from({ length: 8 }, (_, index) => Buffer.alloc(32, index)),
  body: '☃'.repeat(2730) + 'xx',
}

function flawOf(run: () => unknown): { reason: PostFlaw; fault: string } {
  try {
    run()
  } catch (error) {
    if (isChatError(error, 'CHAT_POST_MALFORMED')) return { reason: error.data.reason, fault: error.fault }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a signed post', () => {
  test('decodes to what was drafted', () => {
    const post = signPost({ ...draft, parents: [Buffer.alloc(32, 7)] }, ann)
    expect(decodePost(post.bytes)).toEqual(post)
    expect(post).toMatchObject({ ...draft, parents: [Buffer.alloc(32, 7)], author: ann.key, id: postIdOf(post.bytes) })
    expect(new PostVerifier().verifySync(post)).toBe(true)
  })

  test('of the longest kind fits its message', () => {
    const post = signPost(longest, ann)
    expect(post.bytes).toHaveLength(POST_MAX_BYTES)
    expect(post.bytes.length + 3).toBeLessThanOrEqual(8640)
    expect(decodePost(post.bytes)).toEqual(post)
  })

  test('keeps no hold of the draft', () => {
    const parent = Buffer.alloc(32, 7)
    const post = signPost({ ...draft, parents: [parent] }, ann)
    parent.fill(8)
    expect(decodePost(post.bytes)).toEqual(post)
  })

  test('of a time beyond exact numbers lies far in the future', () => {
    const { bytes } = signPost(draft, ann)
    Buffer.alloc(8, 0xff).copy(bytes, 1 + 32 + 1 + 5 + 1)
    expect(decodePost(bytes).time).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('signPost refuses', () => {
  test.each<[string, PostFlaw, Partial<PostDraft>]>([
    ['a room in capitals', 'room', { room: 'Dchat' }],
    ['a text in the room of profiles', 'room kind', { room: '' }],
    ['a kind above a byte', 'room kind', { kind: 256 }],
    ['half a kind', 'room kind', { kind: 0.5 }],
    ['a time before 1970', 'time', { time: -1 }],
    ['half a millisecond', 'time', { time: 0.5 }],
    ['nine parents', 'parents', { parents: Array.from({ length: 9 }, () => Buffer.alloc(32)) }],
    ['a parent of 31 bytes', 'parents', { parents: [Buffer.alloc(31)] }],
    ['a body of 8,193 bytes', 'body length', { body: 'x'.repeat(8193) }],
    ['a body of 8,193 bytes in fewer characters', 'body length', { body: '☃'.repeat(2731) }],
    ['a lone surrogate', 'body', { body: '\udc00' }],
    ['a retraction of nothing', 'body', { kind: 4, body: '' }],
  ])('%s', (_, reason, change) => {
    expect(flawOf(() => signPost({ ...draft, ...change }, ann))).toEqual({ reason, fault: 'none' })
  })

  test('a key of small order', () => {
    const signer = { key: Buffer.alloc(32), sign: (message: Buffer) => ann.sign(message) }
    expect(flawOf(() => signPost(draft, signer))).toEqual({ reason: 'author', fault: 'none' })
  })
})
