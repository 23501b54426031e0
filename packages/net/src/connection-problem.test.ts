/** Why there is no peer, asked of nodes on a memory network. */
import { describe, expect, test } from 'vitest'
import type { ConnectionProblem } from './connection-problem.ts'
import { NetError } from './errors.ts'
import { HostColor } from './hosts/host-color.ts'
import { P2p } from './p2p.ts'
import type { Settings } from './settings.ts'
import { LocalNet } from './testing/local-net.ts'
import type { LocalNode } from './testing/local-net.ts'
import type { DialFate } from './transports/memory.ts'
import type { Transport } from './transports/transport.ts'

/** No dial is answered, by default: as a node that only connects. */
const ALONE: Partial<Settings> = { inbound: [], externalAddrs: [], outboundConnections: 2 }
const FIRST = 'tcp://30.0.0.1:1/'
const SECOND = 'tcp://31.0.0.1:1/'
const MINUTE_MS = 60_000

const problemOf = ({ p2p }: LocalNode): ConnectionProblem | undefined => p2p.status.problem

/** Runs a node and waits until it says something else than that it is starting. */
async function settled(net: LocalNet, settings: Partial<Settings>, hosts: readonly string[] = []): Promise<LocalNode> {
  const node = net.add({ ...ALONE, ...settings })
  for (const url of hosts) node.p2p.hosts.container.store(HostColor.White, url, 1_000)
  await net.run(node)
  await net.clock.runUntil(() => problemOf(node)?.kind !== 'starting')
  return node
}

/** A node on the net whose dials all end with `error`, as a broken network ends them. */
async function cutOff(net: LocalNet, error: (url: string) => NetError, settings: Partial<Settings>): Promise<P2p> {
  const dial: Transport['dial'] = (url) => Promise.reject(error(url))
  const transport: Transport = { dial, listen: () => Promise.reject(new Error('nobody listens')) }
  const p2p = P2p.create({ ...ALONE, ...settings }, { clock: net.clock, transports: new Map([['tcp', transport]]) })
  await net.settle(p2p.start())
  void p2p.run()
  await net.clock.runUntil(() => p2p.status.problem?.kind !== 'starting')
  return p2p
}

describe('a node without a peer says that', () => {
  test('it knows nobody, with neither seeds nor peers', async () => {
    await using net = new LocalNet()
    expect(problemOf(await settled(net, {}))).toEqual({ kind: 'no_seeds_no_peers' })
  })

  test('it only waits for others, or cannot have any', async () => {
    await using net = new LocalNet()
    const waiting = net.add({ outboundConnections: 0 })
    const closed = net.add({ ...ALONE, outboundConnections: 0 })
    await net.run(waiting)
    await net.run(closed)
    expect([problemOf(waiting), problemOf(closed)]).toEqual([{ kind: 'listen_only' }, { kind: 'no_way' }])
  })

  test.each<[string, DialFate, string]>([
    ['refuse', 'refused', 'refused'],
    ['do not answer in time', 'lost', 'timeout'],
  ])('its seeds %s', async (_, fate, cause) => {
    await using net = new LocalNet({ fateOf: () => fate })
    const problem = problemOf(await settled(net, { seeds: [FIRST, SECOND] }))
    expect(problem).toMatchObject({ kind: 'seeds_failed', cause, failures: [{ url: FIRST }, { url: SECOND }] })
  })

  test('its seeds fail, each for another reason', async () => {
    await using net = new LocalNet({ fateOf: (_from, url) => (url === FIRST ? 'lost' : 'refused') })
    expect(problemOf(await settled(net, { seeds: [FIRST, SECOND] }))).toMatchObject({ kind: 'seeds_failed', cause: 'mixed' })
  })

  test('it asks its seeds, until they have answered', async () => {
    await using net = new LocalNet({ fateOf: () => 'lost' })
    const { p2p } = net.add({ ...ALONE, seeds: [FIRST] })
    const starting = p2p.start()
    await net.clock.advance(1_000)
    expect([p2p.state, p2p.status.problem]).toEqual(['start', { kind: 'starting', waitsFor: 'seeds' }])
    expect(p2p.status.seeds).toEqual([[FIRST, { at: 'asking', atMs: net.clock.nowMs() - 1_000, before: undefined }]])
    await net.settle(starting)
  })

  test('its seeds answered and know nobody, and goes on saying so while they are asked again', async () => {
    await using net = new LocalNet()
    const seed = net.addSeed()
    await net.run(seed)
    const node = await settled(net, { seeds: [seed.url] })
    const kinds = new Set<string | undefined>()
    const endMs = net.clock.monotonicMs() + MINUTE_MS
    await net.clock.runUntil(() => {
      kinds.add(problemOf(node)?.kind)
      return net.clock.monotonicMs() >= endMs
    })
    expect([...kinds]).toEqual(['no_hosts'])
    expect(node.p2p.status.seeds).toMatchObject([[seed.url, { at: 'answered', hosts: 0 }]])
  })

  test('no host that it dials can be reached, also after they have left the lists', async () => {
    await using net = new LocalNet({ fateOf: () => 'refused' })
    const node = await settled(net, {}, [FIRST, SECOND])
    await net.clock.runUntil(() => node.p2p.status.slots.every(({ failure }) => failure !== undefined))
    const failing = { kind: 'dials_fail', cause: 'refused' }
    expect(problemOf(node)).toMatchObject(failing)
    for (const color of [HostColor.White, HostColor.Grey]) {
      for (const { url } of node.p2p.hosts.container.entries(color)) node.p2p.hosts.container.remove(color, url)
    }
    expect(problemOf(node)).toMatchObject(failing)
  })

  test('its peers cannot be reached', async () => {
    await using net = new LocalNet({ fateOf: () => 'refused' })
    const failing = { kind: 'peers_fail', cause: 'refused', failures: [{ url: FIRST }] }
    expect(problemOf(await settled(net, { peers: [FIRST], outboundConnections: 0 }))).toMatchObject(failing)
    expect(problemOf(await settled(net, { peers: [FIRST] }))).toMatchObject(failing)
  })

  test('all that its seeds tell is banned', async () => {
    await using net = new LocalNet()
    const seed = net.addSeed()
    const known = net.add()
    seed.p2p.hosts.container.store(HostColor.White, known.url, 1_000)
    await net.run(seed)
    const node = net.add({ ...ALONE, seeds: [seed.url] })
    node.p2p.hosts.banByOperator(known.url, { durationMs: MINUTE_MS })
    await net.run(node)
    await net.clock.runUntil(() => problemOf(node)?.kind !== 'starting')
    expect(problemOf(node)).toEqual({ kind: 'all_banned', bans: 1 })
  })

  test('all that it has on its lists is banned', async () => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    node.p2p.hosts.container.store(HostColor.White, FIRST, 1_000)
    node.p2p.hosts.bans.add(FIRST, { durationMs: MINUTE_MS })
    await net.run(node)
    expect(problemOf(node)).toEqual({ kind: 'all_banned', bans: 1 })
  })

  test('what it knows is reached over what it does not use', async () => {
    await using net = new LocalNet()
    const node = net.add(ALONE)
    await net.run(node)
    node.p2p.hosts.container.store(HostColor.Dark, 'tor://x.onion:1/', Math.floor(net.clock.nowMs() / 1000))
    expect(problemOf(node)).toEqual({ kind: 'not_dialable' })
  })

  test.each<[string, Partial<Settings>, string]>([
    ['network', { magicBytes: Uint8Array.of(1, 2, 3, 4) }, 'other_network'],
    ['application', { appName: 'other' }, 'other_version'],
    ['version', { appVersion: { major: 9n, minor: 0n, patch: 0n, pre: '', build: '' } }, 'other_version'],
  ])('those who answer are of another %s', async (_, settings, cause) => {
    await using net = new LocalNet()
    const other = net.addSeed(settings)
    await net.run(other)
    const failing = { kind: 'wrong_network', cause, failures: [{ url: other.url }] }
    expect(problemOf(await settled(net, { seeds: [other.url] }))).toMatchObject(failing)
    expect(problemOf(await settled(net, {}, [other.url]))).toMatchObject(failing)
  })

  test('the computer has no network, when nothing leads anywhere', async () => {
    await using net = new LocalNet()
    const reasons = new Map([
      [FIRST, 'ENETUNREACH'],
      [SECOND, 'EAI_AGAIN'],
    ])
    const broken = (url: string): NetError => new NetError('NET_DIAL_FAILED', { url, reason: reasons.get(url)! })
    await using p2p = await cutOff(net, broken, { seeds: [FIRST, SECOND] })
    expect(p2p.status.problem).toMatchObject({ kind: 'offline', cause: 'unreachable' })
  })

  test('its proxy does not serve', async () => {
    await using net = new LocalNet()
    const broken = (url: string): NetError =>
      new NetError('NET_PROXY_UNREACHABLE', { url, proxy: 'socks5://127.0.0.1:9050/', reason: 'ECONNREFUSED' })
    await using p2p = await cutOff(net, broken, { seeds: [FIRST], peers: [SECOND] })
    expect(p2p.status.problem).toMatchObject({ kind: 'proxy_fails', cause: 'proxy' })
  })

  test.each([
    ['ENOTFOUND', 'not_resolvable'],
    ['a reason of its own', 'other'],
  ])('its seed failed with %s', async (reason, cause) => {
    await using net = new LocalNet()
    await using p2p = await cutOff(net, (url) => new NetError('NET_DIAL_FAILED', { url, reason }), { seeds: [FIRST] })
    expect(p2p.status.problem).toMatchObject({ kind: 'seeds_failed', cause })
  })
})

test('there is no problem with a peer, and what failed before is none once it has gone', async () => {
  await using net = new LocalNet({ fateOf: (_from, url) => (url === SECOND ? 'refused' : 'open') })
  const peer = net.add({ outboundConnections: 0 })
  await net.run(peer)
  const node = net.add(ALONE)
  node.p2p.hosts.container.store(HostColor.White, SECOND, 1_000)
  node.p2p.hosts.container.store(HostColor.White, peer.url, 1_000)
  await net.run(node)
  await net.clock.runUntil(() => node.p2p.peerCount === 1 && node.p2p.status.dialFailures.length > 0)
  expect(node.p2p.status).toMatchObject({ problem: undefined, dialFailures: [{ url: SECOND, session: 'outbound' }] })
  await net.clock.advance(1)
  await net.settle(peer.p2p.stop())
  await net.clock.runUntil(() => node.p2p.peerCount === 0)
  expect(problemOf(node)).not.toMatchObject({ failures: [{ url: SECOND }] })
})
