/** Source: docs/node.md, *Sessions*, seed. */
import { getEventListeners } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { addr } from '../messages/core-messages.ts'
import { DEFAULT_PROFILE } from '../settings.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { handshakeFrames } from '../testing/frames.ts'
import { listenRaw } from '../testing/raw-peer.ts'
import type { RawListener } from '../testing/raw-peer.ts'
import type { TransportStream } from '../transports/transport.ts'

const ALONE = { inbound: [], externalAddrs: [], outboundConnections: 0 }
const SEEDS = ['tcp://30.0.0.1:1/', 'tcp://31.0.0.1:1/'] as const

afterEach(() => {
  vi.restoreAllMocks()
})

const listenAt = (net: LocalNet, url: string): Promise<RawListener> =>
  net.settle(listenRaw(net.network.transport(url.slice(6, -3)), url, { clock: net.clock }))
const add = (net: LocalNet, seeds: readonly string[] = SEEDS): LocalNode => net.add({ ...ALONE, seeds })

test('all seeds are queried side by side, and every channel is gone in the end', async () => {
  await using net = new LocalNet()
  await using first = await listenAt(net, SEEDS[0])
  await using second = await listenAt(net, SEEDS[1])
  const node = add(net)
  let isStarted = false
  const started = node.p2p.start().then(() => (isStarted = true))
  await net.clock.advance(1)
  expect(node.p2p.channels.map(({ info }) => info.url).toSorted()).toEqual(SEEDS)
  for (const { peers } of [first, second]) peers[0]!.greet()
  await net.clock.advance(1)
  expect([node.p2p.peerCount, node.p2p.connectedChannels.length]).toEqual([0, 2])
  for (const { peers } of [first, second]) peers[0]!.sendMessage(addr, { addrs: [['tcp://8.8.8.8:8/', 1n]] })
  await net.clock.advance(1)
  expect([isStarted, node.p2p.channels]).toEqual([true, []])
  await started
})

test('a seed that is being queried is not queried twice', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net, SEEDS[0])
  const node = add(net, [SEEDS[0]])
  const started = node.p2p.start()
  await net.clock.advance(1)
  await net.settle(node.p2p.seed())
  expect(listener.peers).toHaveLength(1)
  await net.settle(started)
  void node.p2p.seed()
  await net.clock.advance(1)
  expect(listener.peers).toHaveLength(2)
})

test('a query that is under way is joined', async () => {
  await using net = new LocalNet()
  await using first = await listenAt(net, SEEDS[0])
  const node = add(net, [SEEDS[0]])
  await net.run(node)
  const ended: string[] = []
  void node.p2p.seed().then(() => ended.push('one'))
  await net.clock.advance(1_000)
  void node.p2p.seed().then(() => ended.push('other'))
  await net.clock.advance(1_000)
  expect([ended, first.peers.length]).toEqual([[], 2])
  first.peers[1]!.greet()
  await net.clock.advance(1)
  first.peers[1]!.sendMessage(addr, { addrs: [] })
  await net.clock.advance(1)
  expect([ended, first.peers.length]).toEqual([['one', 'other'], 2])
})

test('every query ends in time, whatever the seed does not do', async () => {
  // Dial, version exchange and answer take as long as they may, and the close would take two seconds more.
  await using net = new LocalNet({ latencyMs: 5_900 })
  const [url] = SEEDS
  const streams: TransportStream[] = []
  const listening = await net.settle(
    net.network.transport('30.0.0.1').listen(url, (stream) => {
      streams.push(stream)
      net.clock.setTimer(9_900, () => stream.write(handshakeFrames()))
    }),
  )
  const profile = { ...DEFAULT_PROFILE, outboundConnectTimeoutMs: 12_000, channelHandshakeTimeoutMs: 10_000 }
  const node = net.add({ ...ALONE, seeds: [url], profiles: new Map([['tcp', profile]]) })
  const startMs = net.clock.monotonicMs()
  await net.settle(node.p2p.start())
  const tookMs = net.clock.monotonicMs() - startMs
  expect([streams.length, node.p2p.channels]).toEqual([1, []])
  expect(tookMs).toBeGreaterThan(31_000)
  expect(tookMs).toBeLessThanOrEqual(12_000 + 2 * 10_000)
  streams[0]!.destroy()
  await listening.close()
})

test('a seed is asked although it is suspended, and not while somebody else works on it', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net, SEEDS[0])
  const node = add(net, [])
  await net.run(node)
  await node.p2p.reload({ seeds: [SEEDS[0]] })
  const { registry } = node.p2p.hosts
  registry.move(SEEDS[0], 'refine')
  await net.settle(node.p2p.seed())
  expect([listener.peers.length, registry.stateOf(SEEDS[0])]).toEqual([0, 'refine'])
  registry.move(SEEDS[0], 'move')
  registry.move(SEEDS[0], 'suspend')
  void node.p2p.seed()
  await net.clock.advance(1)
  expect([listener.peers.length, registry.stateOf(SEEDS[0])]).toEqual([1, 'connect'])
})

test('seed() of a node that is not started is refused', async () => {
  await using net = new LocalNet()
  const node = add(net)
  await expect(node.p2p.seed()).rejects.toMatchObject({ code: 'NET_STOPPED' })
  await net.run(node)
  await net.settle(node.p2p.stop())
  await expect(node.p2p.seed()).rejects.toMatchObject({ code: 'NET_STOPPED' })
})

test('stop() ends a query at once', async () => {
  await using net = new LocalNet()
  await using listener = await listenAt(net, SEEDS[0])
  const node = add(net, [SEEDS[0]])
  const started = node.p2p.start().catch((error: unknown) => error)
  await net.clock.runUntil(() => listener.peers.length === 1)
  const startMs = net.clock.monotonicMs()
  await net.settle(node.p2p.stop())
  expect(net.clock.monotonicMs() - startMs).toBeLessThanOrEqual(2_000)
  expect(await started).toMatchObject({ code: 'NET_STOPPED' })
  expect([listener.peers[0]!.isEnded, node.p2p.hosts.registry.stateOf(SEEDS[0])]).toEqual([true, 'free'])
})

test('queries leave no listener behind, whether they fail or not', async () => {
  const signals = new Set<AbortSignal>()
  const { prototype } = AbortController
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'signal') as { get: () => AbortSignal }
  vi.spyOn(prototype, 'signal', 'get').mockImplementation(function remember(this: AbortController) {
    const signal = get.call(this)
    signals.add(signal)
    return signal
  })
  await using net = new LocalNet()
  await using listener = await listenAt(net, SEEDS[0])
  const node = add(net, SEEDS)
  await net.run(node)
  const count = (): number =>
    [...signals].filter(({ aborted }) => !aborted).reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0)
  await net.settle(node.p2p.seed())
  const before = count()
  for (let round = 0; round < 5; round += 1) await net.settle(node.p2p.seed())
  expect(listener.peers).toHaveLength(7)
  expect(count()).toBe(before)
})
