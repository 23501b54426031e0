/** Somebody sends good posts as fast as the link takes them. Facts: docs/chat.md, *Relay*: a receiver stops reading, and bans nobody. */
import { expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { Stage, UNDISTURBED, manyPosts } from '../testing/stage.ts'

const { UNASKED_TAKEN_BURST: BURST, UNASKED_TAKEN_PER_SEC: RATE } = CHAT_LIMITS
const FLOOD = 2_000

test('a flood of good posts is taken at the rate of a channel, all of it, and others notice nothing', async () => {
  await using stage = await Stage.open()
  const { chat, alice, bob } = stage
  const flooder = await stage.peer()
  const posts = manyPosts(FLOOD, { time: chat.clock.nowMs(), room: 'flood' })
  flooder.post(...posts)
  const stored = (): number => posts.filter(({ id }) => alice.holds(id)).length

  await chat.advance(1_000)
  expect(stored()).toBeLessThanOrEqual(BURST.value + 2 * RATE.value)
  // What is not read waits at the flooder's own machine.
  expect(flooder.raw.stream.bufferedBytes).toBeGreaterThan((FLOOD / 2) * 300)
  expect(await stage.health()).toEqual(UNDISTURBED)

  await chat.advance(30_000)
  expect(stored()).toBeGreaterThan(BURST.value + 25 * RATE.value)
  expect(stored()).toBeLessThanOrEqual(BURST.value + 36 * RATE.value)
  expect(await stage.health()).toEqual(UNDISTURBED)

  // Pings of a channel that is not read are not answered in time: that is no fault of its peer.
  await chat.advance(120_000)
  expect([stored(), flooder.isClosed, chat.bans]).toEqual([FLOOD, false, 0])
  expect(await stage.health()).toEqual(UNDISTURBED)
  // Bob is sent no more than alice may send unasked; the rest is left to `have` and the reconciler.
  await chat.advance(25 * 60_000)
  expect(bob.set).toEqual(alice.set)
})

test('many flooders at once do not keep honest posts from being stored', async () => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const flooders = [await stage.peer(), await stage.peer(), await stage.peer(), await stage.peer()]
  const now = chat.clock.nowMs()
  for (const [index, flooder] of flooders.entries()) {
    flooder.post(...manyPosts(1_000, { time: now, room: `flood${index}`, name: `of ${index}` }))
  }
  for (let round = 0; round < 5; round += 1) {
    expect(await stage.health()).toEqual(UNDISTURBED)
    await chat.advance(2_000)
  }
  expect(alice.node.p2p!.hosts.bans.saved()).toEqual([])
})
