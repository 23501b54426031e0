/** Offers beside many who name a room: what is offered to whom over a network is in room-rekey.test.ts. Facts: docs/chat.md, *Private room*, Rekey. */
import { conversationOf, openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { ManualClock, silentLogger } from '@dchat/system'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HeldRoom } from '../keys/room-key-ring.ts'
import { newIdentity } from '../identity/identity.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { formatInvitation } from '../sealed/invitation.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import { holdPosts } from '../testing/held-posts.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { roomPost } from '../testing/room-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { revealer } from './reveal-room.ts'
import { offerOf } from './room-offer.ts'
import type { Offer } from './room-offer.ts'

const START = 1_700_000_000_000
const OLD = roomKeysOf(Buffer.alloc(32, 1))
const OLDER = roomKeysOf(Buffer.alloc(32, 2))
const NEW_SECRET = Buffer.alloc(32, 3)
const NEW = roomKeysOf(NEW_SECRET)
const alice = new SeededSigner('alice')

const held = [OLD, OLDER].map((keys): HeldRoom => ({ keys, name: 'garden', author: newIdentity(), since: START }))
const ring = { find: (room: string) => held.find(({ keys }) => keys.id === room) }
let store: MessageStore

beforeEach(async () => {
  store = openStore({ path: ':memory:', clock: new ManualClock(START + 60_000), logger: silentLogger, reveal: revealer(ring) })
  for (const { keys } of held) await store.rooms.join(keys.id)
})
afterEach(() => store.close())

/** An author of a room with a certificate, and his word that it goes on in the new one. */
function rekeyer(
  keys: RoomKeys,
  { name, identity = new SeededSigner(name), time }: { name: string; identity?: SeededSigner; time: number },
): RawPost[] {
  const signer = new SeededSigner(`${name} in ${keys.id}`)
  const text = memberText(identity, { room: keys.id, author: signer.key })
  return [
    roomPost({ kind: InnerKind.Member, text }, { keys, signer, time: time - 1 }),
    roomPost({ kind: InnerKind.Rekey, text: NEW.id }, { keys, signer, time }),
  ]
}

/** What alice's invitation to the new room offers, and how often it was asked who is a member of a room. */
function ask(): { offer: Offer | undefined; looks: number } {
  let looks = 0
  const { rooms, members } = store
  const counted = {
    list: members.list.bind(members),
    identityOf: members.identityOf.bind(members),
    isMember: (room: string, identity: string) => {
      looks += 1
      return members.isMember(room, identity)
    },
    rekeysOf: members.rekeysOf.bind(members),
    rekeysTo: members.rekeysTo.bind(members),
  }
  const authorKey = alice.key.toString('hex')
  const text = formatInvitation({ name: 'garden', secret: NEW_SECRET })
  const line = { room: conversationOf(authorKey), authorKey, text }
  return { offer: offerOf(line, { store: { rooms, members: counted }, ring }), looks }
}

test('of several rooms that go on in it, that of which the inviter is a member', async () => {
  await holdPosts(store, [
    ...rekeyer(OLDER, { name: 'alice', identity: alice, time: START }),
    ...rekeyer(OLD, { name: 'bob', time: START + 1_000 }),
  ])
  expect(ask().offer).toEqual({ room: NEW.id, name: 'garden', replaces: OLDER.id, joined: false })
})

test('of several rooms of which he is a member, that in which it was said last', async () => {
  await holdPosts(store, [
    ...rekeyer(OLDER, { name: 'alice', identity: alice, time: START + 1_000 }),
    ...rekeyer(OLD, { name: 'alice', identity: alice, time: START }),
  ])
  expect(ask().offer).toMatchObject({ replaces: OLDER.id })
})

test('hundreds who name the new room in one room cost one look at its members', async () => {
  const crowd = Array.from({ length: 300 }, (_, index) => rekeyer(OLD, { name: `sybil ${index}`, time: START + index }))
  await holdPosts(store, crowd.flat())
  expect(store.members.rekeysTo(NEW.id)).toHaveLength(300)
  const { offer, looks } = ask()
  expect([offer?.replaces, looks]).toEqual([null, 1])
})
