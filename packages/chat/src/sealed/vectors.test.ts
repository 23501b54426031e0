/** tooling/interop/vectors/sealed.json, both ways. `vitest -u` writes the file anew when its vectors change. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { decodePost } from '../post/decode-post.ts'
import { PostVerifier } from '../post/post-verifier.ts'
import type { Post } from '../post/post.ts'
import { signPost } from '../post/sign-post.ts'
import type { DirectVector } from '../testing/sealed-direct-vectors.ts'
import type { KeyName, Verdict } from '../testing/sealed-parts.ts'
import { sealedVectors } from '../testing/sealed-vectors.ts'
import type { SealedVectors } from '../testing/sealed-vectors.ts'
import type { RoomBodyVector } from '../testing/sealed-room-vectors.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { openBoxKey } from './box-key.ts'
import { openDirect, sealDirectWith } from './direct-message.ts'
import { decodeInner, encodeInner } from './inner-message.ts'
import type { InnerMessage } from './inner-message.ts'
import { formatInvitation, parseInvitation } from './invitation.ts'
import { memberOf, memberText } from './member-certificate.ts'
import { openRoom, sealRoom } from './room-body.ts'
import { roomKeysOf } from './room-keys.ts'
import type { RoomKeys } from './room-keys.ts'

const PATH = fileURLToPath(new URL('../../../../tooling/interop/vectors/sealed.json', import.meta.url))

test('the file is what makes it', async () => {
  await expect(`${JSON.stringify(await sealedVectors(), null, 1)}\n`).toMatchFileSnapshot(PATH)
})

const vectors = JSON.parse(readFileSync(PATH, 'utf8')) as SealedVectors
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
const key = (name: KeyName): Buffer => bytes(vectors.keys[name]!)
const messageOf = ({ kind, text }: { kind?: number; text?: string }): InnerMessage => ({ kind: kind!, text: text! })

/** [name, vector] of one verdict, for `test.each`. */
function named<T extends { name: string; verdict: Verdict }>(list: readonly T[], verdict: Verdict): [string, T][] {
  return list.filter((vector) => vector.verdict === verdict).map((vector) => [vector.name, vector])
}

describe('inner messages', () => {
  test.each(named(vectors.inner, 'opens'))('%s', (_, vector) => {
    expect(decodeInner(bytes(vector.bytes))).toEqual(messageOf(vector))
    expect(encodeInner(messageOf(vector)).toString('hex') === vector.bytes).toBe(vector.larger === undefined)
  })

  test.each(named(vectors.inner, 'refused'))('refused: %s', (_, vector) => {
    expect(decodeInner(bytes(vector.bytes))).toBeUndefined()
  })
})

describe('direct messages', () => {
  const open = async ({ author, time, body, recipient, box_secret: secret }: DirectVector): Promise<InnerMessage | undefined> =>
    openDirect({ author: key(author), time, body }, { recipient: key(recipient), keys: [await openBoxKey(bytes(secret))] })

  test.each(named(vectors.direct, 'opens'))('%s', async (_, vector) => {
    expect(await open(vector)).toEqual(messageOf(vector))
    const { box_key: boxKey, ephemeral_material: material } = vector.steps!
    const to = { author: key(vector.author), time: vector.time, recipient: key(vector.recipient), boxKey: bytes(boxKey!) }
    const ekm = new Uint8Array(bytes(material!)).buffer
    expect(await sealDirectWith(messageOf(vector), to, { ekm })).toBe(vector.body)
    expect((await openBoxKey(bytes(vector.box_secret))).publicKey.toString('hex')).toBe(boxKey)
  })

  test.each(named(vectors.direct, 'refused'))('refused: %s', async (_, vector) => {
    expect(await open(vector)).toBeUndefined()
  })
})

describe('private rooms', () => {
  const rooms = Object.fromEntries(vectors.rooms.map(({ name, secret }) => [name, roomKeysOf(bytes(secret))])) as Record<
    string,
    RoomKeys
  >

  test.each(vectors.rooms)('the keys of the $name', ({ name, content_key: contentKey, public_key: publicKey, id }) => {
    const keys = rooms[name]!
    expect([keys.contentKey.toString('hex'), keys.signer.key.toString('hex'), keys.id]).toEqual([contentKey, publicKey, id])
  })

  /** What a node makes of a body in a post of the room that is signed well. */
  async function open({ room, author, time, body }: RoomBodyVector): Promise<InnerMessage | undefined> {
    const keys = rooms[room]!
    let post: Post
    try {
      post = signPost({ room: keys.id, kind: 17, time, parents: [], body }, new SeededSigner(author))
    } catch (error) {
      if (isChatError(error, 'CHAT_POST_MALFORMED')) return undefined
      throw error
    }
    const opened = openRoom(post, keys)
    return (await new PostVerifier().verify(post)) ? opened : undefined
  }

  test.each(named(vectors.room_bodies, 'opens'))('%s', async (_, vector) => {
    expect(await open(vector)).toEqual(messageOf(vector))
    const at = { author: key(vector.author), time: vector.time, keys: rooms[vector.room]! }
    expect(sealRoom(messageOf(vector), at, bytes(vector.steps!['nonce']!))).toBe(vector.body)
  })

  test.each(named(vectors.room_bodies, 'refused'))('refused: %s', async (_, vector) => {
    expect(await open(vector)).toBeUndefined()
  })

  test.each(named(vectors.members, 'opens'))('a certificate %s', (_, { text, room, author, identity }) => {
    const of = { room: rooms[room]!.id, author: key(author) }
    expect(memberOf(text, of)).toEqual(key(identity!))
    expect(memberText(new SeededSigner(identity!), of)).toBe(text)
  })

  test.each(named(vectors.members, 'refused'))('a certificate, refused: %s', (_, { text, room, author }) => {
    expect(memberOf(text, { room: rooms[room]!.id, author: key(author) })).toBeUndefined()
  })

  test.each(named(vectors.invitations, 'opens'))('an invitation %s', (_, { text, room, secret }) => {
    const invitation = { name: room!, secret: bytes(secret!) }
    expect(parseInvitation(text)).toEqual(invitation)
    expect(formatInvitation(invitation)).toBe(text)
  })

  test.each(named(vectors.invitations, 'refused'))('an invitation, refused: %s', (_, { text }) => {
    expect(() => parseInvitation(text)).toThrow(expect.objectContaining({ code: 'CHAT_INVITATION_MALFORMED' }))
  })
})

test.each(vectors.posts)('a whole post of $of', async ({ of, post, id }) => {
  const { author, time, body } = vectors[of][0]!
  const decoded = decodePost(bytes(post))
  expect(await new PostVerifier().verify(decoded)).toBe(true)
  expect([decoded.id.toString('hex'), decoded.author, decoded.time, decoded.body]).toEqual([id, key(author), time, body])
  const { room, kind } = decoded
  expect(signPost({ room, kind, time, parents: [], body }, new SeededSigner(author)).bytes.toString('hex')).toBe(post)
})

test('each vector of a list has a name of its own', () => {
  for (const list of [vectors.inner, vectors.direct, vectors.room_bodies, vectors.posts, vectors.members, vectors.invitations]) {
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length)
  }
})
