/** `[chat] keep = "joined"`: what is stored, what is only passed on, and what comes of joining later. Facts: docs/chat.md, *Which rooms*. */
import { expect, test } from 'vitest'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { Stage, linesOf } from '../testing/stage.ts'
import { wire } from '../testing/wire-messages.ts'

const MINUTE = 60_000

async function threeInALine(): Promise<Stage & { carol: Stage['bob'] }> {
  const stage = await Stage.open({ alice: { keep: 'joined' } })
  const carol = stage.chat.add({ settings: { outboundConnections: 0 } })
  await stage.chat.start(carol)
  void stage.alice.node.p2p!.connect(carol.url)
  await stage.chat.until(() => carol.node.p2p!.peerCount > 0)
  await stage.chat.advance(5_000)
  return Object.assign(stage, { carol })
}

test('posts of rooms that are not joined are passed on at once and not stored', async () => {
  await using stage = await threeInALine()
  const { chat, alice, bob, carol } = stage
  await Promise.all([bob.say('over there', 'elsewhere'), bob.say('here', 'dchat'), chat.advance(1_000)])
  const rooms = (node: typeof bob): string[] =>
    node.store.posts
      .rooms()
      .filter(({ posts }) => posts > 0)
      .map(({ room }) => room)
  expect([rooms(carol).toSorted(), rooms(alice).toSorted()]).toEqual([['dchat', 'elsewhere'], ['dchat']])
})

test('who joins a room later gets what was said there, also what he had passed on', async () => {
  await using stage = await threeInALine()
  const { chat, alice, bob, carol } = stage
  for (let round = 0; round < 5; round += 1) await Promise.all([bob.say(`said ${round}`, 'elsewhere'), chat.advance(2_000)])
  await Promise.all([alice.store.rooms.join('elsewhere'), chat.advance(25 * MINUTE)])
  expect(alice.set).toEqual(carol.set)
  expect(linesOf(alice, 'elsewhere')).toEqual(['said 0', 'said 1', 'said 2', 'said 3', 'said 4'])
})

test('a post that is not stored is still here for who asks for it within ten minutes', async () => {
  await using stage = await threeInALine()
  const { chat, alice } = stage
  const giver = await stage.peer()
  const post = rawPost({ signer: new SeededSigner('far'), room: 'elsewhere', time: chat.clock.nowMs(), body: 'x' })
  giver.post(post)
  await chat.advance(1_000)
  expect(alice.holds(post.id)).toBe(false)
  const asker = await stage.peer()
  asker.send(wire.want, { ids: [post.id] })
  await chat.advance(500)
  expect(asker.valuesOf(wire.post)).toHaveLength(1)
  await chat.advance(11 * MINUTE)
  asker.send(wire.want, { ids: [post.id] })
  await chat.advance(500)
  expect(asker.valuesOf(wire.post)).toHaveLength(1)
})
