/** A program's own protocol on many nodes, as its tests would do it with `@dchat/net/testing`. */
import { string, struct } from '@dchat/serial'
import { expect, test } from 'vitest'
import { NO_METERING } from '../metering.ts'
import { defineMessage } from '../messages/message.ts'
import type { P2p } from '../p2p.ts'
import { SESSION_DEFAULT } from '../sessions/session-flags.ts'
import { LocalNet } from './local-net.ts'
import { Simulation } from './simulation.ts'

const MINUTE = 60_000
const NODES = 20

const rumour = defineMessage({
  name: 'rumour',
  maxBytes: 64,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string }),
})

/** Tells each peer what it hears, once. */
class Gossip {
  /** What each node has heard; of a node that came back, what it heard since. */
  readonly heard: Map<P2p, Set<string>> = new Map()

  readonly setUp = (p2p: P2p): void => {
    this.heard.set(p2p, new Set())
    p2p.protocols.register(SESSION_DEFAULT, (channel) => {
      const messages = channel.subscribe(rumour)
      return { start: () => messages.handle(({ text }) => this.tell(p2p, text)) }
    })
  }

  tell(p2p: P2p, text: string): void {
    const known = this.heard.get(p2p)!
    if (known.has(text)) return
    known.add(text)
    p2p.broadcast(rumour, { text })
  }
}

test('a protocol of an application reaches 20 simulated nodes that come and go, and none is banned for it', async () => {
  await using simulation = new Simulation({ seed: 5 })
  const gossip = new Gossip()
  const seed = simulation.addSeed({ greylistRefineryIntervalMs: 1_000 })
  seed.start()
  await simulation.advance(1_000)
  const settings = { seeds: [seed.url], outboundConnections: 3, inboundConnections: 16 }
  const nodes = Array.from({ length: NODES }, () => simulation.add(settings, gossip))
  simulation.startAll(nodes, 10_000)
  await simulation.advance(2 * MINUTE)
  simulation.churn(nodes, { meanUpMs: 5 * MINUTE, meanDownMs: 20_000, deathShare: 0.3 })
  for (let minute = 0; minute < 20; minute += 1) {
    const teller = nodes.find(({ p2p }) => p2p !== undefined)!
    gossip.tell(teller.p2p!, `at ${minute}`)
    await simulation.advance(MINUTE)
  }
  await simulation.calm()
  for (const node of nodes) node.start()
  await simulation.advance(5 * MINUTE)
  gossip.tell(nodes[0]!.p2p!, 'all is calm')
  await simulation.advance(5_000)

  const hearers = nodes.filter(({ p2p }) => gossip.heard.get(p2p!)!.has('all is calm'))
  expect(hearers).toHaveLength(NODES)
  const starts = nodes.reduce((sum, node) => sum + node.starts, 0)
  expect([starts > 2 * NODES, gossip.heard.size]).toEqual([true, starts])
  expect([...gossip.heard.keys()].flatMap(({ hosts }) => hosts.bans.saved())).toEqual([])
})

test('nodes of a local net can be set up too', async () => {
  await using net = new LocalNet()
  const gossip = new Gossip()
  const alice = net.add({}, gossip)
  const bob = net.add({ peers: [alice.url] }, gossip)
  await net.run(alice)
  await net.run(bob)
  await net.clock.runUntil(() => alice.p2p.peerCount === 1 && bob.p2p.peerCount === 1)
  gossip.tell(bob.p2p, 'hello')
  await net.clock.runUntil(() => gossip.heard.get(alice.p2p)!.size > 0)
  expect([...gossip.heard.get(alice.p2p)!]).toEqual(['hello'])
})

test('a setup that fails fails the start', () => {
  const simulation = new Simulation()
  const setUp = (): never => {
    throw new RangeError('no room')
  }
  expect(() => simulation.add({}, { setUp }).start()).toThrow('no room')
})
