/** Source: docs/node.md, *dnet events*: its text is what the events are compared with. */
import { ManualClock, MemoryLogger, silentLogger } from '@dchat/system'
import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { Dnet } from './dnet.ts'
import type { DnetEvent } from './dnet.ts'
import { HostColor } from './hosts/host-color.ts'
import { LocalNet } from './testing/local-net.ts'
import { dialRaw, listenRaw } from './testing/raw-peer.ts'

const PEER = 'tcp://30.0.0.1:1/'
const DEAD = 'tcp://31.0.0.1:1/'

/** Each event of docs/node.md with its fields, those of `chan` as chan.addr and chan.id. */
function documented(): Map<string, string[]> {
  const [section] = /## dnet events[^#]*/.exec(docsPage('node.md'))!
  const text = section.replaceAll(/\s+/g, ' ').replaceAll(/chan \{addr, id\}/g, 'chan.addr, chan.id')
  const events = new Map<string, string[]>()
  for (const [, names, fields] of text.matchAll(/((?:`[a-z_]+`,? ?)+) ?\{([^}]*)\}/g)) {
    const keys = fields!
      .replaceAll(/\([^)]*\)|:[^,]*/g, '')
      .split(',')
      .map((field) => field.trim())
      .filter((field) => field !== 'a decimal string')
    for (const [, name] of names!.matchAll(/`([a-z_]+)`/g)) events.set(name!, keys.toSorted())
  }
  return events
}

function fieldsOf({ info }: DnetEvent): string[] {
  const flat = Object.entries(info).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  )
  return flat.toSorted()
}

/** A node that goes through all it can: inbound and outbound peers, one that fails, direct channels, discovery. */
async function life(): Promise<DnetEvent[]> {
  await using net = new LocalNet()
  const events: DnetEvent[] = []
  await using listener = await net.settle(listenRaw(net.network.transport('30.0.0.1'), PEER, { clock: net.clock }))
  const node = net.add({ outboundConnections: 1, greylistRefineryIntervalMs: 3_600_000 })
  node.p2p.dnet.switch(true)
  node.p2p.dnet.subscribe((event) => events.push(event))
  node.p2p.hosts.container.store(HostColor.White, DEAD, 1)
  await net.run(node)
  await net.clock.advance(1)
  node.p2p.hosts.insertFromPeer([{ url: PEER, lastSeenSec: 1 }], PEER)
  await net.clock.advance(1)
  listener.peers[0]!.greet()
  await net.clock.advance(1)
  const inbound = await net.settle(dialRaw(net.network.transport('32.0.0.1'), node.url, { clock: net.clock }))
  inbound.greet()
  await net.clock.advance(1)
  inbound.stream.end()
  listener.peers[0]!.stream.end()
  await net.clock.advance(1)
  await net.settle(node.p2p.reload({ outboundConnections: 0 }))
  await net.clock.runUntil(() => node.p2p.hosts.registry.stateOf(PEER) === 'free')
  const asking = node.p2p.direct.getChannel(PEER)
  await net.clock.advance(1)
  for (const peer of listener.peers.slice(1)) peer.greet()
  ;(await net.settle(asking)).release()
  const searching = node.p2p.direct.getAnyChannels({ schemes: ['tcp+tls'] }).catch(() => {})
  await net.clock.advance(6_000)
  await net.settle(node.p2p.stop())
  await searching
  return events
}

test('a whole life shows every documented event, each with its documented fields, and no other', async () => {
  const events = await life()
  const known = documented()
  expect([...new Set(events.map(({ event }) => event))].toSorted()).toEqual([...known.keys()].toSorted())
  for (const event of events) expect([event.event, fieldsOf(event)]).toEqual([event.event, known.get(event.event)])
})

test('states of discovery are those that are documented; times are nanoseconds in a string', async () => {
  const events = await life()
  const statesOf = (name: DnetEvent['event']): string[] =>
    events.flatMap((event) => (event.event === name && 'state' in event.info ? [event.info.state] : []))
  expect(['wait', 'getaddr', 'seed']).toEqual(expect.arrayContaining(statesOf('outbound_peer_discovery')))
  expect(['wait', 'getaddr', 'seed', 'newchan', 'sleep']).toEqual(expect.arrayContaining(statesOf('direct_peer_discovery')))
  const times = events.flatMap(({ info }) => ('time' in info ? [info.time] : []))
  expect(times.every((time) => /^\d{19}$/.test(time)) && times.length > 0).toBe(true)
})

test('disabled, nothing is published, whoever listens', () => {
  const dnet = new Dnet({ clock: new ManualClock(), logger: silentLogger })
  const events: DnetEvent[] = []
  const unsubscribe = dnet.subscribe((event) => events.push(event))
  dnet.publish({ event: 'outbound_slot_sleeping', info: { slot: 0 } })
  dnet.switch(true)
  dnet.publish({ event: 'outbound_slot_sleeping', info: { slot: 1 } })
  unsubscribe()
  dnet.publish({ event: 'outbound_slot_sleeping', info: { slot: 2 } })
  expect(events).toEqual([{ event: 'outbound_slot_sleeping', info: { slot: 1 } }])
})

test('who watches hears whatever the switch says, and turns nothing on or off for others', () => {
  const dnet = new Dnet({ clock: new ManualClock(), logger: silentLogger })
  const heard: number[][] = [[], [], []]
  const noteIn =
    (index: number) =>
    (event: DnetEvent): void =>
      void heard[index]!.push((event.info as { slot: number }).slot)
  const tell = (slot: number): void => dnet.publish({ event: 'outbound_slot_sleeping', info: { slot } })
  dnet.subscribe(noteIn(0))
  const ends = [dnet.watch(noteIn(1)), dnet.watch(noteIn(2))]
  tell(1)
  dnet.switch(true)
  tell(2)
  dnet.switch(false)
  ends[0]!()
  tell(3)
  ends[0]!()
  expect(dnet.isEnabled).toBe(true)
  ends[1]!()
  tell(4)
  expect(dnet.isEnabled).toBe(false)
  expect(heard).toEqual([[2], [1, 2], [1, 2, 3]])
})

test('a listener that throws is logged, and harms neither the caller nor the others', () => {
  const logger = new MemoryLogger()
  const dnet = new Dnet({ clock: new ManualClock(), logger })
  dnet.switch(true)
  const error = new Error('broken')
  const events: DnetEvent[] = []
  dnet.subscribe(() => {
    throw error
  })
  dnet.subscribe((event) => events.push(event))
  dnet.publishTraffic('send', { addr: DEAD, id: 1 }, 'ping')
  expect(events).toHaveLength(1)
  expect(logger.records).toEqual([{ level: 'error', message: 'dnet listener failed', fields: { error } }])
})

test('a node whose dnet is off makes no event', async () => {
  await using net = new LocalNet()
  const node = net.add({ outboundConnections: 2 })
  const asked: string[] = []
  node.p2p.dnet.publish = ({ event }) => void asked.push(event)
  node.p2p.dnet.publishTraffic = (event) => void asked.push(event)
  node.p2p.hosts.container.store(HostColor.White, DEAD, 1)
  await net.run(node)
  const peer = await net.settle(dialRaw(net.network.transport('32.0.0.1'), node.url, { clock: net.clock }))
  peer.greet()
  await net.settle(node.p2p.direct.getChannel(DEAD).catch(() => {}))
  peer.stream.end()
  await net.clock.advance(10_000)
  expect(asked).toEqual([])
})
