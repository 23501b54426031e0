import { describe, expect, test } from 'vitest'
import { changedBody, turned } from '../testing/sealed-parts.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { newBoxSecret, openBoxKey } from './box-key.ts'
import { openDirect, sealDirect } from './direct-message.ts'
import type { InnerMessage } from './inner-message.ts'

const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => new SeededSigner(name).key) as [Buffer, Buffer, Buffer]
const TIME = 1_795_000_000_123
const bobsKey = await openBoxKey(await newBoxSecret())
const otherKeys = await Promise.all(Array.from({ length: 4 }, async () => openBoxKey(await newBoxSecret())))
const hello = { kind: 0, text: 'hello' }
const to = { author: ann, time: TIME, recipient: bob, boxKey: bobsKey.publicKey }
const body = await sealDirect(hello, to)
const sealed = { author: ann, time: TIME, body }

/** The u of the points of order 1, 2, 4 and 8, of the curve and its twist, in every form they have; one also with the bit above. */
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0100000000000000000000000000000000000000000000000000000000000080',
]

const open = (change: Partial<typeof sealed> = {}): Promise<InnerMessage | undefined> =>
  openDirect({ ...sealed, ...change }, { recipient: bob, keys: [bobsKey] })

describe('a direct message', () => {
  test.each([
    [0, 256],
    [1000, 1024],
    [4092, 4096],
  ])('with a text of %d bytes has the size %d, and opens to what was sealed', async (length, size) => {
    const inner = { kind: 1, text: 'x'.repeat(length) }
    const made = await sealDirect(inner, to)
    expect(Buffer.from(made, 'base64url').length).toBe(32 + size + 16)
    expect(await open({ body: made })).toEqual(inner)
  })

  test('is another each time', async () => {
    expect(await sealDirect(hello, to)).not.toBe(body)
  })

  test('opens with whichever key it was written to', async () => {
    expect(await openDirect(sealed, { recipient: bob, keys: [...otherKeys, bobsKey] })).toEqual(hello)
  })

  test('does not open without that key, or with none', async () => {
    expect(await openDirect(sealed, { recipient: bob, keys: otherKeys })).toBeUndefined()
    expect(await openDirect(sealed, { recipient: bob, keys: [] })).toBeUndefined()
  })

  test('does not open for another recipient who has the key', async () => {
    expect(await openDirect(sealed, { recipient: eve, keys: [bobsKey] })).toBeUndefined()
  })

  test('does not open when another signs the same body', async () => {
    expect(await open({ author: eve })).toBeUndefined()
  })

  test('does not open as one that the recipient wrote to its author', async () => {
    expect(await openDirect({ ...sealed, author: bob }, { recipient: ann, keys: [bobsKey] })).toBeUndefined()
  })

  test('does not open at another time', async () => {
    expect(await open({ time: TIME + 1 })).toBeUndefined()
    expect(await open({ time: Number.MAX_SAFE_INTEGER })).toBeUndefined()
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['without its last byte', (bytes) => bytes.subarray(0, -1)],
    ['with a byte more', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
    ['without its tag', (bytes) => bytes.subarray(0, -16)],
    ['that is its ephemeral key alone', (bytes) => bytes.subarray(0, 32)],
    ['of nothing', () => Buffer.alloc(0)],
    ['padded to the next size', (bytes) => Buffer.concat([bytes, Buffer.alloc(768)])],
    ['with another ephemeral key', (bytes) => Buffer.concat([otherKeys[0]!.publicKey, bytes.subarray(32)])],
    ['with the highest bit of its ephemeral key turned, which X25519 does not see', (bytes) => turned(bytes, 31, 0x80)],
    ['with a byte of its text changed', (bytes) => turned(bytes, 40)],
    ['with a byte of its tag changed', (bytes) => turned(bytes, -1)],
  ])('does not open from a body %s', async (_, change) => {
    expect(await open({ body: changedBody(body, change) })).toBeUndefined()
  })

  test('of another length is tried with no key', async () => {
    let tried = 0
    const counted = {
      publicKey: bobsKey.publicKey,
      get handles() {
        tried += 1
        return bobsKey.handles
      },
    }
    const by = { recipient: bob, keys: [counted] }
    await openDirect({ ...sealed, body: changedBody(body, (bytes) => bytes.subarray(0, -1)) }, by)
    expect(tried).toBe(0)
    await openDirect(sealed, by)
    expect(tried).toBe(1)
  })

  test.each(SMALL_ORDER)('does not open from an ephemeral key of small order: %s', async (hex) => {
    const smallOrder = changedBody(body, (bytes) => Buffer.concat([Buffer.from(hex, 'hex'), bytes.subarray(32)]))
    expect(await open({ body: smallOrder })).toBeUndefined()
  })

  test.each(SMALL_ORDER)('is not written to a box key of small order: %s', async (hex) => {
    await expect(sealDirect(hello, { ...to, boxKey: Buffer.from(hex, 'hex') })).rejects.toThrow(
      expect.objectContaining({ code: 'CHAT_BOX_KEY_UNUSABLE', data: { key: hex }, fault: 'peer' }),
    )
  })

  test('is not made of a text that is too long', async () => {
    await expect(sealDirect({ kind: 0, text: 'x'.repeat(4093) }, to)).rejects.toThrow(
      expect.objectContaining({ code: 'CHAT_TEXT_TOO_LONG' }),
    )
  })
})
