/** More posts than a channel may bring unasked: it waits, nobody is banned, nothing is lost. Source: docs/chat.md, *Relay*. */
import { ping, pong } from '@dchat/net'
import { expect, test } from 'vitest'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

test('200 at once and 20 a second are taken, the rest waits unread', async () => {
  await using stage = await RelayStage.open()
  const flooder = await stage.peer()
  const posts = Array.from({ length: 300 }, (_, index) => stage.post(`${index}`, { room: `r${index % 6}` }))
  flooder.post(...posts)
  await stage.clock.advance(10)
  expect(stage.posts.counts.received).toBe(200)
  await stage.clock.advance(1_000)
  expect(stage.posts.counts.received).toBeGreaterThanOrEqual(219)
  expect(stage.posts.counts.received).toBeLessThanOrEqual(221)
  await stage.clock.advance(4_100)
  expect([stage.posts.counts.received, stage.posts.counts.stored, flooder.isClosed]).toEqual([300, 300, false])
  expect(stage.node.p2p.hosts.bans.list()).toEqual([])
})

test('an honest sender beside it notices nothing', async () => {
  await using stage = await RelayStage.open()
  const [flooder, honest] = await stage.crowd(2)
  flooder!.post(...Array.from({ length: 1_000 }, (_, index) => stage.post(`${index}`, { room: `r${index % 20}` })))
  await stage.clock.advance(100)
  const post = stage.post('hey', { room: 'quiet' })
  honest!.post(post)
  honest!.send(ping, { nonce: 4_711 })
  await stage.settle()
  expect(stage.store.posts.holds(post.id)).toBe(true)
  expect(honest!.valuesOf(pong)).toEqual([{ nonce: 4_711 }])
  expect(stage.channelTo(honest!).heldMs).toBe(0)
})

test('copies count, what was asked for does not', async () => {
  await using stage = await RelayStage.open()
  const [copier, asked] = await stage.crowd(2)
  const post = stage.post('again and again')
  copier!.post(...Array.from({ length: 250 }, () => post))
  const posts = Array.from({ length: 600 }, (_, index) => stage.post(`${index}`, { room: `r${index % 12}` }))
  const ids = posts.map(({ id }) => id)
  stage.postChannelTo(asked!).ask(ids, 'history')
  asked!.post(...posts)
  await stage.clock.advance(10)
  expect(stage.posts.counts).toMatchObject({ received: 800, throttled: 1, stored: 601 })
  expect(stage.channelTo(asked!).heldMs).toBe(0)
})

test('the clock of our pong stands still while the channel is not read', async () => {
  await using stage = await RelayStage.open()
  const flooder = await stage.peer()
  // A minute of posts: our pings are answered behind them only.
  const post = stage.post('flood')
  for (let count = 0; count < 1_400; count += 1) flooder.post(post)
  await stage.clock.advance(59_000)
  expect([flooder.isClosed, stage.posts.counts.received < 1_400]).toEqual([false, true])
  expect(stage.channelTo(flooder).heldMs).toBeGreaterThan(50_000)
  await stage.clock.advance(60_000)
  expect([flooder.isClosed, stage.posts.counts.received]).toEqual([false, 1_400])
})

test('a channel that is closed while it waits leaves nothing behind', async () => {
  await using stage = await RelayStage.open()
  const channel = stage.postChannelTo(await stage.peer())
  await stage.clock.advance(1_000)
  const idle = stage.clock.pendingTimers
  for (let count = 0; count < 300; count += 1) channel.noteUnasked()
  expect(stage.clock.pendingTimers).toBe(idle + 1)
  channel.close()
  expect(stage.clock.pendingTimers).toBe(idle)
  stage.peers[0]!.raw.stream.destroy()
  await stage.clock.advance(100)
  expect(stage.posts.channels).toEqual([])
})

test('a peer that tells of endless ids is not banned, and costs no more than the bound', async () => {
  await using stage = await RelayStage.open()
  const liar = await stage.peer()
  for (let round = 0; round < 40; round += 1) {
    liar.send(wire.have, { ids: Array.from({ length: 250 }, (_, index) => Buffer.alloc(32, `${round} ${index} `)) })
    await stage.clock.advance(20)
  }
  expect(stage.posts.counts.wanted).toBeLessThanOrEqual(1_024)
  expect(liar.isClosed).toBe(false)
})
