/** Wire: docs/wire.md, *Handshake* and `version`. */
import { describe, expect, test } from 'vitest'
import type { NetError } from '../errors.ts'
import { verack, version } from '../messages/core-messages.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import { makeSettings } from '../settings.ts'
import type { Settings } from '../settings.ts'
import { ChannelPair } from '../testing/channel-pair.ts'
import { PEER_VERSION, messageFrame } from '../testing/frames.ts'
import { ProtocolVersion } from './protocol-version.ts'

const THEIR_VERSION = messageFrame(version, PEER_VERSION)
const THEIR_VERACK = messageFrame(verack, { appVersion: PEER_VERSION.version, appName: 'dchatd' })

interface Exchange {
  readonly pair: ChannelPair
  /** What became of it: undefined while it goes on. */
  readonly outcome: () => 'done' | NetError | undefined
}

async function exchange(session: SessionFlag = SessionFlag.Inbound, changes: Partial<Settings> = {}): Promise<Exchange> {
  const pair = await ChannelPair.create({ session })
  const settings = makeSettings(changes)
  const protocol = new ProtocolVersion(pair.channel, { settings, externalAddrs: () => settings.externalAddrs })
  pair.start()
  let outcome: 'done' | NetError | undefined
  protocol.run(10_000).then(
    () => (outcome = 'done'),
    (error: NetError) => (outcome = error),
  )
  await pair.settle()
  return { pair, outcome: () => outcome }
}

describe('what we say', () => {
  test('is our version at once, and a verack when theirs has come', async () => {
    const { pair, outcome } = await exchange(SessionFlag.Inbound, {
      nodeId: 'me',
      externalAddrs: ['tcp://9.9.9.9:9'],
      features: [['chat', 2]],
    })
    expect(pair.peer.valuesOf(version)).toEqual([
      {
        nodeId: 'me',
        appName: 'dchatd',
        version: PEER_VERSION.version,
        timestamp: BigInt(Math.floor(pair.clock.nowMs() / 1000)),
        connectRecvAddr: pair.channel.info.url,
        resolveRecvAddr: null,
        extSendAddr: ['tcp://9.9.9.9:9/'],
        features: [['chat', 2]],
      },
    ])
    expect(pair.peer.commands).toEqual(['version'])
    pair.peer.sendMessage(version, PEER_VERSION)
    await pair.settle()
    expect(pair.peer.valuesOf(verack)).toEqual([{ appVersion: PEER_VERSION.version, appName: 'dchatd' }])
    expect([outcome(), pair.channel.peerVersion]).toEqual([undefined, PEER_VERSION])
    expect(pair.channel.peerClockMs).toBe(Number(PEER_VERSION.timestamp) * 1000 - pair.clock.monotonicMs())
    pair.peer.sendMessage(verack, { appVersion: PEER_VERSION.version, appName: 'dchatd' })
    await pair.settle()
    expect(outcome()).toBe('done')
    expect(pair.clock.pendingTimers).toBe(0)
  })

  test.each([
    [SessionFlag.Inbound, true],
    [SessionFlag.Outbound, true],
    [SessionFlag.Manual, true],
    [SessionFlag.Direct, true],
    [SessionFlag.Seed, false],
    [SessionFlag.Refine, false],
  ])('on session %i tells features: %s', async (session, tells) => {
    const { pair } = await exchange(session, { features: [['chat', 2]] })
    const [said] = pair.peer.valuesOf(version)
    expect(said!.features).toEqual(tells ? [['chat', 2]] : [])
    expect(said!.resolveRecvAddr).toBe(session === SessionFlag.Inbound ? null : pair.channel.info.url)
  })

  test('stays within the limit however many addresses we have', async () => {
    const externalAddrs = Array.from({ length: 300 }, (_, index) => `tcp://9.9.${index >> 8}.${index & 255}:1000`)
    const { pair } = await exchange(SessionFlag.Outbound, { externalAddrs })
    const [said] = pair.peer.valuesOf(version)
    expect(said!.extSendAddr.length).toBeGreaterThan(40)
    expect(said!.extSendAddr.length).toBeLessThan(60)
  })
})

describe('how it ends', () => {
  test.each([
    ['with the version first', Buffer.concat([THEIR_VERSION, THEIR_VERACK])],
    ['with the verack first', Buffer.concat([THEIR_VERACK, THEIR_VERSION])],
  ])('well: both frames %s', async (_, bytes) => {
    const { pair, outcome } = await exchange()
    pair.peer.send(bytes)
    await pair.settle()
    expect(outcome()).toBe('done')
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a version alone', THEIR_VERSION],
    ['a verack alone', THEIR_VERACK],
  ])('in time: %s is not enough', async (_, bytes) => {
    const { pair, outcome } = await exchange()
    pair.peer.send(bytes)
    await pair.clock.advance(9_999)
    expect(outcome()).toBeUndefined()
    await pair.clock.advance(1)
    expect(outcome()).toMatchObject({ code: 'NET_HANDSHAKE_TIMEOUT', data: { channelId: 7, timeoutMs: 10_000 }, fault: 'peer' })
  })

  test('with the reason of the channel when that stops first', async () => {
    const { pair, outcome } = await exchange()
    pair.peer.stream.end()
    await pair.settle()
    expect(outcome()).toBe(pair.channel.stopReason)
    expect(outcome()).toMatchObject({ code: 'NET_CHANNEL_CLOSED_BY_PEER' })
  })

  test('with the mismatch named', async () => {
    const { pair, outcome } = await exchange()
    pair.peer.sendMessage(verack, { appVersion: { ...PEER_VERSION.version, minor: 5n }, appName: 'lilith' })
    await pair.settle()
    expect(outcome()).toMatchObject({
      code: 'NET_VERSION_MISMATCH',
      data: { expected: 'dchatd 0.4', received: 'lilith 0.5' },
      fault: 'peer',
    })
  })
})
