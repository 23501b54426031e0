/** Direct channels to any peers, by address or not, and how those who lack hosts find some. */
import { describe, expect, test } from 'vitest'
import { HostColor } from '../hosts/host-color.ts'
import { LIMITS } from '../limits.ts'
import { addr } from '../messages/core-messages.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { sessionName } from './session-flags.ts'
import { A, B, DEAD, acquainted, run } from './direct-session.test-util.ts'
import { listenAt, greetAll } from '../testing/raw-listeners.ts'

describe('channels to any peers', () => {
  test('are those that are open, each once, then new ones to the best hosts known', async () => {
    await using world = await acquainted()
    const { net, node, b } = world
    const { container } = node.p2p.hosts
    container.store(HostColor.Grey, DEAD, 1)
    container.store(HostColor.White, B, 1)
    const asking = node.p2p.direct.getAnyChannels({ count: 2 })
    await greetAll(net, b)
    const shares = await asking
    expect(shares.map(({ channel }) => channel.info.url).toSorted()).toEqual([A, B])
    for (const share of shares) share.release()
    await net.clock.advance(1_000)
    expect(node.p2p.peers.map(({ info }) => info.url)).toEqual([A])
  })

  test('may be inbound ones', async () => {
    await using net = new LocalNet()
    const node = net.add({ outboundConnections: 0 })
    await net.run(node)
    const friend = await run(net, { peers: [node.url] })
    await net.clock.runUntil(() => friend.p2p.peerCount === 1)
    const [share] = await node.p2p.direct.getAnyChannels()
    expect(sessionName(share!.channel.info.session)).toBe('inbound')
  })

  test('are of the schemes that are wanted', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net, { peers: [A] })
    await greetAll(net, a)
    const refused = node.p2p.direct.getAnyChannels({ schemes: ['tcp+tls'] }).catch((error: unknown) => error)
    expect(await net.settle(refused)).toMatchObject({ code: 'NET_TIMEOUT' })
    expect(net.clock.monotonicMs()).toBeGreaterThanOrEqual(LIMITS.DIRECT_SEARCH_MS.value)
  })

  test('go on with the next host when one fails, and give back what they have when there are too few', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const { container, registry } = node.p2p.hosts
    container.store(HostColor.Gold, DEAD, 1)
    container.store(HostColor.White, A, 1)
    const ending = new AbortController()
    const asking = node.p2p.direct.getAnyChannels({ count: 2, signal: ending.signal }).catch((error: unknown) => error)
    await greetAll(net, a)
    expect([registry.stateOf(DEAD), node.p2p.peerCount]).toEqual(['suspend', 1])
    ending.abort(new Error('enough'))
    await net.clock.advance(1)
    expect(await asking).toMatchObject({ message: 'enough' })
    expect(node.p2p.peerCount).toBe(0)
  })

  test.each([0, 1.5, 65])('cannot be %s', async (count) => {
    await using net = new LocalNet()
    const node = await run(net)
    await expect(node.p2p.direct.getAnyChannels({ count })).rejects.toThrow(RangeError)
  })
})

/** The rounds of discovery until `isDone`, as dnet tells them. */
function rounds(node: LocalNode): string[] {
  const told: string[] = []
  node.p2p.dnet.switch(true)
  node.p2p.dnet.subscribe((event) => {
    if (event.event === 'direct_peer_discovery') told.push(`${event.info.attempt} ${event.info.state}`)
  })
  return told
}

describe('without slots, who lacks hosts has them found', () => {
  test('by the seeds while nobody is connected', async () => {
    await using net = new LocalNet()
    const seed = net.addSeed()
    await net.run(seed)
    const friend = net.add({ outboundConnections: 0 })
    await net.run(friend)
    const node = await run(net, { seeds: [seed.url] })
    seed.p2p.hosts.container.store(HostColor.White, friend.url, 1)
    const told = rounds(node)
    const asking = node.p2p.direct.getAnyChannels()
    await net.clock.advance(0)
    expect(told.slice(0, 2)).toEqual(['0 wait', '1 seed'])
    const [share] = await net.settle(asking)
    expect(share!.channel.info.url).toBe(friend.url)
    await net.clock.advance(5_000)
    expect(told.slice(2)).toEqual(['0 sleep', '0 wait'])
  })

  test('by the peers, twice, then by a host that is known, then by the seeds', async () => {
    await using world = await acquainted()
    const { net, node, b } = world
    const told = rounds(node)
    node.p2p.hosts.container.store(HostColor.White, B, 1)
    const ending = new AbortController()
    const asking = node.p2p.direct.getAnyChannels({ schemes: ['tcp+tls'], signal: ending.signal }).catch(() => {})
    await net.clock.advance(21_000)
    await greetAll(net, b)
    expect(b.peers.length).toBe(1)
    expect(b.peers[0]!.commands).toContain('getaddr')
    await net.clock.advance(5_000)
    await net.clock.advance(2_000)
    expect(b.peers[0]!.isEnded).toBe(true)
    await net.clock.advance(4_000)
    const each = (attempt: number, state: string): string[] => [`${attempt} ${state}`, `${attempt} sleep`, `${attempt} wait`]
    expect(told).toEqual(
      ['0 wait', ...each(1, 'getaddr'), ...each(2, 'getaddr'), ...each(3, 'newchan'), ...each(4, 'seed')].slice(0, told.length),
    )
    expect(told.length).toBeGreaterThanOrEqual(11)
    ending.abort(new Error('enough'))
    await asking
  })

  test('and gets the first that an answer names', async () => {
    await using world = await acquainted()
    const { net, node, a, b } = world
    const asking = node.p2p.direct.getAnyChannels({ count: 2 })
    await net.clock.advance(1)
    a.peers[0]!.sendMessage(addr, { addrs: [[B, 1n]] })
    await greetAll(net, b)
    expect((await asking).map(({ channel }) => channel.info.url).toSorted()).toEqual([A, B])
  })
})

test('with slots it is the discovery of the slots that finds hosts', async () => {
  await using net = new LocalNet()
  await using a = await listenAt(net, A)
  await using b = await listenAt(net, B)
  const node = await run(net, { outboundConnections: 1 })
  node.p2p.hosts.insertFromPeer([{ url: A, lastSeenSec: 1 }], A)
  await greetAll(net, a)
  await net.clock.advance(1_000)
  const told: string[] = []
  node.p2p.dnet.switch(true)
  node.p2p.dnet.subscribe(({ event }) => {
    if (event.endsWith('discovery')) told.push(event)
  })
  const asking = node.p2p.direct.getAnyChannels({ count: 2 })
  await net.clock.advance(6_000)
  expect(new Set(told)).toEqual(new Set(['outbound_peer_discovery']))
  a.peers[0]!.sendMessage(addr, { addrs: [[B, 1n]] })
  await greetAll(net, b)
  expect((await asking).length).toBe(2)
})
