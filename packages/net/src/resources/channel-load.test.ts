/** What a channel tells of its load, and what being throttled means for it. */
import { ManualClock, SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import type { Channel } from '../channel.ts'
import { LIMITS } from '../limits.ts'
import { ping, pong } from '../messages/core-messages.ts'
import { ProtocolPing } from '../protocols/protocol-ping.ts'
import { DEFAULT_PROFILE } from '../settings.ts'
import { ChannelPair } from '../testing/channel-pair.ts'
import { messageFrame } from '../testing/frames.ts'
import { line } from '../testing/line-message.ts'
import { ResourceManager } from './resource-manager.ts'

test('bytes a second, those of the last seconds', async () => {
  const pair = await ChannelPair.create()
  pair.channel.subscribe(line).handle(() => {})
  pair.start()
  const frame = messageFrame(line, { text: 'x'.repeat(9_989) })
  for (let count = 0; count < 100; count += 1) {
    pair.peer.send(frame)
    await pair.clock.advance(100)
  }
  expect(pair.channel.receivedBytes).toBe(100 * frame.length)
  expect(pair.channel.load.bytesPerSecond / 100_000).toBeCloseTo(1, 1)
  await pair.clock.advance(10_000)
  expect(pair.channel.load.bytesPerSecond).toBeLessThan(200)
  expect(pair.channel.load).toMatchObject({ workShare: expect.closeTo(0, 5) as number, isQuiet: true, isThrottled: false })
})

test('time of handlers counts by the meter, and what a handler calls useful', async () => {
  const clock = new ManualClock()
  let meterMs = 0
  const resources = new ResourceManager({ clock, meter: { monotonicMs: () => meterMs } })
  const pair = await ChannelPair.create({ clock, resources })
  pair.channel.subscribe(ping)
  pair.channel.subscribe(line).handle(({ text }) => {
    meterMs += 30
    if (text === 'wanted') pair.channel.noteUseful()
  })
  pair.start()
  pair.peer.sendMessage(ping, { nonce: 1 })
  await pair.settle()
  expect([pair.channel.load.workShare, pair.channel.usefulMs]).toEqual([expect.closeTo(0, 5), undefined])
  await clock.advance(5)
  pair.peer.send(messageFrame(line, { text: 'unwanted' }))
  await pair.settle()
  expect(pair.channel.usefulMs).toBeUndefined()
  pair.peer.send(messageFrame(line, { text: 'wanted' }))
  await pair.settle()
  expect(pair.channel.load).toMatchObject({ workShare: expect.closeTo(60 / 1443, 3) as number, isQuiet: false })
  expect(pair.channel.usefulMs).toBe(5)
  await pair.channel.stop()
  expect(resources.size).toBe(0)
})

test('while it is throttled a channel is not read, and its pongs are waited for', async () => {
  const clock = new ManualClock()
  let meterMs = 0
  const resources = new ResourceManager({ clock, meter: { monotonicMs: () => meterMs } })
  const pair = await ChannelPair.create({ clock, resources, messages: [line as never] })
  const others = [await ChannelPair.create({ clock, resources }), await ChannelPair.create({ clock, resources })]
  let read = 0
  for (const [index, each] of [pair, ...others].entries()) {
    each.channel.subscribe(line).handle(() => {
      meterMs += index === 0 ? 90 : 21
      if (index === 0) read += 1
    })
    each.start()
  }
  const profile = { ...DEFAULT_PROFILE, outboundConnectTimeoutMs: 700 }
  new ProtocolPing(pair.channel, { random: new SeededRandom(1), profile }).start()
  const frame = messageFrame(line, { text: 'x' })
  while (!pair.channel.load.isThrottled) {
    for (const each of [pair, ...others]) each.peer.send(frame)
    await clock.advance(100)
  }
  expect(clock.monotonicMs()).toBeLessThan(700)
  const readBefore = read
  for (let count = 0; count < 5; count += 1) {
    for (const each of [pair, ...others]) each.peer.send(frame)
    await clock.advance(100)
    expect([read, pair.channel.isStopped]).toEqual([readBefore, false])
  }
  expect(clock.monotonicMs()).toBeGreaterThan(700)
  expect(pair.channel.heldMs).toBeGreaterThanOrEqual(500)
  pair.peer.sendMessage(pong, pair.peer.valuesOf(ping)[0]!)
  await clock.advance(LIMITS.THROTTLE_MAX_MS.value)
  expect([pair.channel.load.isThrottled, read]).toEqual([false, readBefore + 5])
  for (const each of [pair, ...others]) await Promise.all([each.channel.stop(), clock.advance(0)])
  expect([resources.size, clock.pendingTimers]).toEqual([0, 0])
})

test('what a channel of a crowd was held with is read when the crowd has rested', async () => {
  const clock = new ManualClock()
  let meterMs = 0
  const resources = new ResourceManager({ clock, meter: { monotonicMs: () => meterMs } })
  const pairs: ChannelPair[] = []
  const read: number[] = []
  let holder: Channel | undefined
  for (let index = 0; index <= LIMITS.CROWD_CHANNELS.value; index += 1) {
    const each = await ChannelPair.create({ clock, resources })
    pairs.push(each.start())
    read.push(0)
    each.channel.subscribe(line).handle(() => {
      read[index]! += 1
      if (holder === each.channel) holder.hold()
      else meterMs += 4
      holder = undefined
    })
  }
  const frame = messageFrame(line, { text: 'x'.repeat(LIMITS.TURN_BULK_BYTES.value) })
  const bring = async (senders: readonly ChannelPair[], ms: number): Promise<void> => {
    for (const { peer } of senders) peer.send(frame)
    await clock.advance(ms)
  }
  for (let count = 0; count < 5; count += 1) await bring(pairs, 200)
  expect([clock.pendingTimers, ...read]).toEqual([0, ...pairs.map(() => 5)])
  const [first, ...others] = pairs
  holder = first!.channel
  first!.peer.send(Buffer.concat([frame, frame]))
  await clock.advance(200)
  await bring(others, 0)
  expect([clock.pendingTimers, read[0]]).toEqual([1, 6]) // the rest after the first turn
  first!.channel.release()
  await first!.settle()
  expect([clock.pendingTimers, read[0]]).toEqual([1, 6])
  await clock.advance(200)
  expect([clock.pendingTimers, ...read]).toEqual([0, 7, ...others.map(() => 6)])
  for (const { channel } of pairs) await Promise.all([channel.stop(), clock.advance(0)])
  expect([resources.size, clock.pendingTimers]).toEqual([0, 0])
})

test('the quickest pong is kept, without the time in which the channel was not read', async () => {
  const pair = await ChannelPair.create()
  new ProtocolPing(pair.channel, { random: new SeededRandom(1), profile: DEFAULT_PROFILE }).start()
  pair.start()
  const answerAfter = async (ms: number): Promise<void> => {
    await pair.clock.advance(ms)
    pair.peer.sendMessage(pong, pair.peer.valuesOf(ping).at(-1)!)
    await pair.settle()
  }
  expect(pair.channel.pingMs).toBeUndefined()
  await answerAfter(40)
  expect(pair.channel.pingMs).toBe(40)
  await pair.clock.advance(DEFAULT_PROFILE.channelHeartbeatIntervalMs)
  await answerAfter(70)
  expect(pair.channel.pingMs).toBe(40)
  await pair.clock.advance(DEFAULT_PROFILE.channelHeartbeatIntervalMs)
  pair.channel.hold()
  await pair.clock.advance(1_000)
  pair.channel.release()
  await answerAfter(20)
  expect(pair.channel.pingMs).toBe(20)
  await pair.channel.stop()
})
