import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { PostVerifier } from '../post/post-verifier.ts'
import { signPost } from '../post/sign-post.ts'
import { changedBody, turned } from '../testing/sealed-parts.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import type { InnerMessage } from './inner-message.ts'
import { openRoom, sealRoom } from './room-body.ts'
import { newRoomSecret, roomKeysOf } from './room-keys.ts'

const [ann, eve] = ['ann', 'eve'].map((name) => new SeededSigner(name)) as [SeededSigner, SeededSigner]
const TIME = 1_795_000_000_123
const keys = roomKeysOf(Buffer.alloc(32, 1))
const others = roomKeysOf(Buffer.alloc(32, 2))
const hello = { kind: 0, text: 'hello' }
const at = { author: ann.key, time: TIME, keys }
const body = sealRoom(hello, at)
const sealed = { author: ann.key, time: TIME, body }

const open = (change: Partial<typeof sealed> = {}): InnerMessage | undefined => openRoom({ ...sealed, ...change }, keys)

describe('a post of a private room', () => {
  test.each([
    [0, 256],
    [1000, 1024],
    [4092, 4096],
  ])('with a text of %d bytes has the size %d, proves its room, and opens to what was sealed', async (length, size) => {
    const inner = { kind: 1, text: 'x'.repeat(length) }
    const made = sealRoom(inner, at)
    expect(Buffer.from(made, 'base64url').length).toBe(32 + 64 + 24 + size + 16)
    const post = decodePost(signPost({ room: keys.id, kind: 17, time: TIME, parents: [], body: made }, ann).bytes)
    expect(await new PostVerifier().verify(post)).toBe(true)
    expect(openRoom(post, keys)).toEqual(inner)
  })

  test('is another each time', () => {
    expect(sealRoom(hello, at)).not.toBe(body)
  })

  test('does not open with the keys of another room', () => {
    expect(openRoom(sealed, others)).toBeUndefined()
  })

  test('does not open with another content key', () => {
    expect(openRoom(sealed, { ...keys, secret: keys.secret, contentKey: others.contentKey })).toBeUndefined()
  })

  test('does not open as one of another room with the same keys', () => {
    expect(openRoom(sealed, { ...keys, secret: keys.secret, contentKey: keys.contentKey, id: others.id })).toBeUndefined()
  })

  test('does not open when another author signs the same body', () => {
    expect(open({ author: eve.key })).toBeUndefined()
  })

  test('does not open at another time', () => {
    expect(open({ time: TIME + 1 })).toBeUndefined()
    expect(open({ time: Number.MAX_SAFE_INTEGER })).toBeUndefined()
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['with the room key changed', (bytes) => turned(bytes, 0)],
    ['with the nonce changed', (bytes) => turned(bytes, 96)],
    ['with the ciphertext changed', (bytes) => turned(bytes, 120)],
    ['with the tag changed', (bytes) => turned(bytes, -1)],
    ['without its last byte', (bytes) => bytes.subarray(0, -1)],
    ['with a byte more', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
    ['without its tag', (bytes) => bytes.subarray(0, -16)],
    ['that is a proof alone', (bytes) => bytes.subarray(0, 96)],
    ['of nothing', () => Buffer.alloc(0)],
    ['padded to the next size', (bytes) => Buffer.concat([bytes, Buffer.alloc(768)])],
  ])('does not open from a body %s', (_, change) => {
    expect(open({ body: changedBody(body, change) })).toBeUndefined()
  })

  test('is not made of a text that is too long', () => {
    expect(() => sealRoom({ kind: 0, text: 'x'.repeat(4093) }, at)).toThrow(
      expect.objectContaining({ code: 'CHAT_TEXT_TOO_LONG' }),
    )
  })

  test('is not made with keys that were wiped, which everybody has', () => {
    const wiped = roomKeysOf(newRoomSecret())
    wiped.contentKey.fill(0)
    expect(() => sealRoom(hello, { ...at, keys: wiped })).toThrow(RangeError)
  })

  test('has a proof that holds for this author, time, nonce and ciphertext alone', async () => {
    const verify = (author: SeededSigner, time: number, text: string): Promise<boolean> =>
      new PostVerifier().verify(signPost({ room: keys.id, kind: 17, time, parents: [], body: text }, author))
    expect(await verify(ann, TIME, body)).toBe(true)
    expect(await verify(eve, TIME, body)).toBe(false)
    expect(await verify(ann, TIME + 1, body)).toBe(false)
    for (const at of [96, 200]) {
      const changed = changedBody(body, (bytes) => turned(bytes, at))
      expect(await verify(ann, TIME, changed)).toBe(false)
    }
  })
})

describe('the keys of a private room', () => {
  test('follow from its secret, which is copied', () => {
    const secret = newRoomSecret()
    const one = roomKeysOf(secret)
    const again = roomKeysOf(Buffer.from(secret))
    expect([one.id, one.contentKey, one.signer.key]).toEqual([again.id, again.contentKey, again.signer.key])
    secret.fill(0)
    expect(one.secret).toEqual(again.secret)
    expect(new Set([one.id, others.id, keys.id]).size).toBe(3)
  })

  test('are not shown', () => {
    const shown = `${JSON.stringify(keys)} ${inspect(keys, { depth: 9, showHidden: true })}`
    for (const bytes of [keys.secret, keys.contentKey]) {
      expect(shown).not.toContain(JSON.stringify(bytes))
      expect(shown).not.toContain(inspect(bytes))
      expect(shown).not.toContain(bytes.toString('hex'))
    }
  })

  test('follow from 32 bytes alone', () => {
    expect(() => roomKeysOf(Buffer.alloc(31))).toThrow(RangeError)
  })
})
