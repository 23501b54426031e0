/** The certificate by which a node vouches for its author key in a private room. */
import { describe, expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { formatInvitation } from '../sealed/invitation.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { openRoom } from '../sealed/room-body.ts'
import { newRoomSecret, roomKeysOf } from '../sealed/room-keys.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { RoomHolder } from '../testing/room-holder.ts'
import { RoomStage } from '../testing/room-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { linesOf } from '../testing/stage.ts'
import { hexOf, DAY } from './private-rooms.test-util.ts'

describe('an author whom nobody vouches for', () => {
  const dave = new SeededSigner('dave')
  const daveHex = dave.key.toString('hex')

  test('is shown so until his certificate comes, then all his lines are of his identity', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    const holder = new RoomHolder('dave in the room', stage, alice.rooms.invitation(room))
    const author = holder.signer.key.toString('hex')
    const shown = ({ store }: ChatNode): unknown[] =>
      store.history({ room, limit: 10 }).messages.map(({ text, authorKey, member }) => [text, authorKey, member])
    await holder.say('who am I?')
    for (const member of [alice, bob]) {
      expect(shown(member)).toEqual([['who am I?', author, null]])
      expect(member.rooms.members(room)).toContainEqual(expect.objectContaining({ author, identity: null, own: false }))
    }
    await holder.vouch(dave)
    await holder.say('dave')
    for (const member of [alice, bob]) {
      expect(shown(member)).toEqual([
        ['who am I?', author, daveHex],
        ['dave', author, daveHex],
      ])
      expect(member.rooms.members(room)).toContainEqual(expect.objectContaining({ author, identity: daveHex }))
    }
  })

  test.each([
    ['of another room', (author: Buffer) => memberText(dave, { room: `p.${'0'.repeat(40)}`, author })],
    ['of another author', (_: Buffer, room: string) => memberText(dave, { room, author: dave.key })],
    [
      'signed by another identity than it names',
      (author: Buffer, room: string) => daveHex + memberText(new SeededSigner('mallory'), { room, author }).slice(64),
    ],
  ])('stays so with a certificate %s', async (_, textOf) => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    const holder = new RoomHolder('dave in the room', stage, alice.rooms.invitation(room))
    await holder.say('before')
    await holder.post({ kind: InnerKind.Member, text: textOf(holder.signer.key, room) })
    await holder.say('after')
    for (const { store } of [alice, bob])
      expect(store.history({ room, limit: 10 }).messages.map(({ text, member }) => [text, member])).toEqual([
        ['before', null],
        ['after', null],
      ])
  })
})

describe('the own certificate', () => {
  const certificates = ({ store }: ChatNode, room: string): number => store.posts.places(room, { limit: 100 }).length

  test('comes again when 30 days have passed, while the room is joined', async () => {
    await using stage = await RoomStage.open({ members: 0 })
    const alice = await stage.addAlone()
    const room = await stage.settle(alice.rooms.create('garden'))
    await stage.chat.advance(29 * DAY)
    expect(certificates(alice, room)).toBe(1)
    await stage.chat.advance(1 * DAY + 3_700_000)
    expect(certificates(alice, room)).toBe(2)
    alice.store.rooms.leave(room)
    await stage.chat.advance(31 * DAY)
    expect(certificates(alice, room)).toBe(2)
    await stage.settle(alice.store.rooms.join(room))
    await stage.chat.advance(1_000)
    expect(certificates(alice, room)).toBe(3)
  })

  test('comes again after a restart that the store has lost it before, and not otherwise', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    await stage.restart(alice)
    expect(certificates(stage.relay, room)).toBe(1)
    // Else the relay gives it back.
    await stage.settle(stage.relay.node.leave())
    const [certificate] = alice.store.posts.places(room, { limit: 1 })
    alice.store.posts.withdraw(certificate!.id)
    expect(certificates(alice, room)).toBe(0)
    await stage.chat.advance(3_700_000)
    expect(certificates(alice, room)).toBe(1)
  })

  test('comes again before what is said next, when the store has lost it', async () => {
    await using stage = await RoomStage.open({ members: 0 })
    const alice = await stage.addAlone()
    const room = await stage.settle(alice.rooms.create('garden'))
    const [first] = alice.store.posts.places(room, { limit: 10 })
    alice.store.posts.withdraw(first!.id)
    const { id } = await stage.settle(alice.rooms.say({ room, kind: 'text', text: 'hello' }))
    const places = alice.store.posts.places(room, { limit: 10 }).map((place) => place.id.toString('hex'))
    expect(places).toEqual([expect.any(String), id])
  })

  test('is the first that an author writes, once, however much is said at once', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const secret = newRoomSecret()
    const keys = roomKeysOf(secret)
    const room = keys.id
    const accepting = alice.rooms.accept(formatInvitation({ name: 'garden', secret }))
    const saying = ['a', 'b', 'c'].map((text) => alice.rooms.say({ room, kind: 'text', text }))
    await stage.settle(Promise.all([accepting, ...saying]))
    expect(linesOf(alice, room)).toEqual(['a', 'b', 'c'])
    const { posts } = alice.store
    const bytes = posts.read(posts.places(room, { limit: 10 }).map(({ id }) => id))
    expect(bytes.map((one) => openRoom(decodePost(one!), keys)?.kind)).toEqual([InnerKind.Member, 0, 0, 0])
    expect(alice.store.history({ room, limit: 10 }).messages.map(({ member }) => member)).toEqual(Array(3).fill(hexOf(alice)))
  })
})
