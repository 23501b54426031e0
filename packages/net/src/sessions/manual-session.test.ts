/** Source: docs/node.md, *Sessions*, manual. */
import { expect, test } from 'vitest'
import { MAGIC } from '../testing/frames.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { listenRaw } from '../testing/raw-peer.ts'
import type { RawListener } from '../testing/raw-peer.ts'

const PEER = 'tcp://30.0.0.1:1/'

const listenAt = (net: LocalNet): Promise<RawListener> =>
  net.settle(listenRaw(net.network.transport('30.0.0.1'), PEER, { clock: net.clock }))
const add = (net: LocalNet, peers: readonly string[], seeds: readonly string[] = []): LocalNode =>
  net.add({ inbound: [], externalAddrs: [], outboundConnections: 0, peers, seeds })

test('a peer that cannot be reached is tried every 15 s', async () => {
  await using net = new LocalNet()
  const node = add(net, [PEER])
  await net.run(node)
  await net.clock.advance(14_000)
  await using listener = await listenAt(net)
  await net.clock.advance(999)
  expect(listener.peers).toHaveLength(0)
  await net.clock.advance(2)
  expect(listener.peers).toHaveLength(1)
  expect(node.p2p.hosts.registry.stateOf(PEER)).toBe('connect')
})

test('a peer that goes away is connected again after 15 s', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = add(net, [PEER])
  await net.run(node)
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(1)
  expect(node.p2p.peerCount).toBe(1)
  listener.peers[0]!.stream.end()
  await net.clock.advance(14_999)
  expect([listener.peers.length, node.p2p.hosts.registry.stateOf(PEER)]).toEqual([1, 'free'])
  await net.clock.advance(2)
  expect(listener.peers).toHaveLength(2)
})

test('a peer that is also a seed is skipped', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = add(net, [PEER], [PEER])
  const started = node.p2p.start()
  await net.clock.advance(1)
  listener.peers[0]!.stream.end()
  await net.settle(started)
  void node.p2p.run()
  await net.clock.advance(60_000)
  expect(listener.peers).toHaveLength(1)
})

test('connect() rejects when the handshake fails, keeps nothing then, and refuses who is connected already', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = add(net, [])
  await net.run(node)
  const { signal } = new AbortController()
  const failed = net.settle(node.p2p.connect(PEER, signal).catch((error: unknown) => error))
  expect(await failed).toMatchObject({ code: 'NET_HANDSHAKE_TIMEOUT' })
  await net.clock.advance(60_000)
  expect([listener.peers.length, node.p2p.hosts.registry.stateOf(PEER)]).toEqual([1, 'free'])

  const connecting = node.p2p.connect(PEER, signal)
  await net.clock.advance(1)
  listener.peers[1]!.greet()
  await net.clock.advance(1)
  expect((await connecting).info.url).toBe(PEER)
  await expect(node.p2p.connect(PEER, signal)).rejects.toMatchObject({ code: 'NET_HOST_STATE_BLOCKED' })
})

test('connect() that is aborted during the handshake rejects with the reason and closes the channel', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = add(net, [])
  await net.run(node)
  const ending = new AbortController()
  const connecting = node.p2p.connect(PEER, ending.signal).catch((error: unknown) => error)
  await net.clock.advance(1)
  const startMs = net.clock.monotonicMs()
  ending.abort(new Error('enough'))
  await net.settle(connecting)
  expect(net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2_000)
  expect([listener.peers[0]!.isEnded, node.p2p.channels, node.p2p.hosts.registry.stateOf(PEER)]).toEqual([true, [], 'free'])
  expect(await connecting).toMatchObject({ message: 'enough' })
})

test('stop() in the middle of a handshake ends it at once', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = add(net, [PEER])
  await net.run(node)
  await net.clock.runUntil(() => listener.peers.length === 1)
  const startMs = net.clock.monotonicMs()
  await net.settle(node.p2p.stop())
  expect(net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2_000)
  expect(node.p2p.hosts.registry.stateOf(PEER)).toBe('free')
})

test('a peer of connect() is not banned while it is kept, nor is its host', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = add(net, [])
  await net.run(node)
  const connecting = node.p2p.connect(PEER, new AbortController().signal)
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(1)
  const { info } = await connecting
  const offend = (): void =>
    listener.peers.at(-1)!.send(Buffer.concat([MAGIC, Buffer.from([1]), Buffer.from('x'), Buffer.from([0])]))
  offend()
  await net.clock.advance(1)
  const { hosts, channels } = node.p2p
  expect(channels.some(({ info: { id } }) => id === info.id)).toBe(false)
  expect([hosts.bans.list(), hosts.ban('tcp://30.0.0.1:9/', 'inbound', 'test')]).toEqual([[], false])
  await net.clock.advance(15_001)
  listener.peers[1]!.greet()
  await net.clock.advance(1)
  expect(node.p2p.peerCount).toBe(1)
  await net.settle(node.p2p.disconnect(node.p2p.channels[0]!.info.id))
  expect(hosts.ban('tcp://30.0.0.1:9/', 'inbound', 'test')).toBe(true)
})
