/** Somebody sends again what was sent before. Facts: docs/chat.md, *Memory*: a replayed post costs microseconds. */
import { expect, test } from 'vitest'
import { Stage, UNDISTURBED, manyPosts } from '../testing/stage.ts'

test('posts that were seen are not verified, stored, told or passed on again', async () => {
  await using stage = await Stage.open()
  const { chat, alice, bob } = stage
  const writer = await stage.peer()
  const replayerHost = chat.nextPeerHost
  const replayer = await stage.peer()
  const posts = manyPosts(100, { time: chat.clock.nowMs() })
  writer.post(...posts)
  await chat.until(() => posts.every(({ id }) => alice.holds(id) && bob.holds(id)))
  // Who was new has paged by then.
  await chat.advance(70_000)
  const before = [alice.set, alice.store.stats(), chat.verifier.verified]
  const [first] = posts
  chat.spread.watch(first!.id, replayerHost)
  for (let round = 0; round < 20; round += 1) replayer.post(...posts)
  await chat.advance(150_000)
  expect([alice.set, alice.store.stats(), chat.verifier.verified]).toEqual(before)
  expect(chat.spread.take(first!.id).copies.get(bob.node.host)).toBeUndefined()
  expect([replayer.isClosed, chat.bans, await stage.health()]).toEqual([false, 0, UNDISTURBED])
})

test('a node that comes back knows what it had: a replay tells nobody anything', async () => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const writer = await stage.peer()
  const posts = manyPosts(50, { time: chat.clock.nowMs() })
  writer.post(...posts)
  await chat.until(() => posts.every(({ id }) => alice.holds(id)))
  const leaving = alice.node.leave()
  await chat.advance(60_000)
  await leaving
  await chat.start(alice)
  const { verified } = chat.verifier
  const before = [alice.set, alice.store.stats()]
  const replayer = await stage.peer()
  replayer.post(...posts)
  await chat.advance(5_000)
  expect([[alice.set, alice.store.stats()], chat.verifier.verified]).toEqual([before, verified])
})
