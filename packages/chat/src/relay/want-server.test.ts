/** What a `want` is answered with. Source: docs/chat.md, *Relay* and *History*. */
import { LIMITS } from '@dchat/net'
import { expect, test, vi } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { POST_MAX_BYTES } from '../post/grammar.ts'
import { bodyFor } from '../testing/raw-post.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

test('the posts that are here, in the order they were asked for', async () => {
  await using stage = await RelayStage.open()
  const [from, asker] = await stage.crowd(2)
  const posts = Array.from({ length: 80 }, (_, index) =>
    stage.post(`${index}`, { time: stage.nowMs - 3_600_000 * index, room: `r${index % 2}` }),
  )
  from!.post(...posts)
  await stage.settle()
  asker!.received.length = 0
  const missing = Buffer.alloc(32, 3)
  asker!.send(wire.want, { ids: [posts[70]!.id, missing, ...posts.slice(0, 60).map(({ id }) => id)] })
  await stage.settle()
  expect(asker!.valuesOf(wire.post).map(({ bytes }) => Buffer.from(bytes))).toEqual(
    [posts[70]!, ...posts.slice(0, 60)].map(({ bytes }) => bytes),
  )
  expect(stage.posts.counts.served).toBe(61)
})

test('each slice of a long one is read in a turn of its own, as work of the channel', async () => {
  await using stage = await RelayStage.open()
  const [asker] = await stage.crowd(1)
  const inTurn = vi.spyOn(stage.channelTo(asker!), 'inTurn')
  asker!.send(wire.want, { ids: Array.from({ length: 256 }, (_, index) => Buffer.alloc(32, index)) })
  await stage.settle()
  expect(inTurn).toHaveBeenCalledTimes(256 / CHAT_LIMITS.SERVE_SLICE_POSTS.value - 1)
})

test('who does not read holds about 1 MiB, is not read meanwhile, and gets the rest later', async () => {
  await using stage = await RelayStage.open({ settings: { outboundConnections: 0 } })
  const [from, asker] = await stage.crowd(2)
  const posts = Array.from({ length: 200 }, (_, index) =>
    stage.post(bodyFor(8_000, `${index}`), { time: stage.nowMs - 600_001 - index * 1_000, room: `ro${100 + (index % 4)}` }),
  )
  from!.post(...posts)
  await stage.settle()
  expect(stage.posts.counts.stored).toBe(200)
  asker!.received.length = 0
  asker!.raw.stream.pause()
  const ids = posts.map(({ id }) => id)
  for (let count = 0; count < 10; count += 1) asker!.send(wire.want, { ids })
  await stage.settle()
  const channel = stage.channelTo(asker!)
  const most = LIMITS.CHANNEL_SEND_QUEUE_BYTES.value
  expect(channel.queuedBytes).toBeGreaterThanOrEqual(most)
  expect(channel.queuedBytes).toBeLessThan(most + POST_MAX_BYTES + 100)
  await stage.clock.advance(1_000)
  expect(channel.heldMs).toBeGreaterThan(900)
  asker!.raw.stream.resume()
  await stage.clock.advance(1_000)
  expect(asker!.valuesOf(wire.post)).toHaveLength(2_000)
  expect([asker!.isClosed, channel.queuedBytes]).toEqual([false, 0])
})

test('who never reads is gone after half a minute, and costs nothing then', async () => {
  await using stage = await RelayStage.open()
  const [from, asker] = await stage.crowd(2)
  const posts = Array.from({ length: 180 }, (_, index) =>
    stage.post(bodyFor(8_000, `${index}`), { time: stage.nowMs - index * 1_000, room: `ro${100 + (index % 4)}` }),
  )
  from!.post(...posts)
  await stage.settle()
  asker!.raw.stream.pause()
  asker!.send(wire.want, { ids: posts.map(({ id }) => id) })
  await stage.clock.advance(LIMITS.CHANNEL_STALL_MS.value + 5_000)
  expect(stage.posts.channels).toHaveLength(1)
  expect(stage.node.logger.records.filter(({ level }) => level === 'error')).toEqual([])
})
