/** Shutting somebody out, and what is offered to whom. Facts: docs/chat.md, *Private room*, Rekey. */
import { readFileSync } from 'node:fs'
import { conversationOf } from '@dchat/store'
import type { StoredMessage } from '@dchat/store'
import { describe, expect, test } from 'vitest'
import { InnerKind } from '../sealed/inner-message.ts'
import { formatInvitation, parseInvitation } from '../sealed/invitation.ts'
import { newRoomSecret, roomKeysOf } from '../sealed/room-keys.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { RoomHolder } from '../testing/room-holder.ts'
import { RoomStage, shownOf } from '../testing/room-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { linesOf } from '../testing/stage.ts'
import type { Rekeyed } from './room-rekey.ts'

type Three = [ChatNode, ChatNode, ChatNode]
const hexOf = ({ signer }: { signer: { key: Buffer } }): string => signer.key.toString('hex')
/** The lines of a node's conversation with another. */
const lettersOf = (node: ChatNode, from: ChatNode): StoredMessage[] =>
  node.store.history({ room: conversationOf(hexOf(from)), limit: 100 }).messages
const privateRoomsOf = ({ store }: ChatNode): string[] =>
  store.rooms.list('x').flatMap(({ room, joined }) => (joined && room.startsWith('p.') ? [room] : []))
const MINUTE = 60_000

/** Three members of a room, whose box keys are known to each other. */
async function threeMembers(): Promise<{ stage: RoomStage; members: Three; room: string }> {
  const stage = await RoomStage.open({ members: 3 })
  const members = stage.members as Three
  const room = await stage.share(...members)
  await stage.chat.advance(5_000)
  return { stage, members, room }
}

async function rekey(stage: RoomStage, by: ChatNode, room: string, ...without: readonly Buffer[]): Promise<Rekeyed> {
  const rekeyed = await stage.settle(by.rooms.rekey(room, without))
  await stage.deliver()
  return rekeyed
}

describe('a rekey', () => {
  test('makes a new room of the same name for those who remain, and tells the old one', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob, carol] = members
    await stage.say(carol, room, 'I am here')
    const rekeyed = await rekey(stage, alice, room, carol.signer.key)
    expect(rekeyed).toEqual({ room: expect.stringMatching(/^p\./), invited: [hexOf(bob)], waiting: [], unverified: 0 })
    const next = rekeyed.room
    expect([alice.rooms.nameOf(next), alice.store.rooms.isJoined(next)]).toEqual(['garden', true])
    expect(alice.rooms.members(next).map(({ identity }) => identity)).toEqual([hexOf(alice)])
    for (const member of members) {
      expect(member.store.members.rekeysOf(room)).toMatchObject([{ newRoom: next, identity: hexOf(alice) }])
      expect(member.store.history({ room, limit: 10 }).messages.map(({ kind }) => kind)).toEqual(['text', 'system'])
    }
    expect(lettersOf(bob, alice).map(({ text }) => text)).toEqual([alice.rooms.invitation(next)])
    expect(lettersOf(carol, alice)).toEqual([])
  })

  test('who is shut out reads nothing of the new room and has no key of it; the old one goes on', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob, carol] = members
    const { room: next } = await rekey(stage, alice, room, carol.signer.key)
    await stage.settle(bob.rooms.accept(lettersOf(bob, alice)[0]!.text))
    await stage.say(bob, next, 'without her')
    expect(linesOf(alice, next)).toEqual(['without her'])
    expect(shownOf(bob, next)).toEqual(shownOf(alice, next))
    // She holds the posts, as everybody does.
    expect(carol.store.posts.places(next, { limit: 10 })).toHaveLength(3)
    await stage.settle(carol.store.rooms.join(next))
    expect(linesOf(carol, next)).toEqual([])
    const secret = parseInvitation(alice.rooms.invitation(next)).secret.toString('hex')
    expect(readFileSync(stage.keysFile(0), 'utf8')).toContain(secret)
    expect(readFileSync(stage.keysFile(2), 'utf8')).not.toContain(secret)
    await stage.say(carol, room, 'hello?')
    for (const member of members) expect(linesOf(member, room).at(-1)).toBe('hello?')
  })

  test('nobody follows by himself', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob] = members
    await rekey(stage, alice, room)
    await stage.chat.advance(30 * MINUTE)
    expect(privateRoomsOf(bob)).toEqual([room])
  })

  test('those without a certificate get nothing, and whose box key is not known waits', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob, carol] = members
    const dave = new SeededSigner('dave')
    const unverified = new RoomHolder('unverified', stage, alice.rooms.invitation(room))
    await unverified.post({ kind: InnerKind.Text, text: 'let me in' })
    await new RoomHolder('dave in the room', stage, alice.rooms.invitation(room)).vouch(dave)
    const rekeyed = await rekey(stage, alice, room)
    expect([rekeyed.invited.toSorted(), rekeyed.waiting, rekeyed.unverified]).toEqual([
      [hexOf(bob), hexOf(carol)].toSorted(),
      [hexOf({ signer: dave })],
      1,
    ])
    expect(alice.store.waiting().map(({ recipient, text }) => [recipient, text])).toEqual([
      [hexOf({ signer: dave }), alice.rooms.invitation(rekeyed.room)],
    ])
    const named = await rekey(stage, alice, room, unverified.signer.key, dave.key)
    expect([named.waiting, named.unverified]).toEqual([[], 0])
  })

  test('without somebody who is no other member is refused before anything is done', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice] = members
    for (const key of [new SeededSigner('nobody').key, alice.signer.key]) {
      await expect(alice.rooms.rekey(room, [key])).rejects.toMatchObject({
        code: 'CHAT_NO_MEMBER',
        data: { room, key: key.toString('hex') },
      })
    }
    expect([privateRoomsOf(alice), alice.store.members.rekeysOf(room)]).toEqual([[room], []])
  })
})

describe('a rekey to more than a minute takes', () => {
  /** Alice has one direct message left in this minute. */
  async function nearlySpent(): Promise<Awaited<ReturnType<typeof threeMembers>>> {
    const scene = await threeMembers()
    const { stage, members } = scene
    const [alice, bob] = members
    await stage.chat.advance(MINUTE - (stage.chat.clock.nowMs() % MINUTE))
    for (let index = 0; index < 59; index += 1)
      await stage.settle(alice.mail.send({ to: bob.signer.key, kind: 'text', text: `${index}` }))
    return scene
  }

  test('waits for the next minute', async () => {
    const { stage, members, room } = await nearlySpent()
    await using _ = stage
    const [alice] = members
    const rekeyed = await rekey(stage, alice, room)
    expect(rekeyed.invited).toHaveLength(2)
    expect(alice.store.members.rekeysOf(room)).toHaveLength(1)
  })

  test('says what it has done when it is stopped meanwhile, and goes on with it', async () => {
    const { stage, members, room } = await nearlySpent()
    await using _ = stage
    const [alice, bob, carol] = members
    const rekeying = alice.rooms.rekey(room, []).catch((error: unknown) => error)
    await stage.chat.advance(5_000)
    alice.rooms.stop()
    const error = await rekeying
    const [, newRoom] = privateRoomsOf(alice).toSorted((a) => (a === room ? -1 : 1))
    expect(error).toMatchObject({ code: 'CHAT_REKEY_BROKEN', data: { room, newRoom, invited: 1, left: 1 } })
    expect(alice.store.members.rekeysOf(room)).toMatchObject([{ newRoom }])
    alice.rooms.start()
    const rekeyed = await rekey(stage, alice, room)
    expect([rekeyed.room, rekeyed.invited.toSorted()]).toEqual([newRoom, [hexOf(bob), hexOf(carol)].toSorted()])
    const invitations = [bob, carol].map((one) => lettersOf(one, alice).filter(({ text }) => text.startsWith('dchat-room:')))
    expect(invitations.map(({ length }) => length)).toEqual([1, 1])
    expect(alice.store.members.rekeysOf(room)).toMatchObject([{ newRoom }])
  })
})

describe('what is offered', () => {
  const offerOf = (node: ChatNode, from: ChatNode): ReturnType<ChatNode['rooms']['offerOf']> =>
    node.rooms.offerOf(lettersOf(node, from).at(-1)!)
  /** What bob is offered when alice writes him an invitation with a secret of her own. */
  async function offeredBy(secret: Buffer, stage: RoomStage, [alice, bob]: Three): Promise<ReturnType<typeof offerOf>> {
    await stage.settle(alice.mail.send({ to: bob.signer.key, kind: 'text', text: formatInvitation({ name: 'garden', secret }) }))
    await stage.deliver()
    return offerOf(bob, alice)
  }

  test('an invitation: the room that it is to, and whether one is in it', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    await stage.chat.advance(5_000)
    await stage.settle(alice.rooms.invite(room, bob.signer.key))
    await stage.deliver()
    expect(offerOf(bob, alice)).toEqual({ room, name: 'garden', replaces: null, joined: false })
    expect(offerOf(alice, bob)).toEqual({ room, name: 'garden', replaces: null, joined: true })
    await stage.settle(bob.rooms.accept(lettersOf(bob, alice)[0]!.text))
    expect(offerOf(bob, alice)).toMatchObject({ joined: true })
    const line = lettersOf(bob, alice)[0]!
    expect(bob.rooms.offerOf({ ...line, text: line.text.replace(':garden:', ':prison:') })).toMatchObject({ name: 'garden' })
    bob.store.rooms.leave(room)
    expect(offerOf(bob, alice)).toMatchObject({ joined: false })
    expect(bob.rooms.offerOf({ ...line, room })).toBeUndefined()
    expect(bob.rooms.offerOf({ ...line, text: `see ${line.text}` })).toBeUndefined()
    expect(bob.rooms.offerOf({ ...line, text: 'dchat-room:x' })).toBeUndefined()
  })

  test('the new room in the place of the old one, from a verified member', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob] = members
    const { room: next } = await rekey(stage, alice, room)
    expect(offerOf(bob, alice)).toEqual({ room: next, name: 'garden', replaces: room, joined: false })
  })

  test('competing rekeys, all of them', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob, carol] = members
    const [first, second] = await stage.settle(Promise.all([alice.rooms.rekey(room, []), bob.rooms.rekey(room, [])]))
    await stage.deliver()
    expect(
      carol.store.members
        .rekeysOf(room)
        .map(({ newRoom }) => newRoom)
        .toSorted(),
    ).toEqual([first.room, second.room].toSorted())
    expect(carol.store.history({ room, limit: 10 }).messages.map(({ kind }) => kind)).toEqual(['system', 'system'])
    expect(offerOf(carol, alice)).toMatchObject({ room: first.room, replaces: room })
    expect(offerOf(carol, bob)).toMatchObject({ room: second.room, replaces: room })
  })

  test('no new room in the place of the old one by who is no member, though the rekey is true', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob] = members
    const mallory = await stage.addMember()
    const { room: next } = await rekey(stage, alice, room)
    await stage.settle(mallory.rooms.accept(alice.rooms.invitation(next)))
    await stage.settle(mallory.rooms.invite(next, bob.signer.key))
    await stage.deliver()
    expect(offerOf(bob, mallory)).toEqual({ room: next, name: 'garden', replaces: null, joined: false })
  })

  test('none by who has only written in the room: nobody vouches for him', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob] = members
    const secret = newRoomSecret()
    await new RoomHolder('eve in the room', stage, alice.rooms.invitation(room)).post({
      kind: InnerKind.Rekey,
      text: roomKeysOf(secret).id,
    })
    expect(bob.store.members.rekeysOf(room)).toMatchObject([{ identity: null }])
    expect(await offeredBy(secret, stage, members)).toMatchObject({ room: roomKeysOf(secret).id, replaces: null })
  })

  test('none by a secret that does not yield the id that was named', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    await rekey(stage, members[0], room)
    const secret = newRoomSecret()
    expect(await offeredBy(secret, stage, members)).toMatchObject({ room: roomKeysOf(secret).id, replaces: null })
  })

  test('none of a room whose keys are gone', async () => {
    const { stage, members, room } = await threeMembers()
    await using _ = stage
    const [alice, bob] = members
    const { room: next } = await rekey(stage, alice, room)
    bob.rooms.forget(room)
    expect(offerOf(bob, alice)).toMatchObject({ room: next, replaces: null })
  })
})
