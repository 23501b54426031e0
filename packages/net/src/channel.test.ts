/** One channel against a peer that does as the test says. Wire: docs/wire.md, *Frame* and *Metering*. */
import { describe, expect, test } from 'vitest'
import type { DnetEvent } from './dnet.ts'
import { NetError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { ping } from './messages/core-messages.ts'
import { defineMessage } from './messages/message.ts'
import { SessionFlag } from './sessions/session-flags.ts'
import { ChannelPair } from './testing/channel-pair.ts'
import { messageFrame, rawFrame } from './testing/frames.ts'
import { line } from './testing/line-message.ts'
import { BIG, messages, other, pair } from './channel.test-util.ts'

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
