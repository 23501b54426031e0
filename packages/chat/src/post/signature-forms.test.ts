/** Signatures at the edges of Ed25519 are judged as docs/chat.md, *Post*, says. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { EIGHTH, FreeSigner, L, NEUTRAL, bytesOf, littleEndian } from '../testing/free-signer.ts'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { decodePost } from './decode-post.ts'
import { PostVerifier } from './post-verifier.ts'
import type { Signer } from './post.ts'

const malformed: unknown = expect.objectContaining({ data: { reason: 'signature' }, fault: 'peer' })

async function isTaken(signer: Signer, body = ''): Promise<boolean> {
  const post = decodePost(rawPost({ signer, time: 1, body }).bytes)
  const verifier = new PostVerifier()
  const answers = await Promise.all(Array.from({ length: 6 }, () => verifier.verify(post)))
  expect(answers).toEqual(answers.map(() => verifier.verifySync(post)))
  return answers[0]!
}

describe('a signature', () => {
  test('by the equation with nothing odd in it is taken', async () => {
    expect(await isTaken(new FreeSigner({ torsion: NEUTRAL, r: 77n }))).toBe(true)
  })

  test('by a key with a part of small order is taken exactly when the equation holds without the cofactor', async () => {
    const seen = new Set<boolean>()
    for (let r = 1n; r <= 40n; r += 1n) {
      const signer = new FreeSigner({ torsion: EIGHTH, r })
      const taken = await isTaken(signer)
      expect(taken).toBe(signer.challenge % 8n === 0n)
      seen.add(taken)
    }
    expect(seen).toEqual(new Set([true, false]))
  })

  test('whose R is of small order is malformed, though the equation may hold', () => {
    for (const commitment of [NEUTRAL, EIGHTH]) {
      const signer = new FreeSigner({ torsion: NEUTRAL, r: 0n, commitment })
      expect(() => decodePost(rawPost({ signer, time: 1, body: '' }).bytes)).toThrow(malformed)
    }
  })

  test('whose R is written in another form is malformed', () => {
    for (const written of [2n ** 255n - 19n + 1n, 2n ** 255n - 19n + 3n, 1n + 2n ** 255n].map(bytesOf)) {
      const signer = new FreeSigner({ torsion: NEUTRAL, r: 0n, commitment: NEUTRAL, written })
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
