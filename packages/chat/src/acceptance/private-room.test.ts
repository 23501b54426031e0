/** Private rooms over the whole network: whatever came to whom in which order, members see the same, and relays see nothing. Facts: docs/chat.md, *Encrypted kinds*. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@dchat/store'
import { ManualClock, SeededRandom, shuffled, silentLogger } from '@dchat/system'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { revealer } from '../private/reveal-room.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { memberText } from '../sealed/member-certificate.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { holdPosts } from '../testing/held-posts.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { roomPost } from '../testing/room-post.ts'
import { RoomStage, shownOf } from '../testing/room-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { linesOf } from '../testing/stage.ts'

const MINUTE = 60_000

describe('a relay without keys', () => {
  test('stores and serves the bytes that were sent, and none of the words', async () => {
    await using stage = await RoomStage.open({ members: 3 })
    const [alice, bob, carol] = stage.members as [ChatNode, ChatNode, ChatNode]
    const room = await stage.share(alice, bob, carol)
    const words = ['Wintergarten', 'Schneeglöckchen', 'Zaunkönig', 'garden']
    await stage.say(alice, room, words[0]!)
    await stage.settle(bob.rooms.say({ room, kind: 'action', text: words[1]! }))
    await stage.chat.advance(1_000)
    await stage.settle(carol.rooms.topic(room, words[2]!))
    await stage.chat.advance(1_000)
    await stage.relay.store.flush()
    const bytesOf = ({ store }: ChatNode): Buffer[] => {
      const ids = store.posts.places(room, { limit: 100 }).map(({ id }) => id)
      return store.posts.read(ids).map((bytes) => bytes!)
    }
    expect(bytesOf(stage.relay)).toHaveLength(6)
    for (const member of stage.members) expect(bytesOf(member)).toEqual(bytesOf(stage.relay))
    expect(linesOf(alice, room)).toEqual(words.slice(0, 3))
    const files = ['', '-wal'].map((end) => readFileSync(`${stage.relayFile}${end}`))
    const onDisk = Buffer.concat(files)
    // What is there in the clear is found.
    expect(onDisk.includes(room)).toBe(true)
    const invitation = alice.rooms.invitation(room)
    const secret = Buffer.from(invitation.split(':').at(-1)!, 'base64url')
    for (const part of [...words, secret, secret.toString('hex'), invitation.slice(-43)])
      expect(onDisk.includes(part)).toBe(false)
  })
})

const keys = roomKeysOf(Buffer.alloc(32, 3))
const START = 1_700_000_000_000
const identities = ['alice', 'bob', 'carol'].map((name) => new SeededSigner(name))
const authors = identities.map((_, index) => new SeededSigner(`author ${index}`))

/** What three members have written, one of whom nobody vouches for. */
function conversation(): RawPost[] {
  const written: RawPost[] = []
  const write = (by: number, inner: InnerMessage): RawPost => {
    const post = roomPost(inner, { keys, signer: authors[by]!, time: START + written.length * 700 })
    written.push(post)
    return post
  }
  for (const by of [0, 1]) {
    const text = memberText(identities[by]!, { room: keys.id, author: authors[by]!.key })
    write(by, { kind: InnerKind.Member, text })
  }
  for (let round = 0; round < 4; round += 1) {
    for (const by of [0, 1, 2]) {
      const said = write(by, { kind: round === 2 ? InnerKind.Action : InnerKind.Text, text: `${by} in round ${round}` })
      // One's own line, and another's.
      if (round === 1) write(by, { kind: InnerKind.Retract, text: said.hex })
      if (round === 3) write((by + 1) % 3, { kind: InnerKind.Retract, text: said.hex })
    }
    write(round % 3, { kind: InnerKind.Topic, text: `topic ${round}` })
  }
  write(1, { kind: InnerKind.Rekey, text: roomKeysOf(Buffer.alloc(32, 4)).id })
  return written
}

/** What a member sees whose node got the posts in this order and joined after some of them. */
async function seen(
  posts: readonly RawPost[],
  joinedAfter: number,
): Promise<{ lines: unknown; members: unknown; rekeys: unknown }> {
  const clock = new ManualClock(START + 60_000)
  const ring = {
    find: (room: string) => (room === keys.id ? { keys, name: 'x', author: undefined as never, since: 0 } : undefined),
  }
  const store = openStore({ path: ':memory:', clock, logger: silentLogger, reveal: revealer(ring) })
  const hold = (some: readonly RawPost[]): Promise<void> => holdPosts(store, some)
  await hold(posts.slice(0, joinedAfter))
  await store.rooms.join(keys.id)
  await hold(posts.slice(joinedAfter))
  const { messages } = store.history({ room: keys.id, limit: 1_000 })
  const result = {
    lines: messages.map((line) => ({ ...line, seq: 0, received: 0 })),
    members: store.members.list(keys.id),
    rekeys: store.members.rekeysOf(keys.id).map((rekey) => ({ ...rekey, seq: 0 })),
  }
  await store.close()
  return result
}

test('any order of arrival, and joining at any moment, ends in the same lines and members', async () => {
  const posts = conversation()
  const wanted = await seen(posts, 0)
  expect(wanted.lines).toHaveLength(4 * 3 + 4 + 1)
  expect(wanted.members).toHaveLength(3)
  expect(wanted.rekeys).toMatchObject([{ identity: identities[1]!.key.toString('hex') }])
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 20 }), fc.nat(posts.length), async (seed, joinedAfter) => {
      expect(await seen(shuffled(new SeededRandom(seed), posts), joinedAfter)).toEqual(wanted)
    }),
    { numRuns: 40 },
  )
})

test('members on both sides of a partition see the same once it has healed', { timeout: 300_000 }, async () => {
  await using stage = await RoomStage.open({ members: 4 })
  const [alice, bob, carol, dave] = stage.members as [ChatNode, ChatNode, ChatNode, ChatNode]
  const room = await stage.share(alice, bob, carol)
  await stage.say(alice, room, 'before')
  // The relay is on the side of carol and dave; alice and bob find each other.
  void alice.node.p2p!.connect(bob.url)
  await stage.chat.until(() => alice.node.p2p!.peerCount === 2)
  const away = new Set([alice.node.host, bob.node.host])
  stage.chat.simulation.conditions.partition((host) => (away.has(host) ? 1 : 0))
  await stage.settle(dave.rooms.accept(carol.rooms.invitation(room)))
  for (let round = 0; round < 5; round += 1) {
    await stage.say(alice, room, `alice ${round}`)
    await stage.say(carol, room, `carol ${round}`)
    await stage.say(bob, room, `bob ${round}`)
  }
  const { id } = await stage.say(dave, room, 'dave was here')
  await stage.settle(dave.rooms.retract(room, Buffer.from(id!, 'hex')))
  expect(linesOf(alice, room)).toHaveLength(1 + 10)
  expect(linesOf(carol, room)).toHaveLength(1 + 5 + 1)
  stage.chat.simulation.conditions.partition(undefined)
  await stage.chat.advance(45 * MINUTE)
  const wanted = shownOf(alice, room)
  expect(wanted).toHaveLength(1 + 15 + 1)
  expect(wanted.some((line) => line.includes('unverified'))).toBe(false)
  for (const member of stage.members) expect(shownOf(member, room)).toEqual(wanted)
  for (const member of stage.members) expect(member.rooms.members(room)).toHaveLength(4)
  expect(stage.chat.bans).toBe(0)
})

/** Ten thousand lines are filled in while a room is joined. */
test('a room of 10,000 posts that were stored before is filled when it is joined', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-fill-'))
  const clock = new ManualClock(START)
  const ring = { find: () => ({ keys, name: 'x', author: undefined as never, since: 0 }) }
  const store = openStore({ path: join(folder, 'x.db'), clock, logger: silentLogger, reveal: revealer(ring) })
  try {
    const posts = Array.from({ length: 10_000 }, (_, index) =>
      roomPost(
        { kind: InnerKind.Text, text: `line ${index}` },
        { keys, signer: authors[index % 3]!, time: START - 20_000_000 + index * 1_100 },
      ),
    )
    await holdPosts(store, posts)
    let turns = 0
    let isFilled = false
    const filling = store.rooms.join(keys.id).then(() => (isFilled = true))
    while (!isFilled) {
      await new Promise(setImmediate)
      turns += 1
    }
    await filling
    expect(store.stats().messages).toBe(10_000)
    expect(store.history({ room: keys.id, limit: 1 }).messages).toMatchObject([{ text: 'line 9999' }])
    // Others had their turns meanwhile.
    expect(turns).toBeGreaterThan(3)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
})
