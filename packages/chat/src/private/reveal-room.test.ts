/** What is made of posts of private rooms, and what leaves nothing. Facts: docs/chat.md, *Encrypted kinds*. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { sealRoom } from '../sealed/room-body.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import { roomPost } from '../testing/room-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { revealer } from './reveal-room.ts'

const keys = roomKeysOf(Buffer.alloc(32, 1))
const otherKeys = roomKeysOf(Buffer.alloc(32, 2))
const alice = new SeededSigner('alice in the room')
const mallory = new SeededSigner('mallory in the room')
const identity = new SeededSigner('alice')
const TIME = 1_700_000_000_000
const ID = 'ab'.repeat(32)

const ringOf = (...held: readonly RoomKeys[]): Parameters<typeof revealer>[0] => ({
  find: (room) => {
    const found = held.find(({ id }) => id === room)
    return found && { keys: found, name: 'x', author: undefined as never, since: 0 }
  },
})
const reveal = revealer(ringOf(keys, otherKeys))
const post = (inner: InnerMessage, signer = alice, room = keys): ReturnType<typeof decodePost> =>
  decodePost(roomPost(inner, { keys: room, signer, time: TIME }).bytes)
const said = (text: string): ReturnType<typeof decodePost> => post({ kind: InnerKind.Text, text })

describe('what holders of the secret say', () => {
  test.each([
    [
      { kind: 0, text: 'hello' },
      { as: 'line', kind: 'text', text: 'hello' },
    ],
    [
      { kind: 1, text: 'waves' },
      { as: 'line', kind: 'action', text: 'waves' },
    ],
    [
      { kind: 3, text: '' },
      { as: 'line', kind: 'topic', text: '' },
    ],
    [
      { kind: 0, text: 'x'.repeat(4_092) },
      { as: 'line', kind: 'text', text: 'x'.repeat(4_092) },
    ],
    [
      { kind: 4, text: ID },
      { as: 'retraction', target: Buffer.from(ID, 'hex') },
    ],
    [
      { kind: 33, text: otherKeys.id },
      { as: 'rekey', room: otherKeys.id },
    ],
    [
      { kind: 32, text: memberText(identity, { room: keys.id, author: alice.key }) },
      { as: 'member', identity: identity.key.toString('hex') },
    ],
  ])('%j', (inner, revealed) => {
    expect(reveal(post(inner))).toEqual(revealed)
  })

  test.each([
    ['a kind that is not known', { kind: 5, text: 'x' }],
    ['a retraction of no id', { kind: 4, text: 'x' }],
    ['a retraction in upper case', { kind: 4, text: ID.toUpperCase() }],
    ['a rekey to the same room', { kind: 33, text: keys.id }],
    ['a rekey to a room that everybody reads', { kind: 33, text: 'dchat' }],
    ['a rekey to no room', { kind: 33, text: 'p.xyz' }],
    ['a certificate that is none', { kind: 32, text: 'x' }],
    ['a certificate in upper case', { kind: 32, text: memberText(identity, { room: keys.id, author: alice.key }).toUpperCase() }],
    ['a certificate of another room', { kind: 32, text: memberText(identity, { room: otherKeys.id, author: alice.key }) }],
    ['a certificate of another author', { kind: 32, text: memberText(identity, { room: keys.id, author: mallory.key }) }],
    [
      'a certificate by another than it names',
      {
        kind: 32,
        text: identity.key.toString('hex') + memberText(mallory, { room: keys.id, author: alice.key }).slice(64),
      },
    ],
  ])('%s is nothing', (_, inner) => {
    expect(reveal(post(inner))).toEqual({ as: 'nothing' })
  })
})

describe('what does not open', () => {
  const body = Buffer.from(said('hello').body, 'base64url')
  const with_ = (parts: Partial<Parameters<typeof reveal>[0]>): ReturnType<typeof reveal> =>
    reveal({ ...said('hello'), ...parts })

  test('before all: the post itself does', () => {
    expect(with_({})).toEqual({ as: 'line', kind: 'text', text: 'hello' })
  })

  test('another author, time or room: the text is bound to them', () => {
    expect(with_({ author: mallory.key })).toBeUndefined()
    expect(with_({ time: TIME + 1 })).toBeUndefined()
    expect(with_({ room: otherKeys.id })).toBeUndefined()
  })

  test('the same text under the proof of another room', () => {
    const there = sealRoom(
      { kind: 0, text: 'hello' },
      { author: alice.key, time: TIME, keys: { ...pick(otherKeys), contentKey: keys.contentKey } },
    )
    expect(with_({ room: otherKeys.id, body: there })).toBeUndefined()
  })

  test('each bit of nonce and ciphertext counts', () => {
    for (let at = 96; at < body.length; at += 1) {
      const turned = Buffer.from(body)
      turned[at]! ^= 1 << (at & 7)
      expect(with_({ body: turned.toString('base64url') })).toBeUndefined()
    }
  })

  test('every beginning, and one byte more', () => {
    for (let end = 0; end < body.length; end += 1)
      expect(with_({ body: body.subarray(0, end).toString('base64url') })).toBeUndefined()
    expect(with_({ body: Buffer.concat([body, Buffer.of(0)]).toString('base64url') })).toBeUndefined()
  })

  test('anything at all, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6_000 }), fc.string(), (bytes, text) => {
        expect(with_({ body: Buffer.from(bytes).toString('base64url') })).toBeUndefined()
        expect(with_({ body: text })).toBeUndefined()
      }),
    )
  })

  test('a room whose keys are not here, and other kinds', () => {
    expect(revealer(ringOf(otherKeys))(said('hello'))).toBeUndefined()
    expect(with_({ kind: 16 })).toBeUndefined()
  })
})

function pick({ id, secret, signer, contentKey }: RoomKeys): RoomKeys {
  return { id, secret, signer, contentKey }
}
