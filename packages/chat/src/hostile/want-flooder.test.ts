/** Somebody asks for everything, again and again. Facts: docs/chat.md, *History*: at most 1 MiB queued a channel, then reading stops. */
import { expect, test } from 'vitest'
import { Stage, UNDISTURBED, manyPosts } from '../testing/stage.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { wire } from '../testing/wire-messages.ts'

const QUEUE_MAX_BYTES = 1024 * 1024

async function withPosts(): Promise<{ stage: Stage; posts: RawPost[] }> {
  const stage = await Stage.open()
  const giver = await stage.peer()
  const posts = manyPosts(600, { time: stage.chat.clock.nowMs(), bytes: 4_000, room: 'full' })
  giver.post(...posts)
  await stage.chat.until(() => posts.every(({ id }) => stage.alice.holds(id)))
  return { stage, posts }
}

test('who does not read what he asked for is served no further than the bound', async () => {
  const { stage, posts } = await withPosts()
  await using _ = stage
  const glutton = await stage.peer()
  glutton.raw.stream.pause()
  const ids = posts.slice(0, 256).map(({ id }) => id)
  for (let round = 0; round < 500; round += 1) glutton.send(wire.want, { ids })
  await stage.chat.advance(2_000)
  const queued = stage.alice.node.p2p!.channels.map(({ queuedBytes }) => queuedBytes)
  expect(Math.max(...queued)).toBeLessThanOrEqual(QUEUE_MAX_BYTES + 32 * 8_700)
  // What is not read waits with the glutton.
  expect(glutton.raw.stream.bufferedBytes).toBeGreaterThan(400 * 8_200)
  expect(await stage.health()).toEqual(UNDISTURBED)
})

test('who reads everything and asks again gets no ban, and others their posts in time', async () => {
  const { stage, posts } = await withPosts()
  await using _ = stage
  const glutton = await stage.peer()
  const ids = posts.slice(0, 256).map(({ id }) => id)
  for (let round = 0; round < 20; round += 1) glutton.send(wire.want, { ids })
  for (let round = 0; round < 5; round += 1) {
    expect(await stage.health()).toEqual(UNDISTURBED)
    await stage.chat.advance(500)
  }
  expect([glutton.isClosed, stage.chat.bans]).toEqual([false, 0])
  expect(glutton.valuesOf(wire.post).length).toBeGreaterThan(256)
})

test('ids that are not here are passed over, those that are come', async () => {
  const { stage, posts } = await withPosts()
  await using _ = stage
  const asker = await stage.peer()
  asker.send(wire.want, { ids: [Buffer.alloc(32, 1), posts[3]!.id, Buffer.alloc(32, 2)] })
  await stage.chat.advance(500)
  expect(asker.valuesOf(wire.post).map(({ bytes }) => Buffer.from(bytes))).toEqual([posts[3]!.bytes])
})
