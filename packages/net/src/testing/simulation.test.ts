import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HostColor } from '../hosts/host-color.ts'
import { AnnouncesItself, AnswersWith, Besieges, FloodsAddresses, KeepsAlive } from './hostile-behaviours.ts'
import type { Settings } from '../settings.ts'
import { publicUrl } from './memory-node.ts'
import { Simulation } from './simulation.ts'
import type { SimulationOptions } from './simulation.ts'
import type { SimulatedNode } from './simulated-node.ts'
import { filledSlots, graphFigures, peersOf } from './topology.ts'

const SMALL = { outboundConnections: 3, inboundConnections: 16 }
const MINUTE = 60_000

/** A seed and `count` nodes that know it, started within ten seconds. */
async function network(count: number, options: SimulationOptions = {}): Promise<Simulation & { nodes: SimulatedNode[] }> {
  const simulation = new Simulation(options)
  const seed = simulation.addSeed({ greylistRefineryIntervalMs: 1_000 })
  seed.start()
  await simulation.advance(1_000)
  const nodes = Array.from({ length: count }, () => simulation.add({ ...SMALL, seeds: [seed.url] }))
  simulation.startAll(nodes, 10_000)
  return simulation
}

const withoutSeed = ({ nodes }: Simulation): SimulatedNode[] => nodes.slice(1)
const isWhole = (simulation: Simulation): boolean =>
  graphFigures(withoutSeed(simulation)).largestComponent === simulation.nodes.length - 1

/** Everything a simulation can do at once. */
async function stormy(seed: number): Promise<string> {
  await using simulation = await network(12, { seed, isTraced: true, dialLoss: 0.1, breaksPerHour: 20 })
  simulation.churn(withoutSeed(simulation), { meanUpMs: 3 * MINUTE, meanDownMs: 20_000, deathShare: 0.5 })
  const urls = ['tcp://150.1.0.1:1/', 'tcp://150.1.0.2:1/']
  const [seedNode, victim] = simulation.nodes
  const behaviours = [
    new KeepsAlive(),
    new AnswersWith(urls),
    new FloodsAddresses(urls, { everyMs: 5_000 }),
    new Besieges(victim!.url, 5_000),
    new AnnouncesItself([seedNode!.url], MINUTE),
  ]
  for (const url of urls) simulation.addHostile(url, behaviours)
  simulation.addHostile('tcp://151.1.0.1:1/', [])
  await simulation.advance(4 * MINUTE)
  simulation.conditions.partition((host) => (host < '20.6' ? 0 : 1))
  await simulation.advance(2 * MINUTE)
  simulation.conditions.partition(undefined)
  await simulation.advance(2 * MINUTE)
  expect(simulation.trace!.events).toBeGreaterThan(2_000)
  return simulation.trace!.digest
}

test('a run of one seed is the same event by event, and another one of another seed', async () => {
  const first = await stormy(7)
  expect(await stormy(7)).toBe(first)
  expect(await stormy(8)).not.toBe(first)
})

test('nodes find each other through a seed, over links with latencies', async () => {
  await using simulation = await network(20)
  await simulation.advance(5 * MINUTE)
  expect(withoutSeed(simulation).map(filledSlots)).toEqual(Array.from({ length: 20 }, () => 3))
  expect(isWhole(simulation)).toBe(true)
  expect(simulation.traffic.byCommand.get('ping')!.messages).toBeGreaterThan(20 * 3 * 10)
  expect([...simulation.traffic.byCommand.keys()].sort()).toEqual(['addr', 'getaddr', 'ping', 'pong', 'verack', 'version'])
})

describe('a partition', () => {
  test('leaves no channel across, and heals', async () => {
    await using simulation = await network(12)
    await simulation.advance(3 * MINUTE)
    const sideOf = (host: string): number => Number(host.split('.')[1]) % 2
    const across = (): number => {
      const nodes = withoutSeed(simulation)
      return peersOf(nodes).flatMap((peers, index) =>
        peers.filter((peer) => sideOf(nodes[peer]!.host) !== sideOf(nodes[index]!.host)),
      ).length
    }
    expect(across()).toBeGreaterThan(0)
    simulation.conditions.partition(sideOf)
    await simulation.advance(3 * MINUTE)
    expect(across()).toBe(0)
    simulation.conditions.partition(undefined)
    await simulation.advance(30 * MINUTE)
    expect(withoutSeed(simulation).map(filledSlots)).toEqual(Array.from({ length: 12 }, () => 3))
  })

  test('that is short breaks nothing', async () => {
    await using simulation = await network(6)
    await simulation.advance(3 * MINUTE)
    const channels = (): number[] => simulation.nodes.flatMap(({ p2p }) => p2p!.peers.map(({ info }) => info.id))
    const before = channels()
    simulation.conditions.partition((host) => Number(host.split('.')[1]) % 2)
    await simulation.advance(5_000)
    simulation.conditions.partition(undefined)
    await simulation.advance(MINUTE)
    expect(channels()).toEqual(before)
  })
})

describe('a node', () => {
  test('that leaves comes back with its lists', async () => {
    await using simulation = await network(8)
    await simulation.advance(5 * MINUTE)
    const node = simulation.nodes[3]!
    const gold = (): string[] =>
      node
        .p2p!.hosts.container.entries(HostColor.Gold)
        .map(({ url }) => url)
        .toSorted()
    const known = gold()
    expect(known).toHaveLength(3)
    void node.leave()
    expect(node.p2p).toBeUndefined()
    await simulation.advance(MINUTE)
    expect(simulation.nodes.filter(({ p2p }) => p2p?.peers.some(({ info }) => info.url === node.url))).toEqual([])
    node.start()
    expect(gold()).toEqual(known)
    await simulation.advance(MINUTE)
    expect([node.starts, filledSlots(node)]).toEqual([2, 3])
  })

  test('that dies is noticed by missing pongs alone', async () => {
    await using simulation = await network(8)
    await simulation.advance(5 * MINUTE)
    const node = simulation.nodes[3]!
    const holders = (): number =>
      simulation.nodes.filter(({ p2p }) => p2p?.peers.some(({ info }) => info.url === node.url)).length
    expect(holders()).toBeGreaterThan(0)
    const before = holders()
    void node.die()
    await simulation.advance(10_000)
    expect(holders()).toBe(before)
    await simulation.advance(MINUTE)
    expect(holders()).toBe(0)
    node.start()
    await simulation.advance(MINUTE)
    expect(filledSlots(node)).toBe(3)
  })

  test('that all have left for an hour, seed and peers, keeps its hosts, and has peers within a minute of their return', async () => {
    await using simulation = await network(4)
    await simulation.clock.runUntil(() => isWhole(simulation), 5 * MINUTE)
    const [seed, left, ...others] = simulation.nodes
    const gone = [seed!, ...others]
    await Promise.all([...gone.map((node) => node.leave()), simulation.advance(MINUTE)])
    await simulation.advance(60 * MINUTE)
    expect(left!.p2p!.peers).toEqual([])
    const { hosts } = left!.p2p!
    expect(hosts.container.size(HostColor.Grey) + hosts.container.size(HostColor.White)).toBeGreaterThan(0)
    for (const node of gone) node.start()
    await simulation.clock.runUntil(() => left!.p2p!.peers.length > 0, MINUTE)
  })

  test('that is stopped before it came up does not come up', async () => {
    await using simulation = await network(2)
    await simulation.advance(MINUTE)
    const node = simulation.nodes[1]!
    void node.leave()
    node.start()
    void node.leave()
    await simulation.advance(MINUTE)
    expect([node.p2p, simulation.network.linkCount]).toEqual([undefined, 0])
  })
})

test('churn lets nodes leave and come back, as often as it is told', async () => {
  await using simulation = await network(20)
  simulation.churn(withoutSeed(simulation), { meanUpMs: 9 * MINUTE, meanDownMs: MINUTE, deathShare: 0.3 })
  await simulation.advance(60 * MINUTE)
  const starts = withoutSeed(simulation).reduce((sum, node) => sum + node.starts, 0)
  // 20 nodes, 6 rounds of ten minutes each, and the first start.
  expect(starts).toBeGreaterThan(100)
  expect(starts).toBeLessThan(190)
  await simulation.calm()
  for (const node of withoutSeed(simulation)) node.start()
  await simulation.advance(10 * MINUTE)
  expect(isWhole(simulation)).toBe(true)
})

test('links break, and dials are lost, at the rates that are set', async () => {
  await using simulation = await network(20, { breaksPerHour: 2, dialLoss: 0.2, isTraced: true })
  await simulation.advance(60 * MINUTE)
  const { dials, connections } = simulation.network.counts
  expect(1 - connections / dials).toBeGreaterThan(0.15)
  expect(1 - connections / dials).toBeLessThan(0.4)
  // Some 60 links twice an hour: as many connections beyond the first ones.
  expect(connections).toBeGreaterThan(150)
})

test('stop() at any moment leaves nothing open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 1_000 }), async (atMs, seed) => {
      const simulation = await network(6, { seed, dialLoss: 0.1, breaksPerHour: 100 })
      simulation.churn(withoutSeed(simulation), { meanUpMs: 10_000, meanDownMs: 5_000, deathShare: 0.5 })
      const behaviours = [new KeepsAlive(), new Besieges(simulation.nodes[1]!.url, 1_000)]
      simulation.addHostile('tcp://150.1.0.1:1/', behaviours)
      await simulation.advance(atMs)
      await simulation.stop()
      expect([simulation.network.openHandles, simulation.clock.pendingTimers]).toEqual([0, 0])
    }),
    { numRuns: 15 },
  )
})

test('a failure of a node fails the run', async () => {
  const simulation = new Simulation()
  const node = simulation.add({ inbound: ['quic://1.2.3.4:1'] })
  node.start()
  await expect(simulation.advance(1_000)).rejects.toMatchObject({ code: 'NET_SCHEME_UNSUPPORTED' })
})

test.each([{ localnet: true }, { localnet: false }])(
  'nodes that come late find a small network whose slots are all taken, %j',
  async (settings) => {
    await using simulation = new Simulation()
    // On localnet the port tells nodes apart.
    const at = (): Partial<Settings> => {
      const index = simulation.nodes.length
      const url = publicUrl(index).replace(/:\d+/, `:${30_000 + index}`)
      return { ...settings, inbound: [url], externalAddrs: [url] }
    }
    const { inbound: seeds } = at()
    simulation.addSeed({ ...at(), externalAddrs: [], greylistRefineryIntervalMs: 1_000 }).start()
    const add = (count: number): SimulatedNode[] =>
      Array.from({ length: count }, () =>
        simulation.add({ ...at(), seeds: seeds!, outboundConnections: 4, inboundConnections: 4 }),
      )
    const early = add(5)
    simulation.startAll(early, 1_000)
    await simulation.advance(5 * MINUTE)
    // Each pair has dialled each other: nobody looks for more, and nobody has room.
    expect(early.map(({ p2p }) => p2p!.peerCount)).toEqual(Array<number>(5).fill(8))
    const late = add(6)
    simulation.startAll(late, 1_000)
    await simulation.advance(10 * MINUTE)
    expect(graphFigures([...early, ...late]).largestComponent).toBe(11)
  },
)
