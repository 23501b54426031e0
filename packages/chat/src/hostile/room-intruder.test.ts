/** Somebody meddles with a private room, without its secret and with it. Facts: docs/chat.md, *Encrypted kinds*: who doesn't hold the secret can't fill the room. */
import { describe, expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import type { Post } from '../post/post.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { sealRoom } from '../sealed/room-body.ts'
import { newRoomSecret, roomKeysOf } from '../sealed/room-keys.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import { parseInvitation } from '../sealed/invitation.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { privateRoomBody } from '../testing/private-room-body.ts'
import { rawPost } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { roomPost } from '../testing/room-post.ts'
import { RoomStage, shownOf } from '../testing/room-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import type { FeaturedPeer } from '../testing/featured-peer.ts'

const mallory = new SeededSigner('mallory')
const otherKeys = roomKeysOf(newRoomSecret())

/** A room of alice and bob with one line in it, and somebody who has dialled the relay. */
interface Scene extends AsyncDisposable {
  readonly stage: RoomStage
  readonly bob: ChatNode
  readonly room: string
  readonly keys: RoomKeys
  /** The post of the line. */
  readonly said: Post
  readonly peer: FeaturedPeer
}

async function scene(): Promise<Scene> {
  const stage = await RoomStage.open()
  const [alice, bob] = stage.members as [ChatNode, ChatNode]
  const room = await stage.share(alice, bob)
  const { id } = await stage.say(alice, room, 'hello')
  const said = decodePost(stage.relay.store.posts.read([Buffer.from(id!, 'hex')])[0]!)
  const keys = roomKeysOf(parseInvitation(alice.rooms.invitation(room)).secret)
  const peer = await stage.chat.peer(stage.relay)
  await stage.chat.advance(1_000)
  return { stage, bob, room, keys, said, peer, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() }
}

const postOf = (room: string, time: number, body: string): RawPost => rawPost({ signer: mallory, room, kind: 17, time, body })

function turned(body: string, at: number): string {
  const bytes = Buffer.from(body, 'base64url')
  bytes[at]! ^= 1
  return bytes.toString('base64url')
}

/** Each made at a time that is right now, without the secret. */
const INTRUSIONS: readonly (readonly [string, (scene: Scene, time: number) => RawPost])[] = [
  [
    'a text sealed for another room',
    ({ room }, time) => postOf(room, time, sealRoom({ kind: 0, text: 'x' }, { author: mallory.key, time, keys: otherKeys })),
  ],
  [
    'the public key of the room and a signature of nothing',
    ({ room, keys }, time) =>
      postOf(room, time, privateRoomBody(keys.signer, { author: mallory.key, time, signature: Buffer.alloc(64, 1) })),
  ],
  [
    'the public key of the room and a signature of another key',
    ({ room, keys }, time) =>
      postOf(
        room,
        time,
        privateRoomBody({ key: keys.signer.key, sign: (message) => mallory.sign(message) }, { author: mallory.key, time }),
      ),
  ],
  ["a member's body under another author", ({ room, said }) => postOf(room, said.time, said.body)],
  ["a member's body under another author and time", ({ room, said }, time) => postOf(room, time, said.body)],
  ["a member's body with one bit of its nonce turned", ({ room, said }) => postOf(room, said.time, turned(said.body, 100))],
  ["a member's body with one bit of its text turned", ({ room, said }) => postOf(room, said.time, turned(said.body, 150))],
  ["a member's body that was cut", ({ room, said }) => postOf(room, said.time, said.body.slice(0, 400))],
  ["a member's body with four bytes more", ({ room, said }) => postOf(room, said.time, `${said.body}AAAA`)],
  ['no body', ({ room }, time) => postOf(room, time, '')],
  ['a text in the clear', ({ room }, time) => rawPost({ signer: mallory, room, kind: 0, time, body: 'x' })],
]

describe('who does not hold the secret is banned by the relay, which holds no keys', () => {
  test.each(INTRUSIONS)('%s', async (_, intrude) => {
    await using at = await scene()
    const { stage, peer, bob, room } = at
    const before = [stage.relay.set, shownOf(bob, room)]
    peer.post(intrude(at, stage.chat.clock.nowMs()))
    await stage.chat.advance(1_000)
    expect([peer.isClosed, stage.relay.node.p2p!.hosts.bans.saved().length]).toEqual([true, 1])
    expect([stage.relay.set, shownOf(bob, room)]).toEqual(before)
  })
})

test('a post that comes again is known: no second line, no offence', async () => {
  await using at = await scene()
  const { stage, peer, bob, room, said } = at
  const before = [stage.relay.set, shownOf(bob, room)]
  for (let round = 0; round < 3; round += 1) peer.post(said)
  await stage.chat.advance(1_000)
  expect([peer.isClosed, stage.relay.set, shownOf(bob, room)]).toEqual([false, ...before])
})

/** What a holder of the secret may send: posts that every relay has to take. */
const NONSENSE: readonly (readonly [string, (keys: RoomKeys, time: number) => RawPost])[] = [
  [
    'random bytes for a ciphertext',
    ({ id, signer }, time) =>
      postOf(id, time, privateRoomBody(signer, { author: mallory.key, time, ciphertext: Buffer.alloc(272, 0xa5) })),
  ],
  [
    'a ciphertext of no size that there is',
    ({ id, signer }, time) =>
      postOf(id, time, privateRoomBody(signer, { author: mallory.key, time, ciphertext: Buffer.alloc(273, 0xa5) })),
  ],
  [
    'the shortest ciphertext',
    ({ id, signer }, time) =>
      postOf(id, time, privateRoomBody(signer, { author: mallory.key, time, ciphertext: Buffer.alloc(16) })),
  ],
  [
    'the longest body',
    ({ id, signer }, time) =>
      postOf(id, time, privateRoomBody(signer, { author: mallory.key, time, ciphertext: Buffer.alloc(6_024) })),
  ],
  [
    "another's text, signed anew with the room's key",
    (keys, time) => resealed(keys, time, { sealedFor: new SeededSigner('victim').key, at: time }),
  ],
  ['an own text of another moment, signed anew', (keys, time) => resealed(keys, time, { sealedFor: mallory.key, at: time - 1 })],
  ['an unknown kind', (keys, time) => roomPost({ kind: 77, text: 'x' }, { keys, signer: mallory, time })],
  [
    'a certificate of nobody',
    (keys, time) => roomPost({ kind: InnerKind.Member, text: '00'.repeat(96) }, { keys, signer: mallory, time }),
  ],
  ['a rekey to nowhere', (keys, time) => roomPost({ kind: InnerKind.Rekey, text: 'dchat' }, { keys, signer: mallory, time })],
  ['a retraction of nothing', (keys, time) => roomPost({ kind: InnerKind.Retract, text: 'x' }, { keys, signer: mallory, time })],
]

/** A ciphertext that is bound to another author or time, under a room signature that holds. */
function resealed(keys: RoomKeys, time: number, { sealedFor, at }: { sealedFor: Buffer; at: number }): RawPost {
  const sealed = Buffer.from(sealRoom({ kind: 0, text: 'not mine' }, { author: sealedFor, time: at, keys }), 'base64url')
  const [nonce, ciphertext] = [sealed.subarray(96, 120), sealed.subarray(120)]
  return postOf(keys.id, time, privateRoomBody(keys.signer, { author: mallory.key, time, nonce, ciphertext }))
}

describe('nonsense of who holds the secret is kept and passed on like any post, and leaves no line', () => {
  test.each(NONSENSE)('%s', async (_, make) => {
    await using at = await scene()
    const { stage, peer, bob, room, keys } = at
    const before = shownOf(bob, room)
    const post = make(keys, stage.chat.clock.nowMs())
    peer.post(post)
    await stage.chat.advance(1_000)
    expect([peer.isClosed, stage.relay.holds(post.id), bob.holds(post.id)]).toEqual([false, true, true])
    expect([shownOf(bob, room), stage.chat.bans]).toEqual([before, 0])
    bob.store.rooms.leave(room)
    await stage.settle(bob.store.rooms.join(room))
    expect(shownOf(bob, room)).toEqual(before)
  })
})

test("a holder of the secret takes back nobody else's line", async () => {
  await using at = await scene()
  const { stage, peer, bob, room, keys, said } = at
  peer.post(
    roomPost(
      { kind: InnerKind.Retract, text: said.id.toString('hex') },
      { keys, signer: mallory, time: stage.chat.clock.nowMs() },
    ),
  )
  await stage.chat.advance(1_000)
  expect(shownOf(bob, room)[0]).toContain('hello')
})
