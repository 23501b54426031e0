/** Source: docs/node.md, *Sessions*, inbound. */
import { describe, expect, test } from 'vitest'
import type { DnetEvent } from '../dnet.ts'
import { LIMITS } from '../limits.ts'
import { verack, version } from '../messages/core-messages.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { MAGIC, handshakeFrames, messageFrame, rawFrame } from '../testing/frames.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { RawPeer } from '../testing/raw-peer.ts'
import { SESSION_DEFAULT } from './session-flags.ts'
import { OTHER, ALONE, dial, greeted, line } from './inbound-session.test-util.ts'

describe('slots', () => {
  test('are one number for all addresses; a free one is taken again', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inbound: [net.urlOf(0), OTHER], inboundConnections: 2 })
    await net.run(node)
    expect(node.p2p.listenUrls).toEqual([node.url, OTHER])
    const [first] = [await greeted(net, node.url), await greeted(net, OTHER)]
    const late = await greeted(net, node.url)
    expect([node.p2p.peerCount, late.isClosed, late.receivedBytes]).toEqual([2, true, 0])
    first.stream.end()
    await net.clock.advance(1)
    await greeted(net, OTHER)
    expect(node.p2p.peerCount).toBe(2)
  })

  test('are given in the order in which the version exchanges end', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 2 })
    await net.run(node)
    const peers = [await dial(net, node.url), await dial(net, node.url), await dial(net, node.url)]
    await net.clock.advance(1)
    const lastChannel = node.p2p.channels[0]!
    for (const peer of peers.toReversed()) {
      peer.greet()
      await net.clock.advance(1)
    }
    expect(node.p2p.peerCount).toBe(2)
    expect(lastChannel.stopReason).toMatchObject({ code: 'NET_TOO_MANY_CHANNELS', data: { limit: 2 } })
    expect(peers.map(({ isEnded }) => isEnded)).toEqual([true, false, false])
    expect(node.p2p.hosts.bans.list()).toEqual([])
  })

  test('of none let nobody in', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 0 })
    await net.run(node)
    expect((await dial(net, node.url)).isClosed || (await dial(net, node.url)).receivedBytes === 0).toBe(true)
    expect(node.p2p.channels).toEqual([])
  })
})

describe('half-open channels', () => {
  const { PENDING_INBOUND, PENDING_INBOUND_PER_HOST, PENDING_INBOUND_BYTES, INBOUND_CLOSING } = LIMITS

  /** Peers of as many hosts that have come and not greeted. */
  async function visitors(net: LocalNet, url: string, count: number): Promise<RawPeer[]> {
    const peers: RawPeer[] = []
    while (peers.length < count) peers.push(await dial(net, url, `31.0.0.${peers.length + 1}`))
    await net.clock.advance(1)
    return peers
  }

  test('keep nobody out: of more than 64 that sent nothing the oldest goes', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 100 })
    await net.run(node)
    const slow = await visitors(net, node.url, PENDING_INBOUND.value)
    expect(slow.some(({ isEnded }) => isEnded)).toBe(false)
    const quick = await greeted(net, node.url, '30.0.0.2')
    expect(slow.map(({ isEnded }) => isEnded)).toEqual(slow.map((_, index) => index === 0))
    expect([node.p2p.peerCount, node.p2p.channels.length]).toEqual([1, PENDING_INBOUND.value])
    await net.clock.advance(10_000)
    expect(slow.every(({ isEnded }) => isEnded)).toBe(true)
    expect([node.p2p.peerCount, quick.isEnded, node.p2p.hosts.bans.list()]).toEqual([1, false, []])
    expect(node.p2p.inboundCounts).toEqual({ peers: 1, halfOpen: 0, leaving: 0, hosts: 1 })
  })

  test('that have sent a byte stay when there is one that has not', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 100 })
    await net.run(node)
    const slow = await visitors(net, node.url, PENDING_INBOUND.value)
    for (const peer of slow) if (peer !== slow[7]) peer.send(MAGIC.subarray(0, 1))
    await greeted(net, node.url, '30.0.0.2')
    expect(slow.map(({ isEnded }) => isEnded)).toEqual(slow.map((_, index) => index === 7))
  })

  test('are dropped from the most crowded network group: a swarm leaves a quiet newcomer its time', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 100 })
    await net.run(node)
    const newcomer = await dial(net, node.url, '30.0.0.2')
    const swarm = await visitors(net, node.url, PENDING_INBOUND.value - 1)
    for (const peer of swarm) peer.send(MAGIC.subarray(0, 1))
    swarm.push(...(await visitors(net, node.url, 100)))
    expect([newcomer.isEnded, swarm.filter(({ isEnded }) => isEnded).length]).toEqual([false, 100])
    newcomer.greet()
    await net.clock.advance(1)
    expect([newcomer.isEnded, node.p2p.peerCount]).toEqual([false, 1])
  })

  test('that have all sent something: the oldest of the host with the most of them goes', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 100 })
    await net.run(node)
    const slow = await visitors(net, node.url, PENDING_INBOUND.value - 3)
    for (let count = 0; count < 3; count += 1) slow.push(await dial(net, node.url, '31.0.1.1'))
    for (const peer of slow) peer.send(MAGIC.subarray(0, 1))
    await greeted(net, node.url, '30.0.0.2')
    expect(slow.map(({ isEnded }) => isEnded)).toEqual(slow.map((_, index) => index === PENDING_INBOUND.value - 3))
  })

  test('are four a host, the next is turned away without a word', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: 100 })
    await net.run(node)
    const honest = await dial(net, node.url, '30.0.0.2')
    const crowd: RawPeer[] = []
    for (let count = 0; count < 3 * PENDING_INBOUND.value; count += 1) crowd.push(await dial(net, node.url, '30.0.0.1'))
    await net.clock.advance(1)
    expect(node.p2p.inboundCounts).toEqual({ peers: 0, halfOpen: 1 + PENDING_INBOUND_PER_HOST.value, leaving: 0, hosts: 2 })
    expect(crowd.filter(({ receivedBytes }) => receivedBytes > 0)).toEqual(crowd.slice(0, PENDING_INBOUND_PER_HOST.value))
    honest.greet()
    await net.clock.advance(1)
    expect([node.p2p.peerCount, honest.isEnded]).toEqual([1, false])
  })

  test('have one time limit, from the accept to the verack, however much they send', async () => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    await net.run(node)
    const peer = await dial(net, node.url)
    const bytes = handshakeFrames()
    for (let at = 0; at < 9; at += 1) {
      peer.send(bytes.subarray(at, at + 1))
      await net.clock.advance(1_100)
    }
    expect(peer.isEnded).toBe(false)
    await net.clock.advance(100)
    expect(peer.isEnded).toBe(true)
  })

  test('bring a version exchange, not a flood: a ban', async () => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    node.p2p.protocols.register(SESSION_DEFAULT, (channel) => {
      const lines = channel.subscribe(line)
      return { start: () => lines.close() }
    })
    await net.run(node)
    const [flood, patient] = [await dial(net, node.url, '30.0.0.1'), await greeted(net, node.url, '30.0.0.2')]
    const frame = rawFrame({ command: 'line', payload: Buffer.alloc(1_000_000) })
    const [channel] = node.p2p.channels
    for (let bytes = 0; bytes + frame.length <= PENDING_INBOUND_BYTES.value; bytes += frame.length) flood.send(frame)
    for (let count = 0; count < 70; count += 1) patient.send(frame)
    await net.clock.advance(1)
    expect(channel!.isStopped).toBe(false)
    flood.send(frame)
    await net.clock.advance(1)
    expect(channel!.stopReason).toMatchObject({ code: 'NET_HANDSHAKE_FLOOD', fault: 'peer' })
    expect([patient.isEnded, node.p2p.peerCount]).toEqual([false, 1])
    expect(node.p2p.hosts.bans.list().map(({ target, reason }) => [target, reason])).toEqual([
      ['30.0.0.1', 'NET_HANDSHAKE_FLOOD'],
    ])
  })

  test('that were turned away and do not close are destroyed, all but the last 64', async () => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    await net.run(node)
    const stubborn: RawPeer[] = []
    for (let count = 0; count < 2 * INBOUND_CLOSING.value; count += 1) {
      const peer = await dial(net, node.url, `33.${count}.0.1`)
      peer.send(messageFrame(verack, { appName: 'other', appVersion: DEFAULT_SETTINGS.appVersion }))
      peer.stream.pause()
      stubborn.push(peer)
    }
    await net.clock.advance(1)
    expect(node.p2p.inboundCounts).toEqual({ peers: 0, halfOpen: 0, leaving: INBOUND_CLOSING.value, hosts: 0 })
    expect(stubborn.filter(({ isClosed }) => isClosed)).toHaveLength(INBOUND_CLOSING.value)
    await net.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
    expect([node.p2p.inboundCounts.leaving, node.p2p.channels]).toEqual([0, []])
  })
})

describe('slots of a host', () => {
  test.each([
    ['IPv4 by address', { sameHost: ['30.0.0.1', '30.0.0.1', '30.0.0.1'], other: '30.0.0.2' }],
    ['IPv6 by /64', { sameHost: ['[2a02:1:2:3::1]', '[2a02:1:2:3::2]', '[2a02:1:2:3:4::]'], other: '[2a02:1:2:4::1]' }],
  ])('are two, %s', async (_, { sameHost, other }) => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    await net.run(node)
    const peers = []
    for (const host of sameHost) peers.push(await greeted(net, node.url, host))
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([false, false, true])
    expect(peers[2]!.receivedBytes).toBe(0)
    expect((await greeted(net, node.url, other)).isClosed).toBe(false)
    peers[0]!.stream.end()
    await net.clock.advance(1)
    expect((await greeted(net, node.url, sameHost[0])).isClosed).toBe(false)
    expect(node.p2p.inboundCounts).toMatchObject({ peers: 3, halfOpen: 0, hosts: 2 })
  })

  test('are two also for those whose version exchanges end late', async () => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    await net.run(node)
    const peers = [await dial(net, node.url), await dial(net, node.url), await dial(net, node.url)]
    for (const peer of peers) peer.greet()
    await net.clock.advance(1)
    expect(peers.map(({ isEnded }) => isEnded)).toEqual([false, false, true])
  })

  test.each([
    ['loopback', '127.0.0.1', false],
    ['private addresses under localnet', '192.168.1.1', true],
  ])('are as many as there are for %s', async (_, host, localnet) => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, localnet })
    await net.run(node)
    for (let count = 0; count < 5; count += 1) await greeted(net, node.url, host)
    expect(node.p2p.inboundCounts).toEqual({ peers: 5, halfOpen: 0, leaving: 0, hosts: 0 })
  })
})

test('port 0 takes a free port, which our external address of that scheme gets', async () => {
  await using net = new LocalNet()
  const node = net.add({ ...ALONE, inbound: ['tcp://20.0.0.1:0'], externalAddrs: ['tcp://5.5.5.5:0', 'tcp://5.5.5.5:99'] })
  await net.run(node)
  const [url] = node.p2p.listenUrls
  const port = /:(\d+)\/$/.exec(url!)![1]
  expect(Number(port)).toBeGreaterThan(0)
  const own = [`tcp://5.5.5.5:${port}/`, 'tcp://5.5.5.5:99/']
  expect(node.p2p.hosts.externalAddrs).toEqual(own)
  const peer = await greeted(net, url!)
  expect(peer.valuesOf(version)[0]!.extSendAddr).toEqual(own)
})

test('dnet hears of peers, not of those that never greeted', async () => {
  await using net = new LocalNet()
  const node = net.add(ALONE)
  await net.run(node)
  const events: DnetEvent[] = []
  node.p2p.dnet.switch(true)
  node.p2p.dnet.subscribe((event) => {
    if (event.event.startsWith('inbound')) events.push(event)
  })
  const stranger = await dial(net, node.url)
  const peer = await greeted(net, node.url)
  const [{ info }] = node.p2p.peers as [(typeof node.p2p.peers)[number]]
  peer.stream.end()
  stranger.stream.end()
  await net.clock.advance(1)
  const told = { addr: info.url, channel_id: info.id }
  expect(events).toEqual([
    { event: 'inbound_connected', info: told },
    { event: 'inbound_disconnected', info: told },
  ])
})

test('stop() closes who has not greeted yet, and frees the address', async () => {
  await using net = new LocalNet()
  const node = net.add(ALONE)
  await net.run(node)
  const [stranger, peer] = [await dial(net, node.url), await greeted(net, node.url)]
  const startMs = net.clock.monotonicMs()
  await net.settle(node.p2p.stop())
  await net.clock.advance(1)
  expect(net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2_001)
  expect([stranger.isClosed, peer.isClosed, node.p2p.listenUrls, net.network.openHandles]).toEqual([true, true, [], 0])
})

test('a peer that never says a word is gone when its time is up, also where it does not close', async () => {
  await using net = new LocalNet()
  const node = net.add({ outboundConnections: 0 })
  await net.run(node)
  await net.settle(net.network.transport('31.0.0.1').dial(node.url, { signal: new AbortController().signal }))
  await net.clock.advance(9_999)
  expect(node.p2p.channels).toHaveLength(1)
  await net.clock.advance(1)
  expect(node.p2p.channels).toEqual([])
})
