/**
 * Signatures at the edges of Ed25519, where implementations differ (Chalkias, Garillot and Nikolaenko, "Taming the many
 * EdDSAs", 2020): made here from their conditions, judged as docs/chat.md says.
 */
import { hash } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { decodePost } from './decode-post.ts'
import { PostVerifier } from './post-verifier.ts'
import type { Signer } from './post.ts'

const { Point } = ed25519
type Point = typeof Point.BASE
const L = 2n ** 252n + 27742317777372353535851937790883648493n
/** A point of order 8. */
const EIGHTH = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
const malformed: unknown = expect.objectContaining({ data: { reason: 'signature' }, fault: 'peer' })
const SECRET = 0x1234_5678_9abcn

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

/** What a signer may choose freely. */
interface Choice {
  /** Added to the honest key. */
  readonly torsion: Point
  /** @default r B */
  readonly commitment?: Point
  /** How R is written. @default as its point is */
  readonly written?: Buffer
  readonly r: bigint
}

/** Signs S = r + k a with k = H(R, A, M), whatever R and A are. */
function freeSigner(choice: Choice): Signer & { challenge(): bigint } {
  const key = Buffer.from(Point.BASE.multiply(SECRET).add(choice.torsion).toBytes())
  let challenge = 0n
  return {
    key,
    challenge: () => challenge,
    sign(message) {
      const point = choice.commitment ?? Point.BASE.multiply(choice.r)
      const commitment = choice.written ?? Buffer.from(point.toBytes())
      challenge = littleEndian(hash('sha512', Buffer.concat([commitment, key, message]), 'buffer')) % L
      return Buffer.concat([commitment, bytesOf((choice.r + challenge * SECRET) % L)])
    },
  }
}

async function isTaken(signer: Signer, body = ''): Promise<boolean> {
  const post = decodePost(rawPost({ signer, time: 1, body }).bytes)
  const verifier = new PostVerifier()
  const answers = await Promise.all(Array.from({ length: 6 }, () => verifier.verify(post)))
  expect(answers).toEqual(answers.map(() => verifier.verifySync(post)))
  return answers[0]!
}

describe('a signature', () => {
  test('by the equation with nothing odd in it is taken', async () => {
    expect(await isTaken(freeSigner({ torsion: Point.ZERO, r: 77n }))).toBe(true)
  })

  test('by a key with a part of small order is taken exactly when the equation holds without the cofactor', async () => {
    const seen = new Set<boolean>()
    for (let r = 1n; r <= 40n; r += 1n) {
      const signer = freeSigner({ torsion: EIGHTH, r })
      const taken = await isTaken(signer)
      expect(taken).toBe(signer.challenge() % 8n === 0n)
      seen.add(taken)
    }
    expect(seen).toEqual(new Set([true, false]))
  })

  test('whose R is of small order is malformed, though the equation may hold', () => {
    for (const commitment of [Point.ZERO, EIGHTH]) {
      const signer = freeSigner({ torsion: Point.ZERO, r: 0n, commitment })
      expect(() => decodePost(rawPost({ signer, time: 1, body: '' }).bytes)).toThrow(malformed)
    }
  })

  test('whose R is written in another form is malformed', () => {
    for (const written of [2n ** 255n - 19n + 1n, 2n ** 255n - 19n + 3n, 1n + 2n ** 255n].map(bytesOf)) {
      const signer = freeSigner({ torsion: Point.ZERO, r: 0n, commitment: Point.ZERO, written })
      expect(() => decodePost(rawPost({ signer, time: 1, body: '' }).bytes)).toThrow(malformed)
    }
  })

  test('whose S is L too large is malformed', () => {
    const honest = new SeededSigner('ann')
    const signer: Signer = {
      key: honest.key,
      sign(message) {
        const signature = honest.sign(message)
        return Buffer.concat([signature.subarray(0, 32), bytesOf(littleEndian(signature.subarray(32)) + L)])
      },
    }
    expect(() => decodePost(rawPost({ signer, time: 1, body: '' }).bytes)).toThrow(malformed)
  })

  test('is judged as another implementation judges it', async () => {
    for (let index = 0; index < 20; index += 1) {
      const signer = new SeededSigner(index)
      const { bytes } = rawPost({ signer, time: index, body: `text ${index}` })
      for (const bit of [undefined, 8 * (bytes.length - 64) + index, 8 * (bytes.length - 32) + index, 600]) {
        const changed = Buffer.from(bytes)
        if (bit !== undefined) changed[bit >> 3]! ^= 1 << (bit & 7)
        const message = Buffer.concat([Buffer.from('dchat.post.v1\0'), changed.subarray(0, -64)])
        const theirs = ed25519.verify(changed.subarray(-64), message, signer.key, { zip215: false })
        expect(await new PostVerifier().verify(decodePost(changed))).toBe(theirs)
      }
    }
  })
})
