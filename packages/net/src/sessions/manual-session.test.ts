/** Source: docs/node.md, *Sessions*, manual. */
import { expect, test } from 'vitest'
import { HostColor } from '../hosts/host-color.ts'
import { anOffence } from '../hosts/hosts.test-util.ts'
import { MAGIC } from '../testing/frames.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { listenRaw } from '../testing/raw-peer.ts'
import type { RawListener } from '../testing/raw-peer.ts'
import { SessionFlag } from './session-flags.ts'

const PEER = 'tcp://30.0.0.1:1/'

const listenAt = (net: LocalNet): Promise<RawListener> =>
  net.settle(listenRaw(net.network.transport('30.0.0.1'), PEER, { clock: net.clock }))
const add = (net: LocalNet, peers: readonly string[], seeds: readonly string[] = []): LocalNode =>
  net.add({ inbound: [], externalAddrs: [], outboundConnections: 0, peers, seeds })

/** A node that keeps no peer, and one that listens at PEER. */
async function strangers(): Promise<{ net: LocalNet; listener: RawListener; node: LocalNode } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const net = stack.use(new LocalNet())
  const listener = stack.use(await listenAt(net))
  const node = add(net, [])
  await net.run(node)
  const all = stack.move()
  return { net, listener, node, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

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
  await using world = await strangers()
  const { net, listener, node } = world
  const { signal } = new AbortController()
  const failed = net.settle(node.p2p.connect(PEER, { signal }).catch((error: unknown) => error))
  expect(await failed).toMatchObject({ code: 'NET_HANDSHAKE_TIMEOUT' })
  await net.clock.advance(60_000)
  expect([listener.peers.length, node.p2p.hosts.registry.stateOf(PEER)]).toEqual([1, 'free'])

  const connecting = node.p2p.connect(PEER, { signal })
  await net.clock.advance(1)
  listener.peers[1]!.greet()
  await net.clock.advance(1)
  expect((await connecting).info.url).toBe(PEER)
  await expect(node.p2p.connect(PEER, { signal })).rejects.toMatchObject({ code: 'NET_HOST_STATE_BLOCKED' })
})

test('connect() that is aborted during the handshake rejects with the reason and closes the channel', async () => {
  await using world = await strangers()
  const { net, listener, node } = world
  const ending = new AbortController()
  const connecting = node.p2p.connect(PEER, ending).catch((error: unknown) => error)
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
  await using world = await strangers()
  const { net, listener, node } = world
  const connecting = node.p2p.connect(PEER)
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
  expect([hosts.bans.list(), hosts.ban('tcp://30.0.0.1:9/', 'inbound', anOffence('test'))]).toEqual([[], undefined])
  await net.clock.advance(15_001)
  listener.peers[1]!.greet()
  await net.clock.advance(1)
  expect(node.p2p.peerCount).toBe(1)
  await net.settle(node.p2p.disconnect(node.p2p.channels[0]!.info.id))
  expect(hosts.ban('tcp://30.0.0.1:9/', 'inbound', anOffence('test'))).toBeDefined()
})

test('a peer that another part of the node works on is tried again later', async () => {
  await using world = await strangers()
  const { net, listener, node } = world
  const { registry } = node.p2p.hosts
  registry.move(PEER, 'refine')
  await node.p2p.reload({ peers: [PEER] })
  await net.clock.advance(14_999)
  registry.move(PEER, 'free')
  expect(listener.peers).toHaveLength(0)
  await net.clock.advance(2)
  expect([listener.peers.length, registry.stateOf(PEER)]).toEqual([1, 'connect'])
  expect(node.logger.records.filter(({ level }) => level === 'error')).toEqual([])
})

test('a peer that was suspended by a slot is dialled all the same', async () => {
  await using world = await strangers()
  const { net, listener, node } = world
  const { registry } = node.p2p.hosts
  registry.move(PEER, 'move')
  registry.move(PEER, 'suspend')
  await node.p2p.reload({ peers: [PEER] })
  await net.clock.advance(1)
  expect([listener.peers.length, registry.stateOf(PEER)]).toEqual([1, 'connect'])
})

test('a peer that is also in the lists gets one channel, of the manual session', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = net.add({ inbound: [], externalAddrs: [], outboundConnections: 2, peers: [PEER] })
  node.p2p.hosts.container.store(HostColor.White, PEER, 1)
  await net.run(node)
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(5_000)
  expect(listener.peers).toHaveLength(1)
  expect(node.p2p.peers.map(({ info }) => info.session)).toEqual([SessionFlag.Manual])
})

test('a peer that is banned is connected, and its ban holds again when it is forgotten', async () => {
  await using world = await strangers()
  const { net, listener, node } = world
  const { hosts } = node.p2p
  expect(hosts.ban(PEER, 'outbound', anOffence('test'))).toBeDefined()
  await node.p2p.reload({ peers: [PEER] })
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(1)
  expect([node.p2p.peerCount, hosts.isBanned(PEER, 'outbound')]).toEqual([1, false])
  await net.settle(node.p2p.reload({ peers: [] }))
  expect([node.p2p.peerCount, hosts.isBanned(PEER, 'outbound')]).toEqual([0, true])
})

test('connect() that the stop of the node or disconnect() ends rejects with NET_STOPPED', async () => {
  await using world = await strangers()
  const { net, listener, node } = world
  const connect = (): Promise<unknown> => node.p2p.connect(PEER).catch((error: unknown) => error)
  const forgotten = connect()
  await net.clock.advance(1)
  await net.settle(node.p2p.disconnect(node.p2p.channels[0]!.info.id))
  expect(await forgotten).toMatchObject({ code: 'NET_STOPPED' })
  const stopped = connect()
  await net.clock.advance(1)
  expect(listener.peers).toHaveLength(2)
  await net.settle(node.p2p.stop())
  expect(await stopped).toMatchObject({ code: 'NET_STOPPED' })
})

test('connect() takes an address in any spelling, and refuses what is none or cannot be dialled', async () => {
  await using world = await strangers()
  const { net, listener, node } = world
  const connecting = node.p2p.connect('TCP://30.0.0.1:1')
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(1)
  expect((await connecting).info.url).toBe(PEER)
  await expect(node.p2p.connect('tcp://30.0.0.1:1/')).rejects.toMatchObject({ code: 'NET_HOST_STATE_BLOCKED' })
  for (const address of ['foo', '', 'tcp://30.0.0.1', 'tcp://30.0.0.1:0', 'tcp://']) {
    await expect(node.p2p.connect(address)).rejects.toMatchObject({ code: 'NET_ADDRESS_INVALID' })
  }
  expect(net.network.counts.dials).toBe(1)
})

test('connect() before the node runs is refused', async () => {
  await using net = new LocalNet()
  const refused = add(net, []).p2p.connect(PEER)
  await expect(refused).rejects.toMatchObject({ code: 'NET_WRONG_STATE', data: { state: 'open', wanted: 'run' } })
})

test('connect() takes the channel of another session, and keeps the peer when that closes', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net)
  const node = net.add({ inbound: [], externalAddrs: [], outboundConnections: 0, greylistRefineryIntervalMs: 3_600_000 })
  await net.run(node)
  const asking = node.p2p.direct.getChannel(PEER)
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(1)
  const { channel, release } = await asking
  expect(await node.p2p.connect(PEER)).toBe(channel)
  release()
  await net.clock.advance(20_000)
  listener.peers[1]!.greet()
  await net.clock.advance(1)
  expect(node.p2p.peers.map(({ info }) => info.session)).toEqual([SessionFlag.Manual])
  expect(listener.peers).toHaveLength(2)
})

test('a node does not dial itself, whoever asks it to', async () => {
  await using net = new LocalNet()
  const external = 'tcp://40.0.0.1:9/'
  const node = net.add({ externalAddrs: [external], outboundConnections: 0, peers: [net.urlOf(0), external] })
  await net.run(node)
  for (const url of [node.url, external, external.replace('tcp', 'tcp+tls')]) {
    const own = { code: 'NET_ADDRESS_INVALID', data: { address: url, reason: 'is this node itself' } }
    await expect(node.p2p.connect(url)).rejects.toMatchObject(own)
    await expect(node.p2p.direct.getChannel(url)).rejects.toMatchObject(own)
  }
  await net.clock.advance(60_000)
  expect([net.network.counts.dials, node.p2p.hosts.registry.stateOf(node.url)]).toEqual([0, 'free'])
  const told = node.logger.records.filter(({ message, level }) => message === 'Manual peer' && level === 'info')
  expect(told.map(({ fields }) => [fields['url'], fields['outcome']])).toEqual([
    [node.url, 'NET_ADDRESS_INVALID'],
    [external, 'NET_ADDRESS_INVALID'],
  ])
})
