/** Settings that change while a node runs. Source: `P2p.reload`. */
import { describe, expect, test } from 'vitest'
import type { DnetEvent } from './dnet.ts'
import { HostColor } from './hosts/host-color.ts'
import { anOffence } from './hosts/hosts.test-util.ts'
import { version } from './messages/core-messages.ts'
import { DEFAULT_PROFILE } from './settings.ts'
import type { Settings } from './settings.ts'
import { LocalNet } from './testing/local-net.ts'
import type { LocalNode } from './testing/local-net.ts'
import { greetAll, listenAt } from './testing/raw-listeners.ts'
import { dialRaw } from './testing/raw-peer.ts'
import type { RawListener } from './testing/raw-peer.ts'

const url = (index: number): string => `tcp://${30 + index}.0.0.1:1/`
const QUIET = { greylistRefineryIntervalMs: 3_600_000 }

async function run(net: LocalNet, settings: Partial<Settings> = {}): Promise<LocalNode> {
  const node = net.add({ ...QUIET, inbound: [], externalAddrs: [], outboundConnections: 0, ...settings })
  await net.run(node)
  return node
}

/** A node with as many slots as there are listeners, connected in their order, a second apart. */
async function connected(net: LocalNet, count: number): Promise<{ node: LocalNode; listeners: RawListener[] }> {
  const node = await run(net, { outboundConnections: count })
  const listeners: RawListener[] = []
  for (let index = 0; index < count; index += 1) {
    listeners.push(await listenAt(net, url(index)))
    node.p2p.hosts.insertFromPeer([{ url: url(index), lastSeenSec: 1 }], url(index))
    await greetAll(net, ...listeners)
    await net.clock.advance(1_000)
  }
  expect(node.p2p.peerCount).toBe(count)
  return { node, listeners }
}

const peersOf = ({ p2p }: LocalNode): string[] => p2p.peers.map(({ info }) => info.url).toSorted()

test('nothing changes when one setting is not valid', async () => {
  await using net = new LocalNet()
  const node = await run(net)
  const before = { ...node.p2p.settings }
  for (const bad of [{ neverBan: ['nobody'] }, { peers: ['no url'] }, { appName: 'other' }, { getaddrsMax: 256 }]) {
    const changes = { nodeId: 'new', blacklist: [{ host: '9.9.9.9', schemes: ['tcp'], ports: [] }], ...bad }
    await expect(node.p2p.reload(changes)).rejects.toMatchObject({
      code: 'NET_SETTINGS_INVALID',
      data: { key: Object.keys(bad)[0] },
    })
  }
  expect(node.p2p.settings).toEqual(before)
  expect(node.p2p.hosts.isBanned('tcp://9.9.9.9:9/', 'outbound')).toBe(false)
})

test('it says what has changed', async () => {
  await using net = new LocalNet()
  const node = await run(net)
  expect(await node.p2p.reload({ nodeId: 'new', outboundConnections: 0, knownPeerPercent: 10 })).toEqual([
    'nodeId',
    'knownPeerPercent',
  ])
  expect(await node.p2p.reload({ nodeId: 'new' })).toEqual([])
})

test('before start() and after stop() it holds from the next start', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net, url(0))
  const node = net.add({ ...QUIET, inbound: [], externalAddrs: [], outboundConnections: 0 })
  await node.p2p.reload({ peers: [url(0)] })
  await net.run(node)
  await greetAll(net, listener)
  expect(peersOf(node)).toEqual([url(0)])
  await net.settle(node.p2p.stop())
  await node.p2p.reload({ peers: [], outboundConnections: 3 })
  await net.run(node)
  await net.clock.advance(60_000)
  expect([peersOf(node), node.p2p.outboundSlots, listener.peers.length]).toEqual([[], [0, 0, 0], 1])
})

describe('outbound slots', () => {
  test('grow from none', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, url(0))
    const node = await run(net)
    node.p2p.hosts.container.store(HostColor.White, url(0), 1)
    await net.clock.advance(60_000)
    expect(a.peers).toHaveLength(0)
    await node.p2p.reload({ outboundConnections: 2 })
    await greetAll(net, a)
    expect([peersOf(node), node.p2p.outboundSlots.length]).toEqual([[url(0)], 2])
  })

  test('shrink: the sleeping go first, then those that connect, then the newest connected', async () => {
    await using net = new LocalNet()
    const { node, listeners } = await connected(net, 3)
    const silent = await listenAt(net, url(8))
    await node.p2p.reload({ outboundConnections: 5 })
    node.p2p.hosts.insertFromPeer([{ url: url(8), lastSeenSec: 1 }], url(8))
    await net.clock.advance(1)
    const { registry } = node.p2p.hosts
    const silentState = (): string => registry.stateOf(url(8))
    expect([silent.peers.length, silentState(), node.p2p.outboundSlots.length]).toEqual([1, 'connect', 5])

    await net.settle(node.p2p.reload({ outboundConnections: 4 }))
    expect([silentState(), peersOf(node), node.p2p.outboundSlots.length]).toEqual(['connect', [0, 1, 2].map(url), 4])
    await net.settle(node.p2p.reload({ outboundConnections: 3 }))
    expect([silentState(), peersOf(node), silent.peers[0]!.isEnded]).toEqual(['free', [0, 1, 2].map(url), true])
    await net.settle(node.p2p.reload({ outboundConnections: 1 }))
    expect([peersOf(node), listeners.map(({ peers }) => peers[0]!.isEnded)]).toEqual([[url(0)], [false, true, true]])
    expect(node.p2p.outboundSlots).toEqual(node.p2p.peers.map(({ info }) => info.id))
    expect([registry.stateOf(url(1)), node.p2p.hosts.container.colorOf(url(1))]).toEqual(['free', HostColor.Grey])
    await net.settle(node.p2p.reload({ outboundConnections: 0 }))
    expect([peersOf(node), node.p2p.outboundSlots]).toEqual([[], []])
    await net.clock.advance(120_000)
    expect([peersOf(node), listeners.map(({ peers }) => peers.length)]).toEqual([[], [1, 1, 1]])
  })

  test('keep numbers without gaps; dnet hears who moves', async () => {
    await using net = new LocalNet()
    const { node, listeners } = await connected(net, 2)
    // Slot 0 loses its peer and sleeps: slot 1 moves up when it goes.
    listeners[0]!.peers[0]!.stream.end()
    await listeners[0]![Symbol.asyncDispose]()
    await net.clock.runUntil(() => node.p2p.hosts.registry.stateOf(url(0)) === 'suspend')
    const [channel] = node.p2p.peers
    expect(node.p2p.outboundSlots).toEqual([0, channel!.info.id])
    const events: DnetEvent[] = []
    node.p2p.dnet.switch(true)
    node.p2p.dnet.subscribe((event) => events.push(event))
    await node.p2p.reload({ outboundConnections: 1 })
    expect(node.p2p.outboundSlots).toEqual([channel!.info.id])
    expect(events).toEqual([
      { event: 'outbound_slot_disconnected', info: { slot: 1, err: expect.any(String) } },
      { event: 'outbound_slot_connected', info: { slot: 0, addr: url(1), channel_id: channel!.info.id } },
    ])
  })

  test('bound the gold list, of which the hosts seen longest ago go', async () => {
    await using net = new LocalNet()
    const node = net.add({ outboundConnections: 10 })
    const { container } = node.p2p.hosts
    const store = (count: number): void => {
      for (let index = 1; index <= count; index += 1) container.store(HostColor.Gold, `tcp://40.0.0.${index}:1/`, index)
    }
    store(80)
    expect(container.size(HostColor.Gold)).toBe(74)
    await node.p2p.reload({ outboundConnections: 0 })
    expect([container.size(HostColor.Gold), container.oldest(HostColor.Gold)?.lastSeenSec]).toEqual([64, 17])
    await node.p2p.reload({ outboundConnections: 10 })
    store(80)
    expect(container.size(HostColor.Gold)).toBe(74)
  })

  test('stop() in the middle of it leaves nothing', async () => {
    await using net = new LocalNet()
    const { node } = await connected(net, 3)
    const reloading = node.p2p.reload({ outboundConnections: 1 })
    await net.settle(Promise.all([node.p2p.stop(), node.p2p.reload({ outboundConnections: 9 })]))
    await reloading
    await net.clock.advance(10_000)
    expect([node.p2p.channels, node.p2p.outboundSlots.filter((id) => id !== 0), net.clock.pendingTimers]).toEqual([[], [], 0])
  })
})

describe('manual peers', () => {
  test('come and go; those of connect() and those forgotten by hand stay as they are', async () => {
    await using net = new LocalNet()
    const listeners = await Promise.all([0, 1, 2, 3].map((index) => listenAt(net, url(index))))
    const node = await run(net, { peers: [url(0), url(1)] })
    await greetAll(net, ...listeners)
    const connecting = node.p2p.connect(url(2))
    await greetAll(net, ...listeners)
    await connecting
    const forgotten = node.p2p.peers.find(({ info }) => info.url === url(0))!
    await net.settle(node.p2p.disconnect(forgotten.info.id))

    await net.settle(node.p2p.reload({ peers: [url(0), url(3)] }))
    await greetAll(net, ...listeners)
    expect(peersOf(node)).toEqual([url(2), url(3)])
    await net.clock.advance(14_000)
    expect(listeners.map(({ peers }) => peers.length)).toEqual([1, 1, 1, 1])
    expect(listeners[1]!.peers[0]!.isEnded).toBe(true)
  })

  test('are not banned any longer than they are named', async () => {
    await using net = new LocalNet()
    const node = await run(net, { peers: [url(0)] })
    const ban = (): boolean => node.p2p.hosts.ban(url(0), 'inbound', anOffence('test')) !== undefined
    expect(ban()).toBe(false)
    await net.settle(node.p2p.reload({ peers: [] }))
    expect([ban(), node.p2p.hosts.isBanned(url(0), 'inbound')]).toEqual([true, true])
    await node.p2p.reload({ peers: [url(0)] })
    expect(node.p2p.hosts.isBanned(url(0), 'inbound')).toBe(false)
  })

  test('that become seeds are kept no longer', async () => {
    await using net = new LocalNet()
    await using listener = await listenAt(net, url(0))
    const node = await run(net, { peers: [url(0)] })
    await greetAll(net, listener)
    await net.settle(node.p2p.reload({ seeds: [url(0)] }))
    await net.clock.advance(60_000)
    expect([peersOf(node), listener.peers.length]).toEqual([[], 1])
    void node.p2p.seed()
    await net.clock.advance(1)
    expect(listener.peers).toHaveLength(2)
  })

  test('keep a peer of connect() that is named now, with its exemption', async () => {
    await using net = new LocalNet()
    await using listener = await listenAt(net, url(0))
    const node = await run(net)
    const connecting = node.p2p.connect(url(0))
    await greetAll(net, listener)
    await connecting
    await net.settle(node.p2p.reload({ peers: [url(0)] }))
    expect([peersOf(node), node.p2p.hosts.ban(url(0), 'inbound', anOffence('test')) !== undefined]).toEqual([[url(0)], false])
    await net.settle(node.p2p.reload({ peers: [] }))
    expect([peersOf(node), node.p2p.hosts.ban(url(0), 'inbound', anOffence('test')) !== undefined]).toEqual([[], true])
  })
})

test('fewer inbound connections: the newest go', async () => {
  await using net = new LocalNet()
  const node = net.add({ ...QUIET, outboundConnections: 0 })
  await net.run(node)
  const peers = []
  for (const host of ['40.0.0.1', '41.0.0.1', '42.0.0.1']) {
    const peer = await net.settle(dialRaw(net.network.transport(host), node.url, { clock: net.clock }))
    peer.greet()
    await net.clock.advance(1_000)
    peers.push(peer)
  }
  await net.settle(node.p2p.reload({ inboundConnections: 1 }))
  expect([peers.map(({ isEnded }) => isEnded), node.p2p.peerCount]).toEqual([[false, true, true], 1])
})

test('a host on the blacklist is disconnected, forgotten and not dialled, unless it is a manual peer', async () => {
  await using net = new LocalNet()
  const { node, listeners } = await connected(net, 2)
  node.p2p.hosts.container.store(HostColor.White, 'tcp://30.0.0.1:7/', 1)
  await using manual = await listenAt(net, url(7))
  await node.p2p.reload({ peers: [url(7)] })
  await greetAll(net, manual)
  const blacklist = ['30.0.0.1', '37.0.0.1'].map((host) => ({ host, schemes: ['tcp'], ports: [] }))
  await net.settle(node.p2p.reload({ blacklist }))
  await net.clock.advance(5_000)
  expect([peersOf(node), listeners[0]!.peers.length]).toEqual([[url(1), url(7)], 1])
  expect(['tcp://30.0.0.1:7/', url(0)].map((at) => node.p2p.hosts.container.colorOf(at))).toEqual([undefined, undefined])
})

test('new seeds and peers are no hosts to be learnt or picked', async () => {
  await using net = new LocalNet()
  await using seed = await listenAt(net, url(0))
  const node = await run(net)
  node.p2p.hosts.container.store(HostColor.White, url(0), 1)
  expect(node.p2p.hosts.pickOutbound(1, [])).toBe(url(0))
  await node.p2p.reload({ seeds: [url(0)], peers: [url(1)] })
  const { hosts } = node.p2p
  expect([hosts.pickOutbound(1, []), hosts.insertFromPeer([{ url: url(1), lastSeenSec: 1 }], url(5)).added]).toEqual([
    undefined,
    0,
  ])
  void node.p2p.seed()
  await net.clock.advance(1)
  expect(seed.peers).toHaveLength(1)
})

test('external addresses are told from the next handshake on, with the real port', async () => {
  await using net = new LocalNet()
  const node = net.add({ ...QUIET, outboundConnections: 0, inbound: ['tcp://20.0.0.1:0'], externalAddrs: [] })
  await net.run(node)
  await node.p2p.reload({ externalAddrs: ['tcp://5.5.5.5:0'] })
  const [listening] = node.p2p.listenUrls
  const peer = await net.settle(dialRaw(net.network.transport('40.0.0.1'), listening!, { clock: net.clock }))
  peer.greet()
  await net.clock.advance(1)
  const own = [listening!.replace('20.0.0.1', '5.5.5.5')]
  expect([node.p2p.hosts.externalAddrs, peer.valuesOf(version)[0]!.extSendAddr]).toEqual([own, own])
})

test('features, node id and time limits hold for what comes next', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net, url(0))
  const node = await run(net)
  await node.p2p.reload({
    nodeId: 'new',
    features: [['x', 1]],
    profiles: new Map([['tcp', { ...DEFAULT_PROFILE, channelHandshakeTimeoutMs: 3_000, outboundConnectTimeoutMs: 4_000 }]]),
    peers: [url(0)],
  })
  await net.clock.advance(1)
  expect(listener.peers[0]!.valuesOf(version)[0]).toMatchObject({ nodeId: 'new', features: [['x', 1]] })
  await net.clock.advance(3_000)
  expect(listener.peers[0]!.isEnded).toBe(true)
  await net.clock.advance(3_900)
  expect(listener.peers).toHaveLength(1)
  await net.clock.advance(200)
  expect(listener.peers).toHaveLength(2)
})

test('the intervals of the refinery are counted anew', async () => {
  await using net = new LocalNet()
  const friend = net.add({ ...QUIET, outboundConnections: 0 })
  await net.run(friend)
  const node = await run(net, { peers: [friend.url] })
  await net.clock.runUntil(() => node.p2p.peerCount === 1)
  const { container } = node.p2p.hosts
  container.store(HostColor.Grey, url(0), 1)
  container.store(HostColor.White, url(1), 1)
  await node.p2p.reload({ greylistRefineryIntervalMs: 5_000, whitelistRefineryIntervalMs: 7_000 })
  await net.clock.advance(4_999)
  expect(container.colorOf(url(0))).toBe(HostColor.Grey)
  await net.clock.advance(1)
  expect([container.colorOf(url(0)), container.colorOf(url(1))]).toEqual([undefined, HostColor.White])
  await net.clock.advance(2_000)
  expect(container.colorOf(url(1))).toBe(HostColor.Grey)
  await node.p2p.reload({ greylistRefineryIntervalMs: 3_600_000, whitelistRefineryIntervalMs: undefined })
  container.store(HostColor.White, url(2), 1)
  await net.clock.advance(60_000)
  expect([container.colorOf(url(1)), container.colorOf(url(2))]).toEqual([HostColor.Grey, HostColor.White])
})
