/** What waits to be sent on one channel: order, bounds, and a peer that does not read. Wire: docs/wire.md, *Frame* and *Metering*. */
import { describe, expect, test } from 'vitest'
import { broadcastTo } from './broadcast.ts'
import { LIMITS } from './limits.ts'
import { ping, pong } from './messages/core-messages.ts'
import { defineMessage } from './messages/message.ts'
import { ChannelPair } from './testing/channel-pair.ts'
import { line } from './testing/line-message.ts'
import { FULL, fill, messages, pair, texts } from './channel.test-util.ts'

describe('sending', () => {
  test('posts, shared frames and sends leave in the order they were given', async () => {
    const world = await pair()
    world.start()
    const { channel, peer } = world
    const wanted: string[] = []
    for (let index = 0; index < 300; index += 1) {
      // Sizes on both sides of every threshold of the queue.
      const text = `${index} ${'x'.repeat([0, 100, 900, 5_000, 9_000, 65_000][index % 6]!)}`
      wanted.push(text)
      const ways = [
        (): boolean => channel.post(line, { text }),
        (): boolean => channel.postFrame(world.packets.encode(line, { text }), 'line'),
        (): Promise<boolean> => channel.send(line, { text }).then(() => true),
      ]
      expect(await ways[index % 3]!()).toBe(true)
      if (index % 50 === 49) await world.settle()
    }
    await world.settle()
    expect(texts(peer.valuesOf(line))).toEqual(wanted)
    expect(channel.queuedBytes).toBe(0)
  })

  test('a metered message waits twice the sleep; none overtakes another', async () => {
    const world = await pair()
    world.start()
    const { channel, peer, clock } = world
    const sends = Promise.all(Array.from({ length: 8 }, (_, nonce) => channel.send(ping, { nonce })))
    void channel.send(line, { text: 'unmetered' })
    await clock.runUntil(() => peer.valuesOf(ping).length === 8)
    await sends
    // Five go at once: the total was 4 at most. Then 2 × (total − 4) s each; after 10 s the first five are forgotten.
    expect(
      peer.received
        .filter(({ command }) => command === 'ping')
        .map(({ value, atMs }) => [(value as { nonce: number }).nonce, atMs]),
    ).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 2_000],
      [6, 6_000],
      [7, 12_000],
    ])
    expect(peer.commands.indexOf('line')).toBeLessThan(6)
  })

  test('commands are metered apart', async () => {
    const world = await pair()
    world.start()
    for (let nonce = 0; nonce < 5; nonce += 1) {
      void world.channel.send(ping, { nonce })
      void world.channel.send(pong, { nonce })
    }
    await world.settle()
    expect(world.peer.received).toHaveLength(10)
  })

  test('a metered message cannot be posted', async () => {
    const { channel } = await pair()
    expect(() => channel.post(ping, { nonce: 1 })).toThrow(TypeError)
  })

  test('a message above its limit is refused without harm', async () => {
    const world = await pair()
    world.start()
    const tooLong = { text: 'x'.repeat(70_001) }
    expect(() => world.channel.post(line, tooLong)).toThrow(
      expect.objectContaining({ code: 'NET_MESSAGE_TOO_LARGE', fault: 'none' }),
    )
    await expect(world.channel.send(line, tooLong)).rejects.toMatchObject({ code: 'NET_MESSAGE_TOO_LARGE' })
    expect(world.channel.post(line, { text: 'fine' })).toBe(true)
    await world.settle()
    expect(texts(world.peer.valuesOf(line))).toEqual(['fine'])
  })
})

describe('back-pressure', () => {
  test('a full queue refuses posts and frames, holds sends, and takes them again when the peer has read', async () => {
    const world = await pair()
    world.channel.start()
    const count = fill(world)
    expect(world.channel.postFrame(world.packets.encode(line, { text: 'frame' }), 'line')).toBe(false)
    let isSent = false
    const sent = world.channel.send(line, { text: 'held' }).then(() => (isSent = true))
    await world.clock.advance(1_000)
    expect(isSent).toBe(false)
    world.peer.open()
    await world.settle()
    await sent
    await world.channel.drained()
    await world.settle()
    expect(texts(world.peer.valuesOf(line)).map((text) => text.split(' ')[0])).toEqual(
      [...Array(count).keys()].map(String).concat('held'),
    )
  })

  test('a peer that takes nothing for 30 s is closed', async () => {
    const world = await pair()
    world.channel.start()
    fill(world)
    const held = world.channel.send(line, { text: 'held' })
    const heldEnd = held.catch((error: unknown) => error)
    await world.clock.advance(LIMITS.CHANNEL_STALL_MS.value - 1)
    expect(world.channel.isStopped).toBe(false)
    await world.clock.advance(1)
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STALLED', data: { channelId: 7, stalledMs: 30_000 } })
    expect(await heldEnd).toBe(world.channel.stopReason)
    await world.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
    await world.channel.closed
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('a peer that takes a frame just before each 30 s does not keep a full queue for ever', async () => {
    const world = await pair()
    world.channel.start()
    const { stream } = world.peer
    stream.open({ onData: () => stream.pause(), onDrain: () => {}, onEnd: () => {}, onClose: () => {} })
    const text = 'x'.repeat(9_000)
    const startMs = world.clock.monotonicMs()
    while (!world.channel.isStopped && world.clock.monotonicMs() - startMs < 600_000) {
      while (world.channel.post(line, { text }));
      expect(world.channel.queuedBytes).toBeLessThan(FULL + 10_000)
      await world.clock.advance(29_000)
      stream.resume()
      await world.settle()
    }
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STALLED' })
    expect(world.clock.monotonicMs() - startMs).toBeLessThan(3 * LIMITS.CHANNEL_STALL_MS.value)
  })

  test('a peer that takes a little now and then is not', async () => {
    const world = await pair()
    world.channel.start()
    const { stream } = world.peer
    stream.open({ onData: () => stream.pause(), onDrain: () => {}, onEnd: () => {}, onClose: () => {} })
    for (let round = 0; round < 6; round += 1) {
      fill(world)
      await world.clock.advance(20_000)
      stream.resume()
      await world.settle()
    }
    expect(world.channel.isStopped).toBe(false)
  })
})

describe('sends that wait', () => {
  const MAX = LIMITS.SENDS_WAITING.value
  const task = defineMessage({ ...ping, name: 'task' })
  const metered = [...messages, task]

  test('of a metered command are bounded: send is refused, a broadcast finds the channel full', async () => {
    const world = await ChannelPair.create({ messages: metered })
    world.start()
    const { channel, packets } = world
    const refusals: unknown[] = []
    for (let nonce = 0; nonce < 1_000; nonce += 1) channel.send(task, { nonce }).catch((error: unknown) => refusals.push(error))
    expect(broadcastTo([channel], { type: task, value: { nonce: 7 } }, packets)).toEqual({ written: [], full: [channel] })
    await world.settle()
    expect([refusals.length, channel.waitingSends, channel.isStopped]).toEqual([1_000 - MAX, MAX - 5, false])
    expect(refusals[0]).toMatchObject({ code: 'NET_TOO_MANY_SENDS', data: { command: 'task', limit: MAX }, fault: 'none' })
    const results = Array.from({ length: 100_000 }, () => broadcastTo([channel], { type: task, value: { nonce: 7 } }, packets))
    expect(results.filter(({ written }) => written.length === 1)).toHaveLength(5)
    expect(channel.waitingSends).toBe(MAX)
    await world.clock.runUntil(() => channel.waitingSends === 0)
    await world.settle()
    expect(world.peer.valuesOf(task).map(({ nonce }) => nonce)).toEqual([...Array(MAX).keys(), ...Array<number>(5).fill(7)])
  })

  test('do not keep another command waiting, nor take its room', async () => {
    const world = await ChannelPair.create({ messages: metered })
    world.start()
    for (let nonce = 0; nonce < MAX; nonce += 1) void world.channel.send(task, { nonce })
    await world.settle()
    await world.channel.send(pong, { nonce: 1 })
    await world.settle()
    expect(world.peer.valuesOf(pong)).toEqual([{ nonce: 1 }])
    expect(world.channel.waitingSends).toBe(MAX - 5)
  })

  test('of the others are bounded while the peer does not read, and leave in order', async () => {
    const world = await pair()
    world.channel.start()
    const count = fill(world)
    const sends = Array.from({ length: MAX + 10 }, (_, index) => world.channel.send(line, { text: `sent ${index}` }))
    for (const refused of sends.slice(MAX)) await expect(refused).rejects.toMatchObject({ code: 'NET_TOO_MANY_SENDS' })
    expect(world.channel.waitingSends).toBe(MAX)
    world.peer.open()
    await world.settle()
    await Promise.all(sends.slice(0, MAX))
    await world.settle()
    expect(world.channel.waitingSends).toBe(0)
    expect(texts(world.peer.valuesOf(line)).slice(count)).toEqual(Array.from({ length: MAX }, (_, index) => `sent ${index}`))
  })

  test('are not overtaken by one that comes when there is room again', async () => {
    const world = await pair()
    world.channel.start()
    const count = fill(world)
    const second = world.channel.drained().then(() => world.channel.send(line, { text: 'second' }))
    const first = world.channel.send(line, { text: 'first' })
    world.peer.open()
    await world.settle()
    await Promise.all([first, second])
    await world.settle()
    expect(texts(world.peer.valuesOf(line)).slice(count)).toEqual(['first', 'second'])
  })

  test('end with the channel, without harm when nobody looks at them', async () => {
    const world = await ChannelPair.create({ messages: metered })
    world.start()
    broadcastTo([world.channel], { type: task, value: { nonce: 0 } }, world.packets)
    for (let nonce = 1; nonce < MAX; nonce += 1) void world.channel.send(task, { nonce })
    expect(world.channel.waitingSends).toBe(MAX)
    void world.channel.stop()
    await expect(world.channel.send(task, { nonce: 0 })).rejects.toBe(world.channel.stopReason)
    await world.settle()
    expect([world.channel.waitingSends, world.clock.pendingTimers]).toEqual([0, 0])
    expect(broadcastTo([world.channel], { type: task, value: { nonce: 0 } }, world.packets).full).toEqual([world.channel])
  })

  test('a metered broadcast above its limit is refused, no channel is harmed', async () => {
    const world = await pair()
    world.start()
    const tight = defineMessage({ ...line, name: 'tight', maxBytes: 4, metering: ping.metering })
    expect(() => broadcastTo([world.channel], { type: tight, value: { text: 'too long' } }, world.packets)).toThrow(
      expect.objectContaining({ code: 'NET_MESSAGE_TOO_LARGE' }),
    )
    await world.settle()
    expect(world.channel.isStopped).toBe(false)
  })
})
