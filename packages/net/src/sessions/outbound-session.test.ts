/** Source: docs/node.md, *Sessions*, outbound. */
import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { DnetEvent } from '../dnet.ts'
import { NetError } from '../errors.ts'
import { HostColor } from '../hosts/host-color.ts'
import { HOST_LIMITS } from '../hosts/host-limits.ts'
import { P2p } from '../p2p.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { rawFrame } from '../testing/frames.ts'
import { greetAll, listenAt } from '../testing/raw-listeners.ts'
import { MemoryNetwork } from '../transports/memory.ts'
import type { Transport } from '../transports/transport.ts'
import { SESSION_DEFAULT } from './session-flags.ts'

const A = 'tcp://30.0.0.1:1/'
const B = 'tcp://31.0.0.1:1/'
const DEAD = 'tcp://32.0.0.1:1/'
/** The refinery would judge hosts behind the back of these tests. */
const QUIET = { greylistRefineryIntervalMs: 3_600_000 }

/** A node with hosts in its white list that are not tried yet. */
function add(net: LocalNet, slots: number, urls: readonly string[], color: HostColor = HostColor.White): LocalNode {
  const node = net.add({ ...QUIET, inbound: [], externalAddrs: [], outboundConnections: slots })
  for (const url of urls) node.p2p.hosts.container.store(color, url, 1_000)
  return node
}

describe('slots', () => {
  test('never take the same host', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    await using b = await listenAt(net, B)
    const node = add(net, 5, [A, B])
    await net.run(node)
    await greetAll(net, a, b)
    await net.clock.advance(4_000)
    expect([a.peers.length, b.peers.length, node.p2p.peerCount]).toEqual([1, 1, 2])
    const ids = node.p2p.outboundSlots
    expect(new Set(ids)).toEqual(new Set([0, ...node.p2p.peers.map(({ info }) => info.id)]))
    expect([ids.length, ids.filter((id) => id !== 0).length]).toEqual([5, 2])
  })

  test('make a host gold while it is connected, and grey, seen now, when it has gone', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = add(net, 1, [A], HostColor.Grey)
    const { hosts } = node.p2p
    await net.run(node)
    expect(hosts.registry.stateOf(A)).toBe('connect')
    await greetAll(net, a)
    const nowSec = (): number => Math.floor(net.clock.nowMs() / 1000)
    expect([hosts.registry.stateOf(A), hosts.container.colorOf(A), hosts.container.lastSeenOf(HostColor.Gold, A)]).toEqual([
      'connected',
      HostColor.Gold,
      nowSec(),
    ])
    await net.clock.advance(5_000)
    a.peers[0]!.stream.end()
    await net.clock.runUntil(() => hosts.container.colorOf(A) === HostColor.Grey)
    expect(hosts.container.lastSeenOf(HostColor.Grey, A)).toBe(nowSec())
    await net.clock.runUntil(() => a.peers.length === 2)
    expect(hosts.registry.stateOf(A)).toBe('connect')
  })

  test.each([
    ['refuses', async (): Promise<void> => {}],
    [
      'never greets',
      async (net: LocalNet): Promise<void> => {
        await listenAt(net, DEAD)
      },
    ],
  ])('put a host that %s to grey and suspend it', async (_, prepare) => {
    await using net = new LocalNet()
    await prepare(net)
    const node = add(net, 1, [DEAD])
    const { hosts } = node.p2p
    await net.run(node)
    await net.clock.runUntil(() => hosts.registry.stateOf(DEAD) === 'suspend')
    expect([hosts.container.colorOf(DEAD), hosts.container.lastSeenOf(HostColor.Grey, DEAD)]).toEqual([HostColor.Grey, 1_000])
    await net.clock.advance(200_000)
    expect(hosts.registry.stateOf(DEAD)).toBe('suspend')
  })

  test('drop a host that broke the protocol from all lists', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = add(net, 1, [A])
    const { hosts } = node.p2p
    await net.run(node)
    await net.clock.advance(1)
    a.peers[0]!.send(rawFrame({ command: 'what' }))
    await net.clock.advance(60_000)
    expect([hosts.container.colorOf(A), hosts.isBanned(A, 'outbound'), a.peers.length]).toEqual([undefined, true, 1])
  })

  test('look again as soon as hosts become known', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = add(net, 2, [])
    await net.run(node)
    await net.clock.advance(1_000)
    node.p2p.hosts.insertFromPeer([{ url: A, lastSeenSec: 1 }], A)
    await greetAll(net, a)
    expect(node.p2p.peerCount).toBe(1)
  })

  test('are told by dnet', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = add(net, 1, [DEAD])
    const events: DnetEvent[] = []
    node.p2p.dnet.switch(true)
    node.p2p.dnet.subscribe((event) => {
      // A slot that is woken in vain says again that it sleeps.
      const isRepeated = event.event === 'outbound_slot_sleeping' && events.at(-1)?.event === event.event
      if (event.event.startsWith('outbound_slot') && !isRepeated) events.push(event)
    })
    await net.run(node)
    await net.clock.advance(1)
    node.p2p.hosts.insertFromPeer([{ url: A, lastSeenSec: 1 }], A)
    await greetAll(net, a)
    const [{ info }] = node.p2p.peers as [(typeof node.p2p.peers)[number]]
    a.peers[0]!.stream.end()
    await net.clock.advance(1)
    expect(events.slice(0, 6)).toEqual([
      { event: 'outbound_slot_connecting', info: { slot: 0, addr: DEAD } },
      { event: 'outbound_slot_disconnected', info: { slot: 0, err: expect.stringContaining('NET_DIAL_FAILED') } },
      { event: 'outbound_slot_sleeping', info: { slot: 0 } },
      { event: 'outbound_slot_connecting', info: { slot: 0, addr: A } },
      { event: 'outbound_slot_connected', info: { slot: 0, addr: A, channel_id: info.id } },
      { event: 'outbound_slot_disconnected', info: { slot: 0, err: expect.stringContaining('NET_CHANNEL_CLOSED_BY_PEER') } },
    ])
  })
})

test('a host that ends each channel is dialled ever more seldom, and by no slot at once, until one lasts', async () => {
  await using net = new LocalNet()
  await using a = await listenAt(net, A)
  const node = add(net, 3, [A])
  await net.run(node)
  const dialled: number[] = []
  const beganMs = net.clock.monotonicMs()
  for (let ms = 0; ms < 64_000; ms += 500) {
    await greetAll(net, a)
    if (node.p2p.peerCount > 0) {
      dialled.push(Math.floor((net.clock.monotonicMs() - beganMs) / 1_000))
      a.peers.at(-1)!.stream.end()
    }
    await net.clock.advance(498)
  }
  const restsSec = dialled.slice(1).map((sec, index) => sec - dialled[index]!)
  expect([a.peers.length, restsSec.every((sec, index) => sec >= 2 ** (index + 1))]).toEqual([5, true])
  expect(node.p2p.hosts.registry.stateOf(A)).toBe('free')
})

test('stop() in the middle of a handshake ends it at once and frees the host', async () => {
  await using net = new LocalNet()
  await using a = await listenAt(net, A)
  const node = add(net, 1, [A])
  await net.run(node)
  await net.clock.runUntil(() => a.peers.length === 1)
  const startMs = net.clock.monotonicMs()
  await net.settle(node.p2p.stop())
  expect(net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2_000)
  expect([node.p2p.hosts.registry.stateOf(A), node.p2p.channels]).toEqual(['free', []])
})

test('of one network group two slots are the most, on localnet as many as there are', async () => {
  for (const localnet of [false, true]) {
    await using net = new LocalNet()
    const urls = [1, 2, 3, 4].map((host) => (localnet ? `tcp://127.0.0.1:${host}/` : `tcp://30.0.0.${host}:1/`))
    const listeners = await Promise.all(urls.map((url) => listenAt(net, url)))
    const node = net.add({ ...QUIET, inbound: [], externalAddrs: [], outboundConnections: 4, localnet })
    for (const url of urls) node.p2p.hosts.container.store(HostColor.White, url, 1_000)
    await net.run(node)
    await greetAll(net, ...listeners)
    await greetAll(net, ...listeners)
    expect([localnet, node.p2p.peerCount]).toEqual([localnet, localnet ? 4 : 2])
  }
})

test('the two peers connected longest are the first to come back to after a restart', async () => {
  await using net = new LocalNet()
  const urls = [40, 41, 42].map((host) => `tcp://${host}.0.0.1:1/`)
  const listeners = []
  const node = add(net, 3, [])
  await net.run(node)
  for (const url of urls) {
    listeners.push(await listenAt(net, url))
    node.p2p.hosts.insertFromPeer([{ url, lastSeenSec: 1 }], url)
    await greetAll(net, ...listeners)
    await net.clock.advance(1_000)
  }
  expect(node.p2p.peerCount).toBe(3)
  await net.settle(node.p2p.stop())
  // Others are better known by then.
  for (const url of [A, B]) node.p2p.hosts.container.store(HostColor.White, url, 2_000_000_000)
  const dialled: string[] = []
  node.p2p.dnet.switch(true)
  node.p2p.dnet.subscribe((event) => {
    if (event.event === 'outbound_slot_connecting') dialled.push(event.info.addr)
  })
  await net.run(node)
  expect(dialled.slice(0, 2)).toEqual(urls.slice(0, 2))
})

test('a protocol that cannot be made or started ends its channel, and nothing else', async () => {
  await using net = new LocalNet()
  await using a = await listenAt(net, A)
  await using b = await listenAt(net, B)
  const node = add(net, 2, [A, B])
  const fail = (): never => {
    throw new Error('no protocol')
  }
  node.p2p.protocols.register(SESSION_DEFAULT, ({ info }) => (info.url === A ? fail() : { start: fail }))
  await net.run(node)
  await greetAll(net, a, b)
  await net.clock.advance(2_000)
  expect([a.peers[0]!.isEnded, b.peers[0]!.isEnded, node.p2p.state]).toEqual([true, true, 'run'])
  const { registry } = node.p2p.hosts
  expect([registry.stateOf(A), [...registry.urlsIn('connected')]]).toEqual(['suspend', []])
  const logged = node.logger.records.filter(({ level }) => level === 'error').map(({ message }) => message)
  expect(new Set(logged)).toEqual(new Set(['Protocol failed']))
})

test('a dial that finds no network sends IPv6 hosts that come later to dark, for an hour', async () => {
  const clock = new ManualClock()
  const reached = new MemoryNetwork({ clock }).transport('20.0.0.1')
  const tcp: Transport = {
    ...reached,
    dial: (url, options) => {
      const unreachable = new NetError('NET_DIAL_FAILED', { url, reason: 'ENETUNREACH' })
      return url.includes('[') ? Promise.reject(unreachable) : reached.dial(url, options)
    },
  }
  await using node = P2p.create({ ...QUIET, outboundConnections: 1 }, { clock, transports: new Map([['tcp', tcp]]) })
  const { container } = node.hosts
  const colorAfterInsert = (url: string): HostColor | undefined => {
    node.hosts.insertFromPeer([{ url, lastSeenSec: clock.nowMs() / 1_000 }], A)
    return [HostColor.Grey, HostColor.Dark].find((color) => container.has(color, url))
  }
  container.store(HostColor.White, DEAD, 1_000)
  await node.start()
  void node.run()
  await clock.runUntil(() => node.hosts.registry.stateOf(DEAD) === 'suspend')
  expect(colorAfterInsert('tcp://[2a00:1::1]:1/')).toBe(HostColor.Grey)
  await clock.runUntil(() => node.hosts.registry.stateOf('tcp://[2a00:1::1]:1/') === 'suspend')
  expect([colorAfterInsert('tcp://[2a00:2::1]:1/'), colorAfterInsert(B)]).toEqual([HostColor.Dark, HostColor.Grey])
  await clock.advance(HOST_LIMITS.IPV6_UNREACHABLE_MS.value)
  expect(colorAfterInsert('tcp://[2a00:3::1]:1/')).toBe(HostColor.Grey)
})
