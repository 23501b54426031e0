import { HostColor } from '@dchat/net'
import { LocalNet } from '@dchat/net/testing'
import { METHODS, isOfSchema } from '@dchat/rpc/schemas'
import { expect, test } from 'vitest'
import { netStatusOf } from './net-status.ts'

const GONE = 'tcp://30.0.0.1:1/'
const LOST = 'tcp://31.0.0.1:1/'
const REFUSED = 'connection refused, nothing listens there'
const REST = { hosts: { grey: 0, white: 0, gold: 0, black: 0, dark: 0 }, bans: [] }
const QUIET = { greylistRefineryIntervalMs: 3_600_000 }

test('a node that finds nobody tells what each part of it is at, as the contract has it', async () => {
  await using net = new LocalNet({ fateOf: (_from, url) => (url === LOST ? 'lost' : 'open') })
  const seed = net.addSeed()
  await net.run(seed)
  const settings = { ...QUIET, externalAddrs: [], seeds: [seed.url, LOST], peers: [GONE], outboundConnections: 1 }
  const { p2p } = net.add(settings)
  const tell = () => netStatusOf(p2p, net.clock)
  const starting = p2p.start()
  const beganMs = net.clock.nowMs()
  await net.clock.advance(1)
  expect(tell()).toMatchObject({
    problem: { kind: 'starting' },
    discovery: { state: 'off', attempt: 0, next: null },
    seeds: [
      { url: seed.url, state: 'answered', hosts: 0, reason: null },
      { url: LOST, state: 'asking', at: beganMs, hosts: null, reason: null },
    ],
  })
  await net.settle(starting)
  void p2p.run()
  await net.clock.runUntil(() => p2p.status.manual[0]?.at === 'waiting')
  const told = tell()
  expect(isOfSchema(METHODS.get('net.status')!.result, { ...told, ...REST })).toBe(true)
  expect(told).toMatchObject({
    channels: [],
    slots: [{ state: 'sleeping', url: null, channel: null, error: null }],
    manual: [{ url: GONE, state: 'waiting', reason: REFUSED }],
    listeners: [{ reachable: null }],
    // It is asked again.
    seeds: [{ state: 'answered' }, { url: LOST, state: 'asking', reason: 'no answer in time' }],
    problem: { kind: 'no_hosts' },
  })
  expect(told.manual[0]!.next).toBeGreaterThan(net.clock.nowMs())
  expect(told.dial_failures).toMatchObject([
    { url: GONE, session: 'manual', reason: REFUSED },
    { url: LOST, session: 'seed' },
  ])
  expect(told.traffic.find(({ command }) => command === 'getaddr')).toMatchObject({ received_messages: 0, sent_messages: 2 })
  await net.clock.runUntil(() => tell().discovery.next !== null)
  expect(tell().discovery).toMatchObject({ state: 'wait', next: expect.any(Number) })
})

test('a channel has its figures, and the slot that holds it its id', async () => {
  await using net = new LocalNet()
  const peer = net.add({ ...QUIET, outboundConnections: 0 })
  await net.run(peer)
  const node = net.add({ ...QUIET, outboundConnections: 1 })
  node.p2p.hosts.container.store(HostColor.White, peer.url, 1_000)
  await net.run(node)
  await net.clock.runUntil(() => node.p2p.peerCount === 1)
  const connectedMs = net.clock.nowMs()
  await net.clock.advance(60_000)
  const { channels, slots, problem } = netStatusOf(node.p2p, net.clock)
  const [channel] = channels
  expect(channel).toMatchObject({ url: peer.url, session: 'outbound', version: '0.4.1', features: [], posts: false })
  expect(channel!.received_messages).toBeGreaterThan(2)
  expect(channel!.received_bytes).toBeGreaterThan(channel!.received_messages * 8)
  expect([channel!.sent_messages, channel!.sent_bytes]).toEqual([expect.any(Number), expect.any(Number)])
  expect(slots).toEqual([{ state: 'connected', url: peer.url, channel: channel!.id, since: connectedMs, error: null }])
  expect(problem).toBeNull()
  expect(netStatusOf(peer.p2p, net.clock).listeners).toEqual([{ url: peer.url, reachable: true }])
})
