import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { peekPlace } from './peeked-place.ts'

const signer = new SeededSigner('alice')

test.each(['dchat', 'a', 'x'.repeat(64)])('the place of a post in %s is where the decoder finds it', (room) => {
  const { bytes } = rawPost({ signer, room, time: 1_795_000_000_123, body: 'hey', parents: [Buffer.alloc(32, 3)] })
  const { time } = decodePost(bytes)
  expect(peekPlace(bytes)).toEqual({ room, time })
})

test('a time that no number holds is the largest that one does', () => {
  expect(peekPlace(rawPost({ signer, time: 2n ** 64n - 1n, body: '' }).bytes)?.time).toBe(Number.MAX_SAFE_INTEGER)
})

test('whatever else comes has no place, or some', () => {
  const { bytes } = rawPost({ signer, time: 5, body: 'hey' })
  for (let length = 0; length < 48; length += 1)
    expect(peekPlace(bytes.subarray(0, length))?.time).toBe(length < 48 ? undefined : 5)
  expect(peekPlace(bytes.subarray(0, 48))?.time).toBe(5)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void peekPlace(Buffer.from(any))))
})
