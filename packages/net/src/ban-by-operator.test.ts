/** Bans on an operator's word, while the node runs. */
import { expect, test } from 'vitest'
import { HostColor } from './hosts/host-color.ts'
import { LocalNet } from './testing/local-net.ts'
import type { LocalNode } from './testing/local-net.ts'
import { dialRaw } from './testing/raw-peer.ts'

const HOUR_MS = 3_600_000
const LISTEN = 'tcp://20.0.0.1:1'

async function run(net: LocalNet): Promise<LocalNode> {
  const node = net.add({
    greylistRefineryIntervalMs: HOUR_MS,
    inbound: [LISTEN],
    outboundConnections: 0,
    peers: ['tcp://9.9.9.9:1'],
    neverBan: ['8.8.0.0/16'],
  })
  await net.run(node)
  return node
}

test('closes the channels it falls on, those still shaking hands too, and lets the host in no more', async () => {
  await using net = new LocalNet()
  const node = await run(net)
  const dial = (host: string) => net.settle(dialRaw(net.network.transport(host), LISTEN, { clock: net.clock }))
  const peer = await dial('30.0.0.1')
  peer.greet()
  const half = await dial('30.0.0.1')
  const other = await dial('31.0.0.1')
  other.greet()
  await net.clock.advance(1)
  expect(node.p2p.peerCount).toBe(2)

  const ban = await net.settle(node.p2p.ban('30.0.0.1', { durationMs: HOUR_MS }))
  expect(ban).toMatchObject({ target: '30.0.0.1', reason: 'operator' })
  await net.clock.advance(5_000)
  expect([peer.isEnded, half.isEnded, other.isEnded, node.p2p.peerCount]).toEqual([true, true, false, 1])
  const again = await dial('30.0.0.1')
  await net.clock.advance(1)
  expect(again.isEnded).toBe(true)
  expect(node.p2p.dnet.counts.refused).toEqual({ banned: 1, full: 0 })

  expect(node.p2p.liftBan('30.0.0.1')).toBe(true)
  expect(node.p2p.liftBan('30.0.0.1')).toBe(false)
  const third = await dial('30.0.0.1')
  third.greet()
  await net.clock.advance(1)
  expect(node.p2p.peerCount).toBe(2)
})

test('takes what it covers off the lists: a host on all ports, an endpoint by itself', async () => {
  await using net = new LocalNet()
  const { hosts } = (await run(net)).p2p
  for (const url of ['tcp://30.0.0.1:1/', 'tcp+tls://30.0.0.1:2/', 'tcp://31.0.0.1:1/', 'tcp://31.0.0.1:2/'])
    hosts.container.store(HostColor.White, url, 1)
  hosts.banByOperator('30.0.0.1', { durationMs: HOUR_MS })
  hosts.banByOperator('31.0.0.1:2', { durationMs: HOUR_MS })
  expect(hosts.container.entries(HostColor.White).map(({ url }) => url)).toEqual(['tcp://31.0.0.1:1/'])
})

test.each([['9.9.9.9'], ['8.8.4.4'], ['no address'], ['1.2.3.0/24'], ['']])('%j cannot be banned', async (target) => {
  await using net = new LocalNet()
  const node = await run(net)
  await expect(node.p2p.ban(target, { durationMs: HOUR_MS })).rejects.toMatchObject({ code: 'NET_ADDRESS_INVALID' })
  expect(node.p2p.hosts.bans.list()).toEqual([])
})
