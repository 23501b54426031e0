/** Somebody's clock is wrong, or he says so. Facts: docs/chat.md, *Post*: no offence, dropped and counted. */
import { expect, test } from 'vitest'
import { rawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { Stage, UNDISTURBED, linesOf } from '../testing/stage.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const signer = new SeededSigner('liar')

test.each([
  ['ten minutes ahead', 10 * MINUTE - 1_000, true],
  ['a little more than ten minutes ahead', 10 * MINUTE + 1_000, false],
  ['a year ahead', 365 * DAY, false],
  ['a day behind', -DAY, true],
  ['within the retention', -364 * DAY, true],
  ['older than the retention', -366 * DAY, false],
])('a post that is %s: taken and passed on or neither, and nobody is banned', async (_, ahead, isTaken) => {
  await using stage = await Stage.open()
  const { chat, alice, bob } = stage
  const liar = await stage.peer()
  const post = rawPost({ signer, time: chat.clock.nowMs() + ahead, body: 'what time is it' })
  liar.post(post)
  await chat.advance(5_000)
  expect(alice.holds(post.id)).toBe(isTaken)
  // What is no news any more comes by reconciliation.
  if (Math.abs(ahead) > 10 * MINUTE) await chat.advance(25 * MINUTE)
  expect(bob.holds(post.id)).toBe(isTaken)
  expect([liar.isClosed, chat.bans]).toEqual([false, 0])
  expect(await stage.health()).toEqual(UNDISTURBED)
})

test.each([0n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])('a time of %i is dropped and does no harm', async (time) => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const liar = await stage.peer()
  const before = alice.set
  liar.post(rawPost({ signer, time, body: 'x' }), rawPost({ signer, time, room: '', kind: 2, body: 'liar' }))
  await chat.advance(1_000)
  expect([alice.set, liar.isClosed, chat.bans]).toEqual([before, false, 0])
  expect(await stage.health()).toEqual(UNDISTURBED)
})

test('a post that came too early is taken when its time has come', async () => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const liar = await stage.peer()
  const post = rawPost({ signer, time: chat.clock.nowMs() + 12 * MINUTE, body: 'early' })
  liar.post(post)
  await chat.advance(3 * MINUTE)
  expect(alice.holds(post.id)).toBe(false)
  liar.post(post)
  await chat.advance(1_000)
  expect(alice.holds(post.id)).toBe(true)
})

test('a post ahead of time does not draw the clocks of others after it', async () => {
  await using stage = await Stage.open()
  const { chat, alice, bob } = stage
  const liar = await stage.peer()
  liar.post(rawPost({ signer, time: chat.clock.nowMs() + 9 * MINUTE, body: 'from the future' }))
  await chat.advance(1_000)
  const startMs = chat.clock.nowMs()
  await stage.delayMs(bob, alice)
  const [said] = bob.store.history({ limit: 10, room: 'dchat' }).messages.filter(({ own }) => own)
  expect(said!.time).toBeGreaterThanOrEqual(startMs)
  expect(said!.time).toBeLessThan(startMs + 1_000)
})

test.each([
  ['half an hour ahead', 30 * MINUTE],
  ['half an hour behind', -30 * MINUTE],
  ['five minutes ahead', 5 * MINUTE],
])('a node whose own clock is %s is banned by nobody, bans nobody, and has the same posts in the end', async (_, skewMs) => {
  await using stage = await Stage.open()
  const { chat, alice, bob } = stage
  const carol = chat.add({ skewMs, settings: { outboundConnections: 0, peers: [alice.url] } })
  await chat.start(carol)
  await chat.until(() => carol.node.p2p!.peerCount > 0)
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([alice.say(`a ${round}`), bob.say(`b ${round}`), carol.say(`c ${round}`), chat.advance(30_000)])
  }
  expect(await stage.health()).toEqual(UNDISTURBED)
  // When her time has come she returns: what others dropped as too early they take now.
  const leaving = carol.node.leave()
  await chat.advance(45 * MINUTE)
  await leaving
  await chat.start(carol)
  await chat.advance(45 * MINUTE)
  expect([bob.set, carol.set]).toEqual([alice.set, alice.set])
  expect(linesOf(bob)).toHaveLength(17)
  expect(chat.bans).toBe(0)
})
