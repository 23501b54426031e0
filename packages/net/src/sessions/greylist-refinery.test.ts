/** Source: docs/node.md, *Sessions*, refine, and *Lilith's configuration*. */
import assert from 'node:assert/strict'
import { describe, expect, test, vi } from 'vitest'
import { SeededRandom } from '@dchat/system'
import { HostColor } from '../hosts/host-color.ts'
import { NetError } from '../errors.ts'
import { P2p } from '../p2p.ts'
import type { Settings } from '../settings.ts'
import type { Transport } from '../transports/transport.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { listenRaw } from '../testing/raw-peer.ts'
import type { RawListener } from '../testing/raw-peer.ts'

const ALIVE = 'tcp://30.0.0.1:1/'
const SILENT = 'tcp://31.0.0.1:1/'
const DEAD = 'tcp://32.0.0.1:1/'

/** A node that refines every 15 s; it has one peer, so it is online, unless it is told otherwise. */
class World implements AsyncDisposable {
  readonly net = new LocalNet()
  node!: LocalNode
  alive!: RawListener
  silent!: RawListener

  static async open(settings: Partial<Settings> = {}, isOnline = true): Promise<World> {
    const world = new World()
    const { net } = world
    world.alive = await world.#listen(ALIVE)
    world.silent = await world.#listen(SILENT)
    const friend = net.add({ outboundConnections: 0, greylistRefineryIntervalMs: 3_600_000 })
    await net.run(friend)
    world.node = net.add({
      inbound: [],
      externalAddrs: [],
      outboundConnections: 0,
      peers: isOnline ? [friend.url] : [],
      ...settings,
    })
    await net.run(world.node)
    if (isOnline) await net.clock.runUntil(() => world.node.p2p.peerCount === 1)
    return world
  }

  #listen(url: string): Promise<RawListener> {
    return this.net.settle(listenRaw(this.net.network.transport(url.slice(6, -3)), url, { clock: this.net.clock }))
  }

  get hosts(): LocalNode['p2p']['hosts'] {
    return this.node.p2p.hosts
  }

  /** The probed host greets back. */
  async greet(): Promise<void> {
    await this.net.clock.runUntil(() => this.alive.peers.some(({ commands }) => commands.length === 1))
    this.alive.peers.at(-1)!.greet()
    await this.net.clock.advance(1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.net.stop()
    for (const listener of [this.alive, this.silent]) for (const peer of listener.peers) assert(peer.isEnded)
  }
}

describe('a grey host', () => {
  test('that greets back becomes white, seen now', async () => {
    await using world = await World.open()
    world.hosts.container.store(HostColor.Grey, ALIVE, 1)
    await world.greet()
    const nowSec = Math.floor(world.net.clock.nowMs() / 1000)
    expect(world.hosts.container.entries(HostColor.White)).toEqual([{ url: ALIVE, lastSeenSec: nowSec }])
    await world.net.clock.runUntil(() => world.hosts.registry.stateOf(ALIVE) === 'free')
    expect(world.alive.peers[0]!.commands).toEqual(['version', 'verack'])
    expect(world.node.p2p.peerCount).toBe(1)
  })

  test('that is not there is removed', async () => {
    await using world = await World.open()
    world.hosts.container.store(HostColor.Grey, DEAD, 1)
    await world.net.clock.advance(15_000)
    expect([world.hosts.container.colorOf(DEAD), world.hosts.registry.stateOf(DEAD)]).toEqual([undefined, 'free'])
  })

  test('that says nothing is removed after 5 s', async () => {
    await using world = await World.open()
    world.hosts.container.store(HostColor.Grey, SILENT, 1)
    await world.net.clock.runUntil(() => world.silent.peers.length === 1)
    await world.net.clock.advance(4_900)
    expect([world.hosts.container.colorOf(SILENT), world.hosts.registry.stateOf(SILENT)]).toEqual([HostColor.Grey, 'refine'])
    await world.net.clock.advance(2_200)
    expect([world.hosts.container.colorOf(SILENT), world.hosts.registry.stateOf(SILENT)]).toEqual([undefined, 'free'])
  })

  test('that an outbound slot has suspended is tried too', async () => {
    await using world = await World.open()
    world.hosts.container.store(HostColor.Grey, ALIVE, 1)
    world.hosts.registry.move(ALIVE, 'move')
    world.hosts.registry.move(ALIVE, 'suspend')
    await world.greet()
    expect(world.hosts.container.colorOf(ALIVE)).toBe(HostColor.White)
  })

  test('that somebody works on is left alone', async () => {
    await using world = await World.open()
    world.hosts.container.store(HostColor.Grey, DEAD, 1)
    world.hosts.registry.move(DEAD, 'connect')
    await world.net.clock.advance(100_000)
    expect([world.hosts.container.colorOf(DEAD), world.hosts.registry.stateOf(DEAD)]).toEqual([HostColor.Grey, 'connect'])
  })

  test('of a scheme that we do not dial is left alone', async () => {
    await using world = await World.open()
    const url = 'tcp+tls://32.0.0.1:1/'
    world.hosts.container.store(HostColor.Grey, url, 1)
    await world.net.clock.advance(100_000)
    expect(world.hosts.container.colorOf(url)).toBe(HostColor.Grey)
  })

  test('one an interval is tried', async () => {
    await using world = await World.open()
    for (let index = 0; index < 5; index += 1) world.hosts.container.store(HostColor.Grey, `tcp://33.0.0.${index}:1/`, 1)
    for (let left = 4; left >= 0; left -= 1) {
      await world.net.clock.advance(15_000)
      expect(world.hosts.container.size(HostColor.Grey)).toBe(left)
    }
  })
})

test('a host that somebody takes as soon as its probe has closed stays his', async () => {
  await using world = await World.open()
  world.hosts.container.store(HostColor.Grey, ALIVE, 1)
  const { registry } = world.hosts
  const move = registry.move.bind(registry)
  const spy = vi.spyOn(registry, 'move').mockImplementation((url, to, held) => {
    move(url, to, held)
    if (url !== ALIVE || to !== 'free') return
    spy.mockRestore()
    move(ALIVE, 'connect')
  })
  await world.greet()
  await world.net.clock.runUntil(() => world.hosts.container.colorOf(ALIVE) === HostColor.White)
  expect(registry.stateOf(ALIVE)).toBe('connect')
})

describe('a node without a peer', () => {
  test('refines for 30 s, then stops and frees what is suspended', async () => {
    await using world = await World.open({}, false)
    for (let index = 0; index < 5; index += 1) world.hosts.container.store(HostColor.Grey, `tcp://33.0.0.${index}:1/`, 1)
    await world.net.clock.advance(20_000)
    expect(world.hosts.container.size(HostColor.Grey)).toBe(4)
    world.hosts.registry.move(DEAD, 'move')
    world.hosts.registry.move(DEAD, 'suspend')
    await world.net.clock.advance(200_000)
    expect([world.hosts.container.size(HostColor.Grey), world.hosts.registry.stateOf(DEAD)]).toEqual([4, 'free'])
  })
})

describe('the white list of a seed', () => {
  const SEED = { whitelistRefineryIntervalMs: 20_000, greylistRefineryIntervalMs: 3_600_000 }

  test('has the host seen longest ago tried: seen now when it answers', async () => {
    await using world = await World.open(SEED)
    world.hosts.container.store(HostColor.White, ALIVE, 1)
    world.hosts.container.store(HostColor.White, DEAD, 2)
    await world.greet()
    expect(world.hosts.container.lastSeenOf(HostColor.White, ALIVE)).toBe(Math.floor(world.net.clock.nowMs() / 1000))
    await world.net.clock.advance(20_000)
    expect([world.hosts.container.colorOf(ALIVE), world.hosts.container.colorOf(DEAD)]).toEqual([HostColor.White, HostColor.Grey])
  })
})

test('a proxy of ours that is down costs no host its place', async () => {
  const net = new LocalNet()
  const friend = net.add({ outboundConnections: 0 })
  await net.run(friend)
  const down: Transport = {
    dial: (url) =>
      Promise.reject(new NetError('NET_PROXY_UNREACHABLE', { url, proxy: 'socks5://127.0.0.1:9050/', reason: 'ECONNREFUSED' })),
    listen: () => Promise.reject(new Error('not asked for')),
  }
  await using node = P2p.create(
    { peers: [friend.url], outboundConnections: 1, activeProfiles: ['tcp', 'tor'] },
    {
      clock: net.clock,
      random: new SeededRandom(1),
      transports: new Map([
        ['tcp', net.network.transport('40.0.0.1')],
        ['tor', down],
      ]),
    },
  )
  await net.settle(node.start())
  void node.run()
  const { container, registry } = node.hosts
  const onion = 'tor://25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion:1/'
  container.store(HostColor.White, ALIVE.replace('tcp', 'tor'), 1)
  container.store(HostColor.Grey, onion, 1)
  await net.clock.advance(600_000)
  expect([container.colorOf(onion), container.colorOf(ALIVE.replace('tcp', 'tor'))]).toEqual([HostColor.Grey, HostColor.Grey])
  expect(['free', 'suspend']).toContain(registry.stateOf(onion))
  await net.settle(node.stop())
  await net.stop()
})

test('stop() ends a probe at once', async () => {
  await using world = await World.open()
  world.hosts.container.store(HostColor.Grey, SILENT, 1)
  await world.net.clock.runUntil(() => world.silent.peers.length === 1)
  const startMs = world.net.clock.monotonicMs()
  await world.net.settle(world.node.p2p.stop())
  expect(world.net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2_000)
  expect(world.hosts.container.colorOf(SILENT)).toBe(HostColor.Grey)
})
