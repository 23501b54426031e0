/** How often a node that starts tells the seeds where it listens. */
import { expect, test } from 'vitest'
import { addr } from './messages/core-messages.ts'
import type { Settings } from './settings.ts'
import { LocalNet } from './testing/local-net.ts'
import { listenRaw } from './testing/raw-peer.ts'

const SEED = 'tcp://30.0.0.1:1/'

/** What a seed is told by a node that starts and runs: the addresses of each query. @param slowMs - how long it takes to greet */
async function announced(net: LocalNet, settings: Partial<Settings>, slowMs = 0): Promise<string[][]> {
  await using seed = await net.settle(listenRaw(net.network.transport('30.0.0.1'), SEED, { clock: net.clock }))
  const node = net.add({ seeds: [SEED], outboundConnections: 0, ...settings })
  const answer = async (nth: number): Promise<void> => {
    await net.clock.advance(1)
    const peer = seed.peers[nth]
    if (peer === undefined) return
    await net.clock.advance(slowMs)
    peer.greet()
    await net.clock.advance(1)
    peer.sendMessage(addr, { addrs: [] })
    await net.clock.advance(1)
    peer.stream.end()
  }
  const started = node.p2p.start()
  await answer(0)
  await net.settle(started)
  void node.p2p.run()
  await answer(1)
  await net.clock.advance(60_000)
  expect(node.p2p.state).toBe('run')
  return seed.peers.map((peer) => peer.valuesOf(addr).flatMap(({ addrs }) => addrs.map(([url]) => url)))
}

test('seeds are told once where that was in time', async () => {
  await using net = new LocalNet()
  expect(await announced(net, {})).toEqual([[net.urlOf(0)]])
})

test('seeds are not told of addresses whose scheme the wire does not tell', async () => {
  await using net = new LocalNet()
  const externalAddrs = ['ws://9.9.9.9:9/', net.urlOf(0), 'unix:///run/node.sock', 'socks5://9.9.9.9:9/a:1', 'nym://abc:1']
  expect(await announced(net, { externalAddrs })).toEqual([[net.urlOf(0), 'nym://abc:1/']])
})

test('seeds are told once more when the node listens long after they were', async () => {
  await using net = new LocalNet()
  expect(await announced(net, {}, 2_000)).toEqual([[net.urlOf(0)], [net.urlOf(0)]])
})

test('seeds are told once more when the port was not known', async () => {
  await using net = new LocalNet()
  const url = net.urlOf(0).replace(/:\d+\/$/, ':0/')
  const told = await announced(net, { inbound: [url], externalAddrs: [url] })
  expect(told).toEqual([[], [net.nodes[0]!.p2p.listenUrls[0]]])
  expect(told[1]![0]).toMatch(/:[1-9]\d*\/$/)
})

test('a node that does not listen tells the seeds once, however slow they are', async () => {
  await using net = new LocalNet()
  expect(await announced(net, { inbound: [], externalAddrs: [] }, 2_000)).toEqual([[]])
})
