/** Source: docs/node.md, *Sessions*, inbound. */
import { describe, expect, test } from 'vitest'
import type { DnetEvent } from '../dnet.ts'
import { LIMITS } from '../limits.ts'
import { version } from '../messages/core-messages.ts'
import { LocalNet } from '../testing/local-net.ts'
import { dialRaw } from '../testing/raw-peer.ts'
import type { RawPeer } from '../testing/raw-peer.ts'

const OTHER = 'tcp://20.9.0.1:7/'
const ALONE = { outboundConnections: 0 }

const dial = (net: LocalNet, url: string, host = '30.0.0.1'): Promise<RawPeer> =>
  net.settle(dialRaw(net.network.transport(host), url, { clock: net.clock }))

async function greeted(net: LocalNet, url: string, host?: string): Promise<RawPeer> {
  const peer = await dial(net, url, host)
  peer.greet()
  await net.clock.advance(1)
  return peer
}

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

test('slow version exchanges keep nobody out: of more than 64 the one that waits longest goes', async () => {
  await using net = new LocalNet()
  const node = net.add({ ...ALONE, inboundConnections: 100 })
  await net.run(node)
  const slow: RawPeer[] = []
  while (slow.length < LIMITS.PENDING_INBOUND.value) slow.push(await dial(net, node.url))
  await net.clock.advance(1)
  expect(slow.some(({ isEnded }) => isEnded)).toBe(false)
  const quick = await greeted(net, node.url, '30.0.0.2')
  expect(slow.map(({ isEnded }) => isEnded)).toEqual(slow.map((_, index) => index === 0))
  expect([node.p2p.peerCount, node.p2p.channels.length]).toEqual([1, LIMITS.PENDING_INBOUND.value])
  await net.clock.advance(10_000)
  expect(slow.every(({ isEnded }) => isEnded)).toBe(true)
  expect([node.p2p.peerCount, quick.isEnded, node.p2p.hosts.bans.list()]).toEqual([1, false, []])
})

test('a host that fills the doorway loses its own places, not those of others', async () => {
  await using net = new LocalNet()
  const node = net.add({ ...ALONE, inboundConnections: 100 })
  await net.run(node)
  const honest = await dial(net, node.url, '30.0.0.2')
  for (let count = 0; count < 3 * LIMITS.PENDING_INBOUND.value; count += 1) await dial(net, node.url, '30.0.0.1')
  await net.clock.advance(1)
  expect(node.p2p.channels).toHaveLength(LIMITS.PENDING_INBOUND.value)
  honest.greet()
  await net.clock.advance(1)
  expect([node.p2p.peerCount, honest.isEnded]).toEqual([1, false])
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
  node.p2p.dnet.isEnabled = true
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
