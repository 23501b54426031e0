/** One channel against a peer that does as the test says. Wire: docs/wire.md, *Frame* and *Metering*. */
import { string, struct } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import { broadcastTo } from './broadcast.ts'
import type { DnetEvent } from './dnet.ts'
import { NetError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { ping, pong } from './messages/core-messages.ts'
import { defineMessage } from './messages/message.ts'
import type { MessageType } from './messages/message.ts'
import { NO_METERING } from './metering.ts'
import { SessionFlag } from './sessions/session-flags.ts'
import { ChannelPair } from './testing/channel-pair.ts'
import { messageFrame, rawFrame } from './testing/frames.ts'

interface Line {
  readonly text: string
}

const line = defineMessage({
  name: 'line',
  maxBytes: 70_000,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string }),
})
const other = defineMessage({ ...line, name: 'other' })
const messages = [line] as unknown as readonly MessageType<never>[]
const pair = (): Promise<ChannelPair> => ChannelPair.create({ messages })
const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text)
const FULL = LIMITS.CHANNEL_SEND_QUEUE_BYTES.value
const BIG = 'x'.repeat(60_000)

/** Posts until the queue is full. @returns how many messages it took */
function fill({ channel }: ChannelPair): number {
  let count = 0
  while (channel.post(line, { text: `${count} ${BIG}` })) count += 1
  expect(channel.queuedBytes).toBeGreaterThanOrEqual(FULL)
  expect(channel.queuedBytes).toBeLessThan(FULL + BIG.length + 100)
  return count
}

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

describe('holding', () => {
  test('delivers nothing while held, everything after, and counts the time', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => heard.push(text))
    world.start()
    world.channel.hold()
    world.channel.hold()
    for (let index = 0; index < 100; index += 1) world.peer.sendMessage(line, { text: String(index) })
    await world.clock.advance(3_000)
    expect([heard.length, world.channel.heldMs]).toEqual([0, 3_000])
    world.channel.release()
    await world.clock.advance(1_000)
    expect([heard.length, world.channel.heldMs]).toEqual([0, 4_000])
    world.channel.release()
    await world.clock.advance(1_000)
    expect(heard).toEqual([...Array(100).keys()].map(String))
    expect(world.channel.heldMs).toBe(4_000)
  })

  test('a subscription that nobody reads holds the peer, and loses nothing', async () => {
    const world = await pair()
    const lines = world.channel.subscribe(line)
    world.start()
    for (let index = 0; index < 500; index += 1) world.peer.sendMessage(line, { text: String(index) })
    await world.clock.advance(1_000)
    expect(world.channel.heldMs).toBe(1_000)
    for (let index = 0; index < 500; index += 1) {
      const next = lines.next()
      await world.settle()
      expect((await next).text).toBe(String(index))
    }
  })

  test('a handler that holds in the middle of a chunk hears the rest after release', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => {
      heard.push(text)
      world.channel.hold()
    })
    world.start()
    world.peer.send(Buffer.concat(['a', 'b', 'c'].map((text) => messageFrame(line, { text }))))
    for (const expected of ['a', 'ab', 'abc']) {
      await world.settle()
      expect(heard.join('')).toBe(expected)
      world.channel.release()
    }
    await world.settle()
    expect(heard.join('')).toBe('abc')
  })
})

describe('stopping', () => {
  test('writes out what is queued, then ends', async () => {
    const world = await pair()
    world.start()
    for (let index = 0; index < 50; index += 1) world.channel.post(line, { text: String(index) })
    const closed = world.channel.stop()
    await world.settle()
    await closed
    expect(texts(world.peer.valuesOf(line))).toEqual([...Array(50).keys()].map(String))
    expect([world.peer.isEnded, world.peer.isClosed, world.network.openHandles, world.clock.pendingTimers]).toEqual([
      true,
      true,
      0,
      0,
    ])
  })

  test('twice is once: the first reason counts', async () => {
    const world = await pair()
    world.start()
    const reason = new NetError('NET_STOPPED', {})
    const first = world.channel.stop(reason)
    expect(world.channel.stop()).toBe(first)
    await world.settle()
    await first
    await world.channel.stop()
    expect(world.channel.stopReason).toBe(reason)
    expect(world.channel.signal.reason).toBe(reason)
  })

  test('before the start closes the socket, and start does nothing then', async () => {
    const world = await pair()
    world.peer.open()
    const heard: unknown[] = []
    world.channel.subscribe(line).handle((message) => heard.push(message))
    world.peer.sendMessage(line, { text: 'early' })
    const closed = world.channel.stop()
    world.channel.start()
    await world.settle()
    await closed
    expect([heard.length, world.peer.isClosed, world.network.openHandles]).toEqual([0, true, 0])
  })

  test('ends every wait with its reason', async () => {
    const world = await pair()
    world.channel.start()
    const lines = world.channel.subscribe(line)
    const waits = [lines.next(), ...Array.from({ length: 7 }, (_, nonce) => world.channel.send(ping, { nonce })).slice(5)]
    fill(world)
    waits.push(world.channel.drained(), world.channel.send(line, { text: 'held' }))
    const reason = new NetError('NET_STOPPED', {})
    const ends = waits.map((wait) => expect(wait).rejects.toBe(reason))
    await world.settle()
    void world.channel.stop(reason)
    await Promise.all(ends)
    expect(world.channel.post(line, { text: 'late' })).toBe(false)
    expect(world.channel.postFrame(Buffer.alloc(1), 'line')).toBe(false)
    await expect(world.channel.send(line, { text: 'late' })).rejects.toBe(reason)
    await expect(world.channel.send(ping, { nonce: 1 })).rejects.toBe(reason)
    await expect(world.channel.drained()).rejects.toBe(reason)
    await expect(lines.next()).rejects.toBe(reason)
  })

  test('a peer that neither reads nor closes gets two seconds', async () => {
    const world = await pair()
    world.channel.start()
    world.channel.post(line, { text: 'unread' })
    let isClosed = false
    void world.channel.stop().then(() => (isClosed = true))
    await world.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value - 1)
    expect(isClosed).toBe(false)
    await world.clock.advance(1)
    expect([isClosed, world.network.openHandles, world.clock.pendingTimers]).toEqual([true, 0, 0])
  })

  test('delivers nothing more, not even what is in the same chunk', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => {
      heard.push(text)
      void world.channel.stop()
    })
    world.start()
    world.peer.send(Buffer.concat(['a', 'b'].map((text) => messageFrame(line, { text }))))
    await world.settle()
    expect(heard).toEqual(['a'])
  })

  test.each([
    ['ends', 'end'],
    ['is destroyed', 'destroy'],
  ] as const)('follows when the peer %s', async (_, how) => {
    const world = await pair()
    world.start()
    await world.settle()
    world.peer.stream[how]()
    await world.settle()
    await world.channel.closed
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_CLOSED_BY_PEER', fault: 'none' })
    expect([world.network.openHandles, world.clock.pendingTimers]).toEqual([0, 0])
  })

  test('what the peer sent before it ended is heard', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => heard.push(text))
    world.start()
    world.peer.sendMessage(line, { text: 'last words' })
    world.peer.send(rawFrame({ command: 'line', payload: Buffer.alloc(50) }).subarray(0, 20))
    world.peer.stream.end()
    await world.settle()
    expect(heard).toEqual(['last words'])
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_CLOSED_BY_PEER' })
  })
})

describe('handlers that throw', () => {
  const bug = new TypeError('bug')
  const breaking = (): never => {
    throw bug
  }

  /** As after a failed task: logged, and stopped without a fault of the peer. */
  const expectEnded = ({ channel, logger }: ChannelPair): void => {
    expect(channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STOPPED', fault: 'none', cause: bug })
    expect(logger.records).toEqual([
      { level: 'error', message: 'Protocol failed', fields: { channelId: 7, session: 'inbound', error: bug } },
    ])
  }

  test.each([
    ['as it is read', (): void => {}],
    ['after a hold', ({ channel }: ChannelPair): void => channel.hold()],
  ])('stop their channel: on a message %s', async (_, prepare) => {
    const world = await pair()
    let calls = 0
    world.channel.subscribe(line).handle(() => {
      calls += 1
      breaking()
    })
    world.start()
    prepare(world)
    world.peer.send(Buffer.concat(['a', 'b'].map((text) => messageFrame(line, { text }))))
    await world.settle()
    if (!world.channel.isStopped) world.channel.release()
    await world.settle()
    expectEnded(world)
    await world.channel.closed
    expect([calls, world.network.openHandles]).toEqual([1, 0])
  })

  test('stop their channel: on a message that metering kept back', async () => {
    const world = await pair()
    world.channel.subscribe(pong) // lets more points pass
    world.channel.subscribe(ping).handle(({ nonce }) => {
      if (nonce === 4) breaking()
    })
    world.start()
    for (let nonce = 0; nonce < 6; nonce += 1) world.peer.sendMessage(ping, { nonce })
    await world.clock.advance(999)
    expect(world.channel.isStopped).toBe(false)
    await world.clock.advance(1)
    expectEnded(world)
    await world.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
    expect([world.network.openHandles, world.clock.pendingTimers]).toEqual([0, 0])
  })

  test('stop their channel: on a message that waited for the handler', async () => {
    const world = await pair()
    const lines = world.channel.subscribe(line)
    world.start()
    world.peer.sendMessage(line, { text: 'early' })
    await world.settle()
    expect(() => lines.handle(breaking)).not.toThrow()
    expectEnded(world)
  })

  test('with a NetError stop it with that', async () => {
    const world = await pair()
    const error = new NetError('NET_MESSAGE_UNDECODABLE', { command: 'line', reason: 'bad' }, { fault: 'peer' })
    world.channel.subscribe(line).handle(() => {
      throw error
    })
    world.start()
    world.peer.sendMessage(line, { text: 'x' })
    await world.settle()
    expect(world.channel.stopReason).toBe(error)
    expect(world.logger.records.map(({ level }) => level)).toEqual(['debug'])
  })
})

describe('sends that wait', () => {
  const MAX = LIMITS.SENDS_WAITING.value
  const task = defineMessage({ ...ping, name: 'task' })
  const metered = [...messages, task] as unknown as readonly MessageType<never>[]

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

test('one command cannot be taken as two types', async () => {
  const { channel } = await pair()
  channel.subscribe(line)
  channel.subscribe(line)
  expect(() => channel.subscribe(defineMessage({ ...line, maxBytes: 5 }))).toThrow(TypeError)
  channel.subscribe(ping)
})

describe('a command that is taken no longer', () => {
  const UNKNOWN = { code: 'NET_UNKNOWN_COMMAND', fault: 'peer', data: { command: 'line' } }

  test('is unknown from then on', async () => {
    const world = await pair()
    const heard: string[] = []
    world.channel.subscribe(line).handle(({ text }) => heard.push(text))
    world.channel.subscribe(ping).handle(() => {})
    world.start()
    world.peer.sendMessage(line, { text: 'before' })
    await world.settle()
    world.channel.unsubscribe([line])
    world.peer.sendMessage(ping, { nonce: 1 })
    await world.settle()
    expect([heard, world.channel.isStopped]).toEqual([['before'], false])
    world.peer.sendMessage(line, { text: 'after' })
    await world.settle()
    expect(heard).toEqual(['before'])
    expect(world.channel.stopReason).toMatchObject(UNKNOWN)
  })

  test('is unknown too when it had come and waited, or had half come', async () => {
    const early = await pair()
    early.channel.subscribe(line)
    early.start()
    early.peer.sendMessage(line, { text: 'early' })
    await early.settle()
    expect(() => early.channel.unsubscribe([line])).toThrow(expect.objectContaining(UNKNOWN))

    const split = await pair()
    split.channel.subscribe(line)
    split.start()
    const frame = messageFrame(line, { text: 'split' })
    split.peer.send(frame.subarray(0, -2))
    await split.settle()
    split.channel.unsubscribe([line])
    split.peer.send(frame.subarray(-2))
    await split.settle()
    expect(split.channel.stopReason).toMatchObject(UNKNOWN)
  })

  test('holds reading no longer when its queue was full', async () => {
    const world = await pair()
    world.channel.subscribe(line)
    world.start()
    for (let index = 0; index <= LIMITS.SUBSCRIPTION_QUEUE_MESSAGES.value; index += 1) world.peer.sendMessage(line, { text: '' })
    await world.settle()
    expect(() => world.channel.unsubscribe([line])).toThrow(NetError)
    await world.settle()
    expect(world.channel.stopReason).toMatchObject(UNKNOWN)
  })
})

describe('messages that nobody takes', () => {
  /** Sends so many payloads of 32 KiB of two commands in turn. @returns how many were dispatched */
  async function waiting(world: ChannelPair, count: number): Promise<number> {
    const before = world.channel.receivedMessages
    const text = 'x'.repeat(32_768 - 3)
    for (let index = 0; index < count; index += 1) world.peer.sendMessage(index % 2 === 0 ? line : other, { text })
    await world.settle()
    return world.channel.receivedMessages - before
  }

  test.each([
    ['2 MiB', false, LIMITS.CHANNEL_WAITING_BYTES.value],
    ['128 KiB before the version exchange is done', true, LIMITS.PENDING_WAITING_BYTES.value],
  ])('wait up to %s, of all commands together; then the channel is not read', async (_, isEarly, bound) => {
    const world = await pair()
    const subscriptions = [world.channel.subscribe(line), world.channel.subscribe(other)]
    world.start()
    world.channel.setEarly(isEarly)
    const fitting = bound / 32_768
    expect(await waiting(world, 80)).toBe(fitting)
    for (const subscription of subscriptions) subscription.handle(() => {})
    await world.settle()
    expect(world.channel.receivedMessages).toBe(80)
  })

  test('are read on once the version exchange is done', async () => {
    const world = await pair()
    world.channel.subscribe(line)
    world.channel.subscribe(other)
    world.start()
    world.channel.setEarly(true)
    await waiting(world, 10)
    world.channel.setEarly(false)
    await world.settle()
    expect(world.channel.receivedMessages).toBe(10)
  })
})

test('work in a turn of its own counts for the channel, and is not begun once it has stopped', async () => {
  const world = await pair()
  world.start()
  const order: string[] = []
  const working = world.channel.inTurn(() => order.push('work'))
  order.push('first')
  await world.settle()
  await working
  expect(order).toEqual(['first', 'work'])
  const late = world.channel.inTurn(() => order.push('late')).catch((error: unknown) => error)
  void world.channel.stop()
  await world.settle()
  expect(await late).toMatchObject({ code: 'NET_CHANNEL_STOPPED' })
  expect(order).toHaveLength(2)
})

describe('tasks', () => {
  test('that fail with a NetError stop the channel with it', async () => {
    const world = await pair()
    world.start()
    const error = new NetError('NET_PONG_MISSING', { channelId: 7, timeoutMs: 1 })
    world.channel.tasks.spawn(() => Promise.reject(error))
    await world.settle()
    expect(world.channel.stopReason).toBe(error)
    expect(world.logger.records).toEqual([])
  })

  test('that fail otherwise are logged, and stop the channel', async () => {
    const world = await pair()
    world.start()
    const error = new TypeError('bug')
    world.channel.tasks.spawn(() => Promise.reject(error))
    await world.settle()
    expect(world.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STOPPED', cause: error })
    expect(world.logger.records).toEqual([
      { level: 'error', message: 'Protocol failed', fields: { channelId: 7, session: 'inbound', error } },
    ])
  })

  test('are waited for by closed', async () => {
    const world = await pair()
    world.start()
    let finish = (): void => {}
    world.channel.tasks.spawn(() => new Promise((resolve) => (finish = resolve)))
    let isClosed = false
    const closed = world.channel.stop().then(() => (isClosed = true))
    await world.clock.advance(10_000)
    expect(isClosed).toBe(false)
    finish()
    await closed
  })
})

test('dnet hears each message both ways while it is enabled', async () => {
  const world = await pair()
  world.channel.subscribe(line)
  world.start()
  const events: DnetEvent[] = []
  world.dnet.subscribe((event) => events.push(event))
  world.channel.post(line, { text: 'unheard' })
  world.dnet.switch(true)
  world.channel.post(line, { text: 'out' })
  void world.channel.send(ping, { nonce: 1 })
  world.peer.sendMessage(line, { text: 'in' })
  await world.settle()
  const info = (cmd: string): object => ({ chan: { addr: 'tcp://2.2.2.2:2/', id: 7 }, cmd, time: world.clock.nowNs().toString() })
  expect(events).toEqual([
    { event: 'send', info: info('line') },
    { event: 'send', info: info('ping') },
    { event: 'recv', info: info('line') },
  ])
})

test('messages and the bytes of their frames are counted by command, in both directions, and dnet need not be enabled', async () => {
  const world = await ChannelPair.create({ session: SessionFlag.Seed, messages })
  world.channel.subscribe(line)
  world.start()
  const { channel, peer, packets, dnet } = world
  const bytesOf = (text: string): number => packets.encode(line, { text }).length
  for (const text of ['', 'x'.repeat(300), BIG]) {
    channel.post(line, { text })
    channel.postFrame(packets.encode(line, { text }), 'line')
    peer.sendMessage(line, { text })
  }
  void channel.send(ping, { nonce: 1 })
  peer.send(rawFrame({ command: 'what', payload: Buffer.alloc(3) }))
  await world.settle()
  const bytes = bytesOf('') + bytesOf('x'.repeat(300)) + bytesOf(BIG)
  expect(Object.fromEntries(dnet.counts.sent.entries())).toEqual({
    line: { messages: 6, bytes: 2 * bytes },
    ping: { messages: 1, bytes: packets.encode(ping, { nonce: 1 }).length },
    other: { messages: 0, bytes: 0 },
  })
  expect(Object.fromEntries(dnet.counts.received.entries())).toEqual({
    line: { messages: 3, bytes },
    other: { messages: 1, bytes: 0 },
  })
})

test.each([SessionFlag.Seed, SessionFlag.Refine])('a channel of session %i skips what it does not take', async (session) => {
  const world = await ChannelPair.create({ session, messages })
  const nonces = world.channel.subscribe(ping)
  world.start()
  world.peer.send(rawFrame({ command: 'what', payload: Buffer.alloc(300) }))
  world.peer.send(
    rawFrame({ command: 'ping', payload: Buffer.alloc(3) }),
    rawFrame({ command: 'ping', payload: Buffer.alloc(1) }),
  )
  for (let nonce = 0; nonce < 40; nonce += 1) world.peer.sendMessage(ping, { nonce })
  const first = nonces.next()
  await world.settle()
  expect(await first).toEqual({ nonce: 0 })
  expect(world.channel.isStopped).toBe(false)
})
