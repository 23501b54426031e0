/** Private rooms as their members have them. Facts: docs/chat.md, *Encrypted kinds*, Private room. */
import { readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { newIdentity } from '../identity/identity.ts'
import { RoomKeyRing } from '../keys/room-key-ring.ts'
import { formatInvitation, parseInvitation } from '../sealed/invitation.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { RoomStage, shownOf } from '../testing/room-stage.ts'
import { linesOf } from '../testing/stage.ts'
import { hexOf, identities } from './private-rooms.test-util.ts'

describe('a room that is made', () => {
  test('is joined, has its name here alone, and its maker vouches for his key in it', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    expect(room).toMatch(/^p\.[0-9a-f]{40}$/)
    expect([alice.store.rooms.isJoined(room), alice.rooms.nameOf(room)]).toEqual([true, 'garden'])
    expect(alice.rooms.invitation(room)).toMatch(/^dchat-room:garden:[A-Za-z0-9_-]{43}$/)
    const [member, ...others] = alice.rooms.members(room)
    expect([member, others]).toEqual([expect.objectContaining({ identity: hexOf(alice), own: true }), []])
    expect(member!.author).not.toBe(hexOf(alice))
  })

  test('has other keys than any other, and another author', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const rooms = [await stage.settle(alice.rooms.create('a')), await stage.settle(alice.rooms.create('a'))]
    expect(new Set(rooms).size).toBe(2)
    expect(new Set(rooms.map((room) => alice.rooms.members(room)[0]!.author)).size).toBe(2)
  })

  test('its keys are in a file of mode 0600 before anything is published', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    let stored = 0
    stage.chat.onCommitted = (node, posts) => {
      if (node !== alice || posts.every(({ post }) => post.kind !== 17)) return
      stored += 1
      expect(readFileSync(stage.keysFile(0), 'utf8')).toContain('garden')
    }
    await stage.settle(alice.rooms.create('garden'))
    expect([stored, statSync(stage.keysFile(0)).mode & 0o777]).toEqual([1, 0o600])
  })

  test('a name that cannot be one makes nothing', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    await expect(alice.rooms.create('a b')).rejects.toMatchObject({ code: 'CHAT_ROOM_NAME' })
    expect(alice.store.rooms.list('x').filter(({ room }) => room.startsWith('p.'))).toEqual([])
  })
})

describe('what is said', () => {
  test('stands as a line at all members, with its identity, and has a delivery', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    const line = await stage.settle(alice.rooms.say({ room, kind: 'text', text: 'hello' }))
    expect(line).toMatchObject({ kind: 'text', text: 'hello', own: true, member: hexOf(alice), delivery: { state: 'sent' } })
    await stage.chat.advance(1_000)
    await stage.settle(bob.rooms.say({ room, kind: 'action', text: 'waves' }))
    expect(await stage.settle(bob.rooms.topic(room, 'roses'))).toMatchObject({ kind: 'topic', text: 'roses' })
    await stage.chat.advance(1_000)
    expect(linesOf(alice, room)).toEqual(['hello', 'waves', 'roses'])
    expect(shownOf(bob, room)).toEqual(shownOf(alice, room))
    const { topic, unread } = alice.store.rooms.list('client').find((one) => one.room === room)!
    expect([topic, unread]).toEqual(['roses', 0])
    const [own] = alice.store.history({ room, limit: 10 }).messages
    expect(own!.delivery).toMatchObject({ state: 'held' })
  })

  test('is signed by the key of the room alone, and nothing of it names the identity', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    await stage.say(alice, room, 'hello')
    const places = stage.relay.store.posts.places(room, { limit: 100 })
    const posts = stage.relay.store.posts.read(places.map(({ id }) => id)).map((bytes) => decodePost(bytes!))
    expect(posts.map(({ kind }) => kind)).toEqual([17, 17, 17])
    expect(new Set(posts.map(({ author }) => author.toString('hex'))).size).toBe(2)
    for (const { bytes } of posts) for (const { signer } of stage.members) expect(bytes.includes(signer.key)).toBe(false)
  })

  test('is taken back at all members', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    const { id } = await stage.say(alice, room, 'a secret')
    const kept = await stage.say(bob, room, 'hm')
    await stage.settle(alice.rooms.retract(room, Buffer.from(id!, 'hex')))
    await stage.settle(alice.rooms.retract(room, Buffer.from(kept.id!, 'hex')))
    await stage.chat.advance(1_000)
    for (const { store } of [alice, bob]) {
      const { messages } = store.history({ room, limit: 10 })
      expect(messages.map(({ text, retracted }) => [text, retracted])).toEqual([
        ['', true],
        ['hm', false],
      ])
    }
  })

  test('too much is refused, and so is what is more than 60 times in a minute', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    const say = (text: string): Promise<unknown> => stage.settle(alice.rooms.say({ room, kind: 'text', text }))
    await expect(say('x'.repeat(4_093))).rejects.toMatchObject({ code: 'CHAT_TEXT_TOO_LONG' })
    await stage.chat.advance(60_000 - (stage.chat.clock.nowMs() % 60_000))
    for (let index = 0; index < 60; index += 1) await say(`${index}`)
    await expect(say('60')).rejects.toMatchObject({ code: 'CHAT_POST_REFUSED', data: { reason: 'outnumbered' } })
    expect(linesOf(alice, room)).toHaveLength(60)
  })

  test('nothing where the keys are not here', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    await stage.chat.advance(1_000)
    const locked = { code: 'CHAT_ROOM_LOCKED', data: { room } }
    await expect(bob.rooms.say({ room, kind: 'text', text: 'x' })).rejects.toMatchObject(locked)
    await expect(bob.rooms.topic(room, 'x')).rejects.toMatchObject(locked)
    await expect(bob.rooms.retract(room, Buffer.alloc(32))).rejects.toMatchObject(locked)
    await expect(bob.rooms.invite(room, alice.signer.key)).rejects.toMatchObject(locked)
    await expect(bob.rooms.rekey(room, [])).rejects.toMatchObject(locked)
    expect(() => bob.rooms.invitation(room)).toThrow(expect.objectContaining(locked))
    expect(() => bob.rooms.members(room)).toThrow(expect.objectContaining(locked))
    expect(() => bob.rooms.forget(room)).toThrow(expect.objectContaining(locked))
    expect([bob.rooms.nameOf(room), bob.store.rooms.isJoined(room)]).toEqual([undefined, false])
  })
})

describe('an invitation', () => {
  test.each(['all', 'joined'] as const)('lets in a newcomer, who reads what was said before (keep %s)', async (keep) => {
    await using stage = await RoomStage.open({ keep })
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    for (let index = 0; index < 5; index += 1) await stage.say(index % 2 === 0 ? alice : bob, room, `said ${index}`)
    const carol = await stage.addMember()
    expect(await stage.settle(carol.rooms.accept(` ${alice.rooms.invitation(room)}\n`))).toBe(room)
    await stage.say(carol, room, 'hello all')
    await stage.chat.advance(25 * 60_000)
    expect(linesOf(carol, room)).toEqual(['said 0', 'said 1', 'said 2', 'said 3', 'said 4', 'hello all'])
    for (const member of stage.members) {
      expect(shownOf(member, room)).toEqual(shownOf(carol, room))
      expect(identities(member, room)).toEqual(new Set(stage.members.map(hexOf)))
    }
    expect(carol.rooms.nameOf(room)).toBe('garden')
  })

  test('opens a room that was joined before its keys were here', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    await stage.settle(bob.store.rooms.join(room))
    await stage.say(alice, room, 'hello')
    expect(linesOf(bob, room)).toEqual([])
    await stage.settle(bob.rooms.accept(alice.rooms.invitation(room)))
    expect(linesOf(bob, room)).toEqual(['hello'])
  })

  test('to a room that is held keeps its name and the own key', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    await stage.say(alice, room, 'hello')
    const members = alice.rooms.members(room)
    const renamed = alice.rooms.invitation(room).replace('garden', 'prison')
    expect(await stage.settle(alice.rooms.accept(renamed))).toBe(room)
    expect(alice.rooms.nameOf(room)).toBe('garden')
    expect(alice.rooms.members(room)).toEqual(members)
    expect(stage.relay.store.posts.places(room, { limit: 10 })).toHaveLength(2)
  })

  test('with a name of another client stays as it is', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const invitation = formatInvitation({ name: 'the back garden: north', secret: Buffer.alloc(32, 9) })
    const room = await stage.settle(alice.rooms.accept(invitation))
    expect(room).toBe(roomKeysOf(Buffer.alloc(32, 9)).id)
    expect([alice.rooms.nameOf(room), alice.rooms.invitation(room)]).toEqual(['the back garden: north', invitation])
  })

  test('that is none changes nothing, and is not in the error', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const text = formatInvitation({ name: 'x', secret: Buffer.alloc(32, 5) }).slice(0, -1)
    const error: Error = await alice.rooms.accept(text).then(
      () => expect.unreachable(),
      (reason: Error) => reason,
    )
    expect(error).toMatchObject({ code: 'CHAT_INVITATION_MALFORMED' })
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(text.slice(-20))
  })
})

describe('leaving', () => {
  test('keeps the keys: who joins again has the same author key and all lines', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    await stage.say(bob, room, 'before')
    const { author } = bob.rooms.members(room).find(({ own }) => own)!
    bob.store.rooms.leave(room)
    await stage.say(alice, room, 'while he was away')
    expect(linesOf(bob, room)).toEqual(['before'])
    await stage.settle(bob.store.rooms.join(room))
    await stage.say(bob, room, 'after')
    expect(linesOf(bob, room)).toEqual(['before', 'while he was away', 'after'])
    expect(bob.rooms.members(room).find(({ own }) => own)!.author).toBe(author)
    expect(stage.relay.store.posts.places(room, { limit: 10 })).toHaveLength(2 + 3)
  })

  test('who says something in a room that he left is in it again', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    alice.store.rooms.leave(room)
    await stage.say(alice, room, 'still here')
    expect([alice.store.rooms.isJoined(room), linesOf(alice, room)]).toEqual([true, ['still here']])
  })

  test('what is being said while the room is forgotten is not said', async () => {
    await using stage = await RoomStage.open({ members: 1 })
    const [alice] = stage.members as [ChatNode]
    const room = await stage.settle(alice.rooms.create('garden'))
    const saying = alice.rooms.say({ room, kind: 'text', text: 'x' })
    alice.rooms.forget(room)
    await expect(stage.settle(saying)).rejects.toMatchObject({ code: 'CHAT_ROOM_LOCKED', data: { room } })
    expect(alice.store.posts.places(room, { limit: 10 })).toHaveLength(1)
  })

  test('forgetting leaves no key behind; an invitation opens the room again under another author key', async () => {
    await using stage = await RoomStage.open()
    const [alice, bob] = stage.members as [ChatNode, ChatNode]
    const room = await stage.share(alice, bob)
    await stage.say(bob, room, 'before')
    const invitation = bob.rooms.invitation(room)
    const secret = Buffer.from(invitation.split(':').at(-1)!, 'base64url')
    expect(readFileSync(stage.keysFile(1)).includes(secret.toString('hex'))).toBe(true)
    bob.rooms.forget(room)
    expect(readFileSync(stage.keysFile(1)).includes(secret.toString('hex'))).toBe(false)
    expect([bob.store.rooms.isJoined(room), bob.rooms.nameOf(room)]).toEqual([false, undefined])
    await stage.say(alice, room, 'he is gone')
    expect(linesOf(bob, room)).toEqual(['before'])
    await stage.settle(bob.rooms.accept(invitation))
    await stage.say(bob, room, 'back')
    expect(linesOf(bob, room)).toEqual(['before', 'he is gone', 'back'])
    const his = alice.rooms.members(room).filter(({ identity }) => identity === hexOf(bob))
    expect(new Set(his.map(({ author }) => author)).size).toBe(2)
  })
})

test('a restart finds the rooms, their names and author keys', async () => {
  await using stage = await RoomStage.open()
  const [alice, bob] = stage.members as [ChatNode, ChatNode]
  const room = await stage.share(alice, bob)
  await stage.say(bob, room, 'before')
  const before = [bob.rooms.nameOf(room), bob.rooms.invitation(room), bob.rooms.members(room)]
  await stage.restart(bob)
  expect([bob.rooms.nameOf(room), bob.rooms.invitation(room), bob.rooms.members(room)]).toEqual(before)
  await stage.say(alice, room, 'there?')
  await stage.say(bob, room, 'yes')
  expect(linesOf(alice, room)).toEqual(['before', 'there?', 'yes'])
  expect(shownOf(bob, room)).toEqual(shownOf(alice, room))
})

test('a room that came with an import is joined at the next start, one that was left is not', async () => {
  await using stage = await RoomStage.open()
  const [alice, bob] = stage.members as [ChatNode, ChatNode]
  const left = await stage.share(alice, bob)
  bob.store.rooms.leave(left)
  const room = await stage.settle(alice.rooms.create('elsewhere'))
  await stage.say(alice, room, 'hello')
  const { secret } = parseInvitation(alice.rooms.invitation(room))
  await stage.restart(bob, () => {
    const keys = RoomKeyRing.open(stage.keysFile(1), { identity: hexOf(bob) })
    keys.add({ keys: roomKeysOf(secret), name: 'elsewhere', author: newIdentity(), since: 0 })
  })
  expect([bob.store.rooms.isJoined(room), bob.store.rooms.isJoined(left)]).toEqual([true, false])
  expect([linesOf(bob, room), bob.rooms.nameOf(room)]).toEqual([['hello'], 'elsewhere'])
  expect(identities(alice, room)).toEqual(new Set([hexOf(alice), hexOf(bob)]))
})
