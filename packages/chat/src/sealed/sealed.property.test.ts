/** What holds for any message, and for any bytes that somebody may send. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { secretOf, turned } from '../testing/sealed-parts.ts'
import { openBoxKey } from './box-key.ts'
import { openDirect, sealDirect } from './direct-message.ts'
import { INNER_SIZES, INNER_TEXT_MAX_BYTES, decodeInner, encodeInner } from './inner-message.ts'
import { formatInvitation, parseInvitation } from './invitation.ts'
import { memberOf, memberText } from './member-certificate.ts'
import { openRoom, sealRoom } from './room-body.ts'
import { roomKeysOf } from './room-keys.ts'

const [author, recipient, identity] = ['author', 'recipient', 'identity'].map((name) => new SeededSigner(name)) as [
  SeededSigner,
  SeededSigner,
  SeededSigner,
]
const boxKey = await openBoxKey(secretOf('box'))
const keys = roomKeysOf(secretOf('room'))
const by = { recipient: recipient.key, keys: [boxKey] }
const to = { author: author.key, recipient: recipient.key, boxKey: boxKey.publicKey }

const inners = fc.record({
  kind: fc.nat(255),
  text: fc
    .string({ unit: 'binary', maxLength: 2000 })
    .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= INNER_TEXT_MAX_BYTES),
})
const times = fc.maxSafeNat()
/** Bytes of the lengths that are looked into, of lengths near them, and of any. */
const bodies = (around: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .constantFrom(...INNER_SIZES)
        .chain((size) => fc.uint8Array({ minLength: around + size - 1, maxLength: around + size + 1, size: 'max' })),
    )
    .map((bytes) => Buffer.from(bytes).toString('base64url'))
const DIRECT_AROUND = 32 + 16
const ROOM_AROUND = 32 + 64 + 24 + 16

describe('inner messages', () => {
  test('decode to what was encoded, in the smallest size', () => {
    fc.assert(
      fc.property(inners, (inner) => {
        const bytes = encodeInner(inner)
        expect(decodeInner(bytes)).toEqual(inner)
        const smaller = INNER_SIZES.filter((size) => size < bytes.length).at(-1) ?? 0
        expect(bytes.subarray(smaller).some((byte) => byte !== 0) || bytes.length === 256).toBe(true)
      }),
    )
  })

  test('have one form of each size, whatever the bytes, and throw nothing', () => {
    const bytes = fc
      .tuple(fc.constantFrom(...INNER_SIZES), fc.uint8Array({ maxLength: 300 }))
      .map(([size, start]) => Buffer.concat([start, Buffer.alloc(size)], size))
    fc.assert(
      fc.property(bytes, (some) => {
        const inner = decodeInner(some)
        if (inner === undefined) return
        expect(Buffer.concat([encodeInner(inner), Buffer.alloc(some.length)], some.length)).toEqual(some)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('direct messages', () => {
  test('open to what was sealed', async () => {
    await fc.assert(
      fc.asyncProperty(inners, times, async (inner, time) => {
        const body = await sealDirect(inner, { ...to, time })
        expect(await openDirect({ author: author.key, time, body }, by)).toEqual(inner)
      }),
      { numRuns: 50 },
    )
  })

  test('open to nothing with any bit of any byte turned', async () => {
    const good = Buffer.from(await sealDirect({ kind: 0, text: 'hello' }, { ...to, time: 1 }), 'base64url')
    expect(good.length).toBe(32 + 256 + 16)
    for (let at = 0; at < good.length; at += 1) {
      const body = turned(good, at, 1 << (at & 7)).toString('base64url')
      expect(await openDirect({ author: author.key, time: 1, body }, by)).toBeUndefined()
    }
  })

  test('of any bytes open to nothing, and throw nothing', async () => {
    await fc.assert(
      fc.asyncProperty(bodies(DIRECT_AROUND), times, async (body, time) => {
        expect(await openDirect({ author: author.key, time, body }, by)).toBeUndefined()
      }),
    )
  })
})

describe('private rooms', () => {
  test('open to what was sealed', () => {
    fc.assert(
      fc.property(inners, times, (inner, time) => {
        const body = sealRoom(inner, { author: author.key, time, keys })
        expect(openRoom({ author: author.key, time, body }, keys)).toEqual(inner)
      }),
    )
  })

  test('open to nothing with any bit of any byte turned, but for the signature, which the verifier looks at', () => {
    const good = Buffer.from(sealRoom({ kind: 0, text: 'hello' }, { author: author.key, time: 1, keys }), 'base64url')
    expect(good.length).toBe(32 + 64 + 24 + 256 + 16)
    const isOfSignature = (at: number): boolean => at >= 32 && at < 96
    for (let at = 0; at < good.length; at += 1) {
      const body = turned(good, at, 1 << (at & 7)).toString('base64url')
      expect(openRoom({ author: author.key, time: 1, body }, keys) === undefined).toBe(!isOfSignature(at))
    }
  })

  test('of any bytes open to nothing, and throw nothing, by the key of the room too', () => {
    fc.assert(
      fc.property(bodies(ROOM_AROUND), times, fc.boolean(), (body, time, isByRoom) => {
        const bytes = Buffer.from(body, 'base64url')
        if (isByRoom) keys.signer.key.copy(bytes)
        expect(openRoom({ author: author.key, time, body: bytes.toString('base64url') }, keys)).toBeUndefined()
      }),
    )
  })
})

describe('member certificates', () => {
  const of = { room: keys.id, author: author.key }
  const good = memberText(identity, of)

  test('with any digit changed vouch for nothing', () => {
    expect(good.length).toBe(192)
    for (let at = 0; at < good.length; at += 1) {
      const digit = (Number.parseInt(good[at]!, 16) ^ 1).toString(16)
      expect(memberOf(good.slice(0, at) + digit + good.slice(at + 1), of)).toBeUndefined()
    }
  })

  test('of any digits or text vouch for nothing, and throw nothing', () => {
    const digits = fc.uint8Array({ minLength: 96, maxLength: 96 }).map((bytes) => Buffer.from(bytes).toString('hex'))
    const anything = fc.oneof(digits, fc.string({ unit: 'binary', maxLength: 300 }))
    fc.assert(
      fc.property(anything, (text) => {
        expect(memberOf(text, of)).toBeUndefined()
      }),
    )
  })
})

describe('invitations', () => {
  const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  const names = fc
    .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), { minLength: 1, maxLength: 64 })
    .map((characters) => characters.join(''))
    .filter((name) => !/[\u0000-\u001f\u007f-\u009f]/.test(name) && name.isWellFormed()) // oxlint-disable-line no-control-regex -- no name has them

  test('are read as they were made, with white space around', () => {
    const space = fc.constantFrom('', ' ', '\n', '\r\n\t ', '\u00a0')
    fc.assert(
      fc.property(names, secrets, fc.tuple(space, space), (name, secret, [before, after]) => {
        const text = formatInvitation({ name, secret })
        expect(parseInvitation(before + text + after)).toEqual({ name, secret })
      }),
    )
  })

  test('are what any text near one is, or the error says so without it', () => {
    const good = formatInvitation({ name: 'garden', secret: secretOf('room') })
    const near = fc
      .tuple(fc.nat(good.length), fc.nat(4), fc.string({ unit: 'binary', maxLength: 4 }))
      .map(([at, taken, put]) => good.slice(0, at) + put + good.slice(at + taken))
    const anything = fc.oneof(
      near,
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string().map((text) => `dchat-room:${text}`),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const { again, said } = read(text)
        expect(again === text.trim() || said?.includes(good.slice(-20)) === false).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })
})

/** The text made anew of what was read, or all that the error says. */
function read(text: string): { again?: string; said?: string } {
  try {
    return { again: formatInvitation(parseInvitation(text)) }
  } catch (error) {
    if (isChatError(error, 'CHAT_INVITATION_MALFORMED')) return { said: `${error.message} ${JSON.stringify(error.data)}` }
    throw error
  }
}
