/** A full node: whom it drops, and what newcomers leave behind. */
import { describe, expect, test } from 'vitest'
import { HostColor } from '../hosts/host-color.ts'
import { LIMITS } from '../limits.ts'
import { ping, pong } from '../messages/core-messages.ts'
import type { Settings } from '../settings.ts'
import { LocalNet } from '../testing/local-net.ts'
import { dialRaw } from '../testing/raw-peer.ts'
import type { RawPeer } from '../testing/raw-peer.ts'
import { SESSION_DEFAULT } from './session-flags.ts'
import { ALONE, line, greeted } from './inbound-session.test-util.ts'

describe('a full node', () => {
  const SLOTS = 8

  /** A node with 4 old peers of groups of their own, and all other slots taken by a swarm of one group. */
  async function besieged(net: LocalNet, settings: Partial<Settings> = {}) {
    const node = net.add({ ...ALONE, inboundConnections: SLOTS, ...settings })
    await net.run(node)
    const honest: RawPeer[] = []
    for (let count = 0; count < 4; count += 1) {
      honest.push(await greeted(net, node.url, `4${count}.0.0.1`))
      await net.clock.advance(1_000)
    }
    const swarm: RawPeer[] = []
    for (let count = 0; count < 4; count += 1) swarm.push(await greeted(net, node.url, `66.6.6.${count}`))
    expect(node.p2p.peerCount).toBe(SLOTS)
    return { node, honest, swarm }
  }

  test('drops the newest of the most crowded group for a newcomer of another, cleanly', async () => {
    await using net = new LocalNet()
    const { node, honest, swarm } = await besieged(net)
    const dropped = node.p2p.peers.at(-1)!
    const newcomer = await greeted(net, node.url, '50.0.0.1')
    expect([newcomer.isEnded, node.p2p.peerCount]).toEqual([false, SLOTS])
    expect(dropped.stopReason).toMatchObject({ code: 'NET_EVICTED', fault: 'none', data: { channelId: dropped.info.id } })
    expect([...honest, ...swarm].map(({ isEnded }) => isEnded)).toEqual([...Array<boolean>(7).fill(false), true])
    await net.clock.advance(1)
    expect([node.p2p.channels.length, node.p2p.hosts.bans.list()]).toEqual([SLOTS, []])
    expect(node.p2p.inboundCounts).toEqual({ peers: SLOTS, halfOpen: 0, leaving: 0, hosts: SLOTS })
  })

  test('keeps 4 old peers through 1,000 connections of one /24, and lets a new one in at once', async () => {
    await using net = new LocalNet()
    const { node, honest } = await besieged(net)
    for (let count = 0; count < 1_000; count += 1) {
      const peer = await net.settle(dialRaw(net.network.transport(`66.6.6.${count % 250}`), node.url, { clock: net.clock }))
      peer.greet()
      if (count % 50 === 0) await net.clock.advance(1)
    }
    await net.clock.advance(1)
    expect(honest.map(({ isEnded }) => isEnded)).toEqual([false, false, false, false])
    const newcomer = await greeted(net, node.url, '50.0.0.1')
    expect([newcomer.isEnded, node.p2p.peerCount]).toEqual([false, SLOTS])
    expect(honest.map(({ isEnded }) => isEnded)).toEqual([false, false, false, false])
  })

  test('turns the next away at the door when its peers are of as many groups', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: SLOTS })
    await net.run(node)
    for (let count = 0; count < SLOTS; count += 1) await greeted(net, node.url, `4${count}.0.0.1`)
    const late = await greeted(net, node.url, '50.0.0.1')
    expect([late.isClosed, late.receivedBytes, node.p2p.peerCount]).toEqual([true, 0, SLOTS])
  })

  test.each([
    ['on localnet, which is one group', { localnet: true }],
    ['without the defences', { eclipseDefences: false }],
  ])('turns the next away at the door %s', async (_, settings) => {
    await using net = new LocalNet()
    const { node } = await besieged(net, settings)
    const late = await greeted(net, node.url, '50.0.0.1')
    expect([late.isClosed, late.receivedBytes, node.p2p.peerCount]).toEqual([true, 0, SLOTS])
  })

  test('on localnet drops a peer that it has dialled too, as that one says of itself', async () => {
    await using net = new LocalNet()
    const [node, double] = [
      net.add({ peers: [net.urlOf(1)], inboundConnections: 2, outboundConnections: 0, localnet: true }),
      net.add(ALONE),
    ]
    await net.run(double)
    await net.run(node)
    await net.clock.runUntil(() => node.p2p.peerCount === 1)
    const dial = async (host: string, extSendAddr: string[] = []): Promise<RawPeer> => {
      const peer = await net.settle(dialRaw(net.network.transport(host), node.url, { clock: net.clock }))
      peer.greet({ extSendAddr })
      await net.clock.advance(1)
      return peer
    }
    const first = await dial('127.0.0.1', ['tcp://127.0.0.1:8/', double.url])
    const second = await dial('127.0.0.1', ['tcp://127.0.0.1:9/'])
    const [third, late] = [await dial('127.0.0.1', [double.url]), await dial('127.0.0.1')]
    expect([first, second, third, late].map(({ isEnded }) => isEnded)).toEqual([true, false, true, false])
    expect((await dial('127.0.0.1')).receivedBytes).toBe(0)
    expect([node.p2p.peerCount, node.p2p.hosts.bans.list()]).toEqual([3, []])
  })

  test.each([
    ['is never banned', { neverBan: ['66.6.6.3/32'] }],
    ['is a manual peer', { peers: ['tcp://66.6.6.3:1/'] }],
  ])('keeps a peer that %s, and drops the next', async (_, settings) => {
    await using net = new LocalNet()
    const { node, swarm } = await besieged(net, settings)
    await greeted(net, node.url, '50.0.0.1')
    expect(swarm.map(({ isEnded }) => isEnded)).toEqual([false, false, true, false])
  })

  test('keeps a peer of a white host, one whose pongs are quick, and one that brings messages', async () => {
    await using net = new LocalNet()
    const node = net.add({ ...ALONE, inboundConnections: SLOTS })
    node.p2p.protocols.register(SESSION_DEFAULT, (channel) => {
      const lines = channel.subscribe(line)
      return { start: () => lines.handle(() => channel.noteUseful()) }
    })
    await net.run(node)
    node.p2p.hosts.container.store(HostColor.White, 'tcp://66.6.6.7:9/', 1)
    const swarm: RawPeer[] = []
    for (let count = 0; count < SLOTS; count += 1) swarm.push(await greeted(net, node.url, `66.6.6.${count}`))
    for (const peer of [swarm[5]!, swarm[6]!]) for (const asked of peer.valuesOf(ping)) peer.sendMessage(pong, asked)
    await net.clock.advance(1)
    for (const peer of swarm.slice(0, 5)) for (const asked of peer.valuesOf(ping)) peer.sendMessage(pong, asked)
    swarm[4]!.sendMessage(line, { text: 'hello' })
    await net.clock.advance(1)
    await greeted(net, node.url, '50.0.0.1')
    expect(swarm.map(({ isEnded }) => isEnded)).toEqual(swarm.map((_, index) => index === 3))
  })
})

test('10,000 that come and go leave nothing behind', { timeout: 60_000 }, async () => {
  await using net = new LocalNet()
  const node = net.add(ALONE)
  await net.run(node)
  const timers = net.clock.pendingTimers
  for (let round = 0; round < 200; round += 1) {
    const dials = Array.from({ length: 50 }, (_, index) =>
      dialRaw(net.network.transport(`${30 + (index % 9)}.${round}.${index}.1`), node.url, { clock: net.clock }),
    )
    const peers = await net.settle(Promise.all(dials))
    for (const [index, peer] of peers.entries()) if (index % 3 > 0) peer.greet()
    if (round % 2 === 0) await net.clock.advance(1)
    for (const [index, peer] of peers.entries()) {
      if (index % 2 === 0) peer.stream.end()
      else peer.stream.destroy()
    }
    await net.clock.advance(1)
    expect(node.p2p.inboundCounts.peers).toBeLessThanOrEqual(8)
  }
  await net.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
  expect(node.p2p.inboundCounts).toEqual({ peers: 0, halfOpen: 0, leaving: 0, hosts: 0 })
  expect([node.p2p.channels, net.clock.pendingTimers]).toEqual([[], timers])
  expect((await greeted(net, node.url)).isEnded).toBe(false)
})
