/** tooling/interop/vectors/posts.json, both ways. `vitest -u` writes the file anew when its vectors change. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { postVectors } from '../testing/post-vectors.ts'
import type { PostVector, PostVectors } from '../testing/post-vectors.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { decodePost } from './decode-post.ts'
import { PostVerifier } from './post-verifier.ts'
import { signPost } from './sign-post.ts'

const PATH = fileURLToPath(new URL('../../../../tooling/interop/vectors/posts.json', import.meta.url))

test('the file is what makes it', async () => {
  await expect(`${JSON.stringify(postVectors(), null, 1)}\n`).toMatchFileSnapshot(PATH)
})

const { posts } = JSON.parse(readFileSync(PATH, 'utf8')) as PostVectors
const named = (verdict: PostVector['verdict']): [string, PostVector][] =>
  posts.filter((vector) => vector.verdict === verdict).map((vector) => [vector.name, vector])

function bytesOf({ parts }: PostVector): Buffer {
  return Buffer.from(Object.values(parts).join(''), 'hex')
}

/** Text after a VarInt of 1 or 3 bytes. */
function textOf(hex: string): string {
  return Buffer.from(hex.startsWith('fd') ? hex.slice(6) : hex.slice(2), 'hex').toString()
}

test('has a vector of every kind and flaw, each with a name of its own', () => {
  expect(new Set(posts.map(({ name }) => name)).size).toBe(posts.length)
  const kinds = new Set(named('valid').map(([, { parts }]) => Number.parseInt(parts['kind']!, 16)))
  expect([...kinds].toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 16, 17, 200])
  const flaws = new Set(named('malformed').map(([, { flaw }]) => flaw))
  expect(flaws).toEqual(
    new Set(['author', 'body', 'body length', 'bytes', 'parents', 'room', 'room kind', 'room proof', 'signature', 'version']),
  )
})

describe('valid', () => {
  test.each(named('valid'))('%s', async (_, vector) => {
    const post = decodePost(bytesOf(vector))
    const { author, room, kind, time, parents, body } = vector.parts
    const written = Buffer.from(time!, 'hex').readBigUInt64LE()
    expect(post.id.toString('hex')).toBe(vector.id)
    expect(post.author.toString('hex')).toBe(author)
    expect([post.room, post.kind, post.body]).toEqual([textOf(room!), Number.parseInt(kind!, 16), textOf(body!)])
    expect(post.time).toBe(Math.min(Number(written), Number.MAX_SAFE_INTEGER))
    expect(Buffer.concat([...post.parents]).toString('hex')).toBe(parents!.slice(2))
    expect(await new PostVerifier().verify(post)).toBe(true)
  })

  const signable = named('valid').filter(([, { signer, parts }]) => signer !== undefined && parts['time'] !== 'ff'.repeat(8))
  test.each(signable)('%s, signed anew', (_, vector) => {
    const post = decodePost(bytesOf(vector))
    expect(signPost(post, new SeededSigner(vector.signer!)).bytes.toString('hex')).toBe(bytesOf(vector).toString('hex'))
  })
})

test.each(named('malformed'))('malformed: %s', (_, vector) => {
  expect(() => decodePost(bytesOf(vector))).toThrow(
    expect.objectContaining({ code: 'CHAT_POST_MALFORMED', data: { reason: vector.flaw }, fault: 'peer' }),
  )
})

test.each(named('forged'))('forged: %s', async (_, vector) => {
  const post = decodePost(bytesOf(vector))
  const verifier = new PostVerifier()
  expect(await Promise.all(Array.from({ length: 6 }, () => verifier.verify(post)))).toEqual(
    Array.from({ length: 6 }, () => false),
  )
  expect(verifier.verifySync(post)).toBe(false)
})

test('every prefix of a valid post is malformed', () => {
  for (const [, vector] of named('valid')) {
    const bytes = bytesOf(vector)
    if (bytes.length > 1000) continue
    for (let length = 0; length < bytes.length; length += 1) {
      let error: unknown
      try {
        decodePost(bytes.subarray(0, length))
      } catch (thrown) {
        error = thrown
      }
      expect(isChatError(error, 'CHAT_POST_MALFORMED')).toBe(true)
    }
  }
})
