/** Somebody calls himself what another is called. Facts: docs/chat.md, *Identity*: a nick is held by who used it for 7 days before any other showed up. */
import { expect, test } from 'vitest'
import { showsTag } from '../identity/held-nick.ts'
import { PostKind } from '../post/post.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { Stage } from '../testing/stage.ts'

const DAY = 86_400_000
const thief = new SeededSigner('thief')

/** Bob has called himself bob so long ago, and is away since, so that days pass quickly. */
async function bobKnownFor(days: number): Promise<Stage> {
  const stage = await Stage.open()
  const { chat, bob, alice } = stage
  await Promise.all([bob.posts.publishProfile('bob'), chat.advance(1_000)])
  expect(alice.store.names.nickOf(hexOf(bob.signer))).toBe('bob')
  const leaving = bob.node.leave()
  await chat.advance(days * DAY)
  await leaving
  return stage
}

async function steal(stage: Stage, nick: string, { signer = thief, agoMs = 0 } = {}): Promise<void> {
  const peer = await stage.peer()
  const time = stage.chat.clock.nowMs() - agoMs
  peer.post(
    rawPost({ signer, room: '', kind: PostKind.Profile, time, body: nick }),
    rawPost({ signer, time, body: `I am ${nick}` }),
  )
  await stage.chat.advance(1_000)
  expect(stage.alice.store.names.nickOf(hexOf(signer))).toBe(nick)
  peer.raw.stream.destroy()
  await stage.chat.advance(1_000)
}

function hexOf({ key }: SeededSigner): string {
  return key.toString('hex')
}

/** Whether alice is shown the bare nick of a key. */
function isBare({ alice, chat }: Stage, signer: SeededSigner): boolean {
  const { names } = alice.store
  return !showsTag(hexOf(signer), names.claims(names.nickOf(hexOf(signer))!), chat.clock.nowMs())
}

const NICKS = ['bob', 'BOB', 'Bob', 'bοb', 'bo​b', 'ｂｏｂ', 'Ьob', '𝐛𝐨𝐛']

/** One thief for each of the nicks that look like bob. */
async function stealAll(stage: Stage): Promise<SeededSigner[]> {
  const thieves = NICKS.map((_, index) => new SeededSigner(`thief as ${index}`))
  for (const [index, nick] of NICKS.entries()) await steal(stage, nick, { signer: thieves[index]! })
  return thieves
}

test('who takes the nick of bob, or one that looks like it, after a week is shown with his tag, for ever; bob is bob', async () => {
  await using stage = await bobKnownFor(8)
  const { chat, alice, bob } = stage
  expect(isBare(stage, bob.signer)).toBe(true)
  const thieves = await stealAll(stage)
  for (const days of [0, 8]) {
    await chat.advance(days * DAY)
    expect([isBare(stage, bob.signer), thieves.map((one) => isBare(stage, one))]).toEqual([true, NICKS.map(() => false)])
  }
  const { messages } = alice.store.history({ limit: NICKS.length, room: 'dchat' })
  expect(messages.map(({ authorKey, nick }) => [authorKey, nick])).toEqual(
    NICKS.map((nick, index) => [hexOf(thieves[index]!), nick]),
  )
})

test('who takes it within the week makes all be shown with their tags, until the user says who is bob', async () => {
  await using stage = await bobKnownFor(3)
  const { chat, alice, bob } = stage
  const thieves = await stealAll(stage)
  for (const days of [0, 8]) {
    await chat.advance(days * DAY)
    expect([bob.signer, ...thieves].filter((one) => isBare(stage, one))).toEqual([])
  }
  alice.store.names.pin(hexOf(bob.signer), true)
  expect([bob.signer, ...thieves].filter((one) => isBare(stage, one))).toEqual([bob.signer])
})

test('a profile that is dated back gains nothing: what counts is when it was seen here', async () => {
  await using stage = await bobKnownFor(8)
  await steal(stage, 'bob', { agoMs: 100 * DAY })
  expect([isBare(stage, stage.bob.signer), isBare(stage, thief)]).toEqual([true, false])
})

test('a hundred thieves do not push the holder out, nor does a restart', async () => {
  await using stage = await bobKnownFor(8)
  const { chat, alice } = stage
  const crowd = Array.from({ length: 100 }, (_, index) => new SeededSigner(`thief ${index}`))
  const peer = await stage.peer()
  peer.post(
    ...crowd.map((signer) => rawPost({ signer, room: '', kind: PostKind.Profile, time: chat.clock.nowMs(), body: 'bob' })),
  )
  await chat.advance(10_000)
  expect(isBare(stage, stage.bob.signer)).toBe(true)
  expect(crowd.filter((signer) => isBare(stage, signer))).toEqual([])
  await restart(stage, alice)
  expect(isBare(stage, stage.bob.signer)).toBe(true)
})

async function restart({ chat }: Stage, node: ChatNode): Promise<void> {
  const leaving = node.node.leave()
  await chat.advance(10_000)
  await leaving
  await chat.start(node)
}
