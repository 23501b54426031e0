import { expect, test } from 'vitest'
import { bodyFor, rawPost, withBitTurned } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'

const signer = new SeededSigner('alice')

test('a post is laid out as the document says', () => {
  const post = rawPost({ signer, time: 0x0102030405, body: 'hey', parents: [Buffer.alloc(32, 7)] })
  expect(post.bytes.subarray(0, 33)).toEqual(Buffer.concat([Buffer.of(1), signer.key]))
  const rest = ['05', '6463686174', '00', '0504030201000000', '01', '07'.repeat(32), '03', '686579'].join('')
  expect(post.bytes.subarray(33, -64).toString('hex')).toBe(rest)
  expect(rawPost({ signer, time: 0x0102030405, body: 'hey', parents: [Buffer.alloc(32, 7)] }).hex).toBe(post.hex)
})

test.each([300, 500, 4096])('a body can be made so that a post has %i bytes', (bytes) => {
  expect(rawPost({ signer, time: 1_795_000_000_000, body: bodyFor(bytes, 'x') }).bytes).toHaveLength(bytes)
})

test('a bit that is turned over makes another post', () => {
  const post = rawPost({ signer, time: 1, body: 'hey' })
  const other = withBitTurned(post, 9)
  expect([other.hex === post.hex, withBitTurned(other, 9).hex === post.hex]).toEqual([false, true])
})
