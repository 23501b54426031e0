/** Source: docs/node.md, *Protocols*, ping. */
import { SeededRandom } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { byteString } from '@dchat/serial'
import { ping, pong } from '../messages/core-messages.ts'
import { defineMessage } from '../messages/message.ts'
import { NO_METERING } from '../metering.ts'
import { DEFAULT_PROFILE } from '../settings.ts'
import type { NetworkProfile } from '../settings.ts'
import { ChannelPair } from '../testing/channel-pair.ts'
import { ProtocolPing } from './protocol-ping.ts'

/** Bytes that say nothing. */
const bulk = defineMessage({ name: 'bulk', maxBytes: 4_096, meteringScore: 0, metering: NO_METERING, codec: byteString })

/** A channel that pings, from time 0. */
async function world(
  profile: NetworkProfile = DEFAULT_PROFILE,
): Promise<ChannelPair & { pings: () => number[]; answer: () => void }> {
  const pair = await ChannelPair.create({ messages: [bulk] })
  const protocol = new ProtocolPing(pair.channel, { random: new SeededRandom(1), profile })
  pair.channel.subscribe(bulk).handle(() => {})
  pair.start()
  protocol.start()
  await pair.settle()
  const pings = (): number[] => pair.peer.valuesOf(ping).map(({ nonce }) => nonce)
  return Object.assign(pair, { pings, answer: () => pair.peer.sendMessage(pong, { nonce: pings().at(-1)! }) })
}

describe('pinging', () => {
  test('begins at once and goes on 30 s after each answer', async () => {
    const { clock, peer, pings, answer } = await world()
    for (let count = 1; count <= 4; count += 1) {
      expect(pings()).toHaveLength(count)
      await clock.advance(2_000)
      answer()
      await clock.advance(29_999)
      expect(pings()).toHaveLength(count)
      await clock.advance(1)
    }
    expect(new Set(pings()).size).toBe(5)
    expect(peer.isEnded).toBe(false)
  })

  test('ends a channel whose pong has another nonce', async () => {
    const { channel, peer, pings, clock } = await world()
    peer.sendMessage(pong, { nonce: (pings()[0]! + 1) % 65_536 })
    await clock.advance(0)
    expect(channel.stopReason).toMatchObject({ code: 'NET_PONG_WRONG_NONCE', fault: 'peer' })
  })

  test('ends a channel without a pong after 15 s', async () => {
    const { channel, clock } = await world()
    await clock.advance(14_999)
    expect(channel.isStopped).toBe(false)
    await clock.advance(1)
    expect(channel.stopReason).toMatchObject({
      code: 'NET_PONG_MISSING',
      data: { channelId: 7, timeoutMs: 15_000 },
      fault: 'peer',
    })
    await clock.advance(0)
    await channel.closed
    expect(clock.pendingTimers).toBe(0)
  })

  test('waits on while the peer sends 1 KiB/s, behind which the pong may stand, and no longer than 120 s', async () => {
    const { channel, peer, clock } = await world()
    const bytes = 1_024 * 15
    for (let span = 0; span < 8; span += 1) {
      await clock.advance(14_000)
      for (let sent = 0; sent < bytes; sent += 1_024) peer.sendMessage(bulk, Buffer.alloc(1_024))
      expect(channel.isStopped).toBe(false)
      await clock.advance(1_000)
    }
    expect(channel.stopReason).toMatchObject({ code: 'NET_PONG_MISSING' })
  })

  test('takes what goes to a silent peer for no sign of it', async () => {
    const { channel, clock } = await world()
    for (let sec = 0; sec < 15; sec += 1) {
      expect(channel.isStopped).toBe(false)
      channel.post(bulk, Buffer.alloc(4_000))
      await clock.advance(1_000)
    }
    expect(channel.stopReason).toMatchObject({ code: 'NET_PONG_MISSING' })
  })

  test('waits no longer for a peer that sends less, a byte now and then', async () => {
    const { channel, peer, clock } = await world()
    await clock.advance(14_000)
    peer.sendMessage(bulk, Buffer.alloc(1_024))
    await clock.advance(1_000)
    expect(channel.stopReason).toMatchObject({ code: 'NET_PONG_MISSING' })
  })

  test('takes a pong that comes at the last moment', async () => {
    const { channel, clock, answer } = await world()
    await clock.advance(14_999)
    answer()
    await clock.advance(1_000)
    expect(channel.isStopped).toBe(false)
  })

  test('does not count the time in which we do not read', async () => {
    const { channel, clock, answer } = await world()
    await clock.advance(5_000)
    channel.hold()
    answer()
    await clock.advance(60_000)
    expect(channel.isStopped).toBe(false)
    channel.release()
    await clock.advance(1_000)
    expect(channel.isStopped).toBe(false)
  })

  test('counts on when we read again', async () => {
    const { channel, clock } = await world()
    await clock.advance(5_000)
    channel.hold()
    await clock.advance(20_000)
    channel.release()
    await clock.advance(9_999)
    expect(channel.isStopped).toBe(false)
    await clock.advance(1)
    expect(channel.stopReason).toMatchObject({ code: 'NET_PONG_MISSING' })
  })
})

test('a ping that metering holds back has its whole time for a pong', async () => {
  const profile = { ...DEFAULT_PROFILE, outboundConnectTimeoutMs: 3_000, channelHeartbeatIntervalMs: 500 }
  const { channel, clock, pings, answer } = await world(profile)
  let answered = 0
  while (clock.monotonicMs() < 20_000) {
    if (pings().length > answered) answer()
    answered = pings().length
    await clock.advance(100)
  }
  expect(channel.stopReason).toBeUndefined()
  expect(pings().length).toBeGreaterThan(7)
})

test('every ping is answered in order, above the metering threshold later', async () => {
  const { clock, peer, answer } = await world()
  answer()
  for (let nonce = 0; nonce < 7; nonce += 1) peer.sendMessage(ping, { nonce })
  await clock.advance(25_000)
  expect(peer.valuesOf(pong).map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3, 4, 5, 6])
})
