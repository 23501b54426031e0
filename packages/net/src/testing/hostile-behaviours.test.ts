import { expect, test } from 'vitest'
import { HostColor } from '../hosts/host-color.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import { AnnouncesItself, AnswersWith, Besieges, FloodsAddresses, KeepsAlive } from './hostile-behaviours.ts'
import { Simulation } from './simulation.ts'

const HOSTILE = 'tcp://150.1.0.1:26661/'
const URLS = Array.from({ length: 40 }, (_, index) => `tcp://150.${index}.0.2:26661/`)

test('who answers getaddr with its own addresses gets them into the grey list', async () => {
  await using simulation = new Simulation()
  simulation.addHostile(HOSTILE, [new KeepsAlive(), new AnswersWith(URLS)])
  const node = simulation.add({ seeds: [HOSTILE], outboundConnections: 8 })
  await simulation.advance(1_000)
  node.start()
  await simulation.advance(3_000)
  const grey = node.p2p!.hosts.container.entries(HostColor.Grey).map(({ url }) => url)
  expect(grey.length).toBeGreaterThanOrEqual(16)
  expect(URLS).toEqual(expect.arrayContaining(grey))
})

test('who floods a victim with addresses leaves others alone', async () => {
  await using simulation = new Simulation()
  const [victim, other] = [simulation.add({ outboundConnections: 0 }), simulation.add({ outboundConnections: 0 })]
  for (const node of [victim, other]) node.start()
  simulation.addHostile(HOSTILE, [
    new KeepsAlive(),
    new FloodsAddresses(URLS, { everyMs: 5_000, victim: victim.host }),
    new Besieges(victim.url, 1_000),
    new Besieges(other.url, 1_000),
  ])
  await simulation.advance(20_000)
  expect([victim, other].map(({ p2p }) => p2p!.peerCount)).toEqual([1, 1])
  expect([victim, other].map(({ p2p }) => p2p!.hosts.container.size(HostColor.Grey))).toEqual([URLS.length, 0])
})

test('who besieges a node is kept as a peer, and comes back when it is sent away', async () => {
  await using simulation = new Simulation()
  const node = simulation.add()
  node.start()
  const hosts = URLS.slice(0, 3).map((url) => simulation.addHostile(url, [new KeepsAlive(), new Besieges(node.url, 10_000)]))
  await simulation.advance(5 * 60_000)
  expect(node.p2p!.peers.map(({ info }) => info.session)).toEqual(hosts.map(() => SessionFlag.Inbound))
  const [first] = node.p2p!.peers
  void first!.stop()
  await simulation.advance(1_000)
  expect(node.p2p!.peerCount).toBe(2)
  await simulation.advance(30_000)
  expect(node.p2p!.peerCount).toBe(3)
})

test('who announces itself is in the grey list of the seed', async () => {
  await using simulation = new Simulation()
  const seed = simulation.addSeed({ greylistRefineryIntervalMs: 3_600_000 })
  seed.start()
  simulation.addHostile(HOSTILE, [new KeepsAlive(), new AnnouncesItself([seed.url], 10_000)])
  await simulation.advance(30_000)
  expect(seed.p2p!.hosts.container.entries(HostColor.Grey).map(({ url }) => url)).toEqual([HOSTILE])
})

test('who never answers becomes nobody’s peer', async () => {
  await using simulation = new Simulation()
  const silent = simulation.addHostile(HOSTILE, [])
  const node = simulation.add({ peers: [HOSTILE] })
  node.start()
  await simulation.advance(5_000)
  expect([silent.peers.size, node.p2p!.channels.length, node.p2p!.peerCount]).toEqual([1, 1, 0])
  await simulation.advance(15_000)
  expect(node.p2p!.channels).toEqual([])
})
