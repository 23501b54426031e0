/** Source: docs/node.md, *Sessions*, seed. */
import { getEventListeners } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { addr } from '../messages/core-messages.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { listenRaw } from '../testing/raw-peer.ts'
import type { RawListener } from '../testing/raw-peer.ts'

const SEEDS = ['tcp://30.0.0.1:1/', 'tcp://31.0.0.1:1/'] as const

afterEach(() => {
  vi.restoreAllMocks()
})

const listenAt = (net: LocalNet, url: string): Promise<RawListener> =>
  net.settle(listenRaw(net.network.transport(url.slice(6, -3)), url, { clock: net.clock }))
const add = (net: LocalNet, seeds: readonly string[] = SEEDS): LocalNode =>
  net.add({ inbound: [], externalAddrs: [], outboundConnections: 0, seeds })

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
