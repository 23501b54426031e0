import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { privateRoomBody, roomOf } from '../testing/private-room-body.ts'
import type { PrivateRoomParts } from '../testing/private-room-body.ts'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { decodePost } from './decode-post.ts'
import { PostVerifier } from './post-verifier.ts'
import type { Post } from './post.ts'

const ann = new SeededSigner('ann')
const bob = new SeededSigner('bob')
const TIME = 1_795_000_000_000

function text(body: string): Post {
  return decodePost(rawPost({ signer: ann, time: TIME, body }).bytes)
}

function forged(body: string): Post {
  return decodePost(rawPost({ signer: bob, author: ann.key, time: TIME, body }).bytes)
}

/** How many of the promises are settled before the event loop turns. */
async function settledAtOnce(answers: readonly Promise<boolean>[]): Promise<number> {
  let settled = 0
  for (const answer of answers) void answer.then(() => (settled += 1))
  await new Promise((resolve) => process.nextTick(resolve))
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
  return settled
}

describe('PostVerifier', () => {
  test('tells good posts from forged ones, alone and among hundreds', async () => {
    const verifier = new PostVerifier()
    const posts = Array.from({ length: 300 }, (_, index) => (index % 3 === 1 ? forged(`${index}`) : text(`${index}`)))
    const wanted = posts.map((_, index) => index % 3 !== 1)
    expect(await Promise.all(posts.map((post) => verifier.verify(post)))).toEqual(wanted)
    expect(posts.map((post) => verifier.verifySync(post))).toEqual(wanted)
    expect([await verifier.verify(posts[0]!), await verifier.verify(posts[1]!)]).toEqual([true, false])
  })

  test('answers up to four before the event loop turns, and leaves more to the thread pool', async () => {
    const verifier = new PostVerifier()
    const posts = ['1', '2', '3', '4', '5'].map(text)
    const few = posts.slice(0, 4).map((post) => verifier.verify(post))
    expect(await settledAtOnce(few)).toBe(4)
    expect(await settledAtOnce([verifier.verify(posts[4]!)])).toBe(0)
    await new Promise((resolve) => setImmediate(resolve))
    const many = posts.map((post) => new PostVerifier().verify(post))
    expect(await settledAtOnce(many)).toBe(5)
    const together = new PostVerifier()
    const waiting = posts.map((post) => together.verify(post))
    expect(await settledAtOnce(waiting)).toBe(0)
    expect(await Promise.all(waiting)).toEqual([true, true, true, true, true])
  })

  test('refuses a key that is no point of the curve', () => {
    const author = Buffer.alloc(32, 2)
    expect(() => ed25519.Point.fromBytes(author)).toThrow('bad point')
    expect(new PostVerifier().verifySync(decodePost(rawPost({ signer: ann, author, time: TIME, body: '' }).bytes))).toBe(false)
  })
})

describe('the proof of a private room', () => {
  const room = new SeededSigner('room')
  const sealed = (body: string, time: number | bigint = TIME): Buffer =>
    rawPost({ signer: ann, room: roomOf(room), kind: 17, time, body }).bytes
  const bodyOf = (parts: Partial<PrivateRoomParts>): string => privateRoomBody(room, { author: ann.key, time: TIME, ...parts })
  const flaw = (reason: string): unknown =>
    expect.objectContaining({ code: 'CHAT_POST_MALFORMED', data: { reason }, fault: 'peer' })

  async function isProved(bytes: Buffer): Promise<boolean> {
    const verifier = new PostVerifier()
    const post = decodePost(bytes)
    const [alone, ...pooled] = await Promise.all([...Array.from({ length: 6 }, () => verifier.verify(post))])
    expect(pooled).toEqual(pooled.map(() => alone))
    expect(verifier.verifySync(post)).toBe(alone)
    return alone!
  }

  test.each<[string, boolean, Partial<PrivateRoomParts>]>([
    ['by the room key', true, {}],
    ['over the shortest ciphertext', true, { ciphertext: Buffer.alloc(16, 9) }],
    ['by another key', false, { signature: bob.sign(Buffer.alloc(1)) }],
    ['made for another author', false, { author: bob.key }],
    ['made for another time', false, { time: TIME + 1 }],
  ])('%s: %s', async (_, isValid, parts) => {
    expect(await isProved(sealed(bodyOf(parts)))).toBe(isValid)
  })

  test('covers a time that no number holds', async () => {
    const time = 2n ** 64n - 1n
    expect(await isProved(sealed(bodyOf({ time }), time))).toBe(true)
    expect(await isProved(sealed(bodyOf({ time: time - 1n }), time))).toBe(false)
  })

  test('has to be by the key of this room, of sound form and followed by a nonce and a tag', () => {
    const other = privateRoomBody(bob, { author: ann.key, time: TIME })
    expect(() => decodePost(sealed(other))).toThrow(flaw('room proof'))
    const short = bodyOf({ ciphertext: Buffer.alloc(15) })
    expect(() => decodePost(sealed(short))).toThrow(flaw('room proof'))
    const shapeless = bodyOf({ signature: Buffer.alloc(64, 0xff) })
    expect(() => decodePost(sealed(shapeless))).toThrow(flaw('room proof'))
    const weak = { key: Buffer.alloc(32), sign: () => Buffer.alloc(64) }
    const body = privateRoomBody(weak, { author: ann.key, time: TIME })
    expect(() => decodePost(rawPost({ signer: ann, room: roomOf(weak), kind: 17, time: TIME, body }).bytes)).toThrow(
      flaw('room proof'),
    )
  })

  test('does not stand in for the signature of the author', () => {
    const body = bodyOf({})
    const post = decodePost(rawPost({ signer: bob, author: ann.key, room: roomOf(room), kind: 17, time: TIME, body }).bytes)
    expect(new PostVerifier().verifySync(post)).toBe(false)
  })
})
