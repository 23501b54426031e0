/** Source: docs/node.md, *Protocols*, seed. */
import { SeededRandom, silentLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { Channel } from '../channel.ts'
import { HostColor } from '../hosts/host-color.ts'
import { Hosts } from '../hosts/hosts.ts'
import { addr } from '../messages/core-messages.ts'
import { NodeCounts } from '../node-counts.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import { DEFAULT_PROFILE, makeSettings } from '../settings.ts'
import { ChannelPair } from '../testing/channel-pair.ts'
import { ProtocolSeed } from './protocol-seed.ts'

async function world(externalAddrs: readonly string[]): Promise<{ pair: ChannelPair; hosts: Hosts<Channel> }> {
  const pair = await ChannelPair.create({ session: SessionFlag.Seed })
  const hosts = new Hosts<Channel>(makeSettings({ externalAddrs }), {
    clock: pair.clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    isDialable: () => true,
  })
  const protocol = new ProtocolSeed(pair.channel, {
    hosts,
    logger: silentLogger,
    counts: new NodeCounts(),
    profile: DEFAULT_PROFILE,
    externalAddrs: () => externalAddrs,
    getaddr: () => ({ max: 8, transports: ['tcp'] }),
  })
  pair.start()
  protocol.start()
  await pair.settle()
  return { pair, hosts }
}

test.each([
  [['tcp://9.9.9.9:9/'], ['addr', 'getaddr']],
  [[], ['getaddr']],
])('with %j of our own it says %j, takes one answer and goes', async (own, said) => {
  const { pair, hosts } = await world(own)
  expect(pair.peer.commands).toEqual(said)
  pair.peer.sendMessage(addr, { addrs: [['tcp://8.8.8.8:8/', 5n]] })
  await pair.settle()
  await pair.channel.closed
  expect(hosts.container.entries(HostColor.Grey)).toEqual([{ url: 'tcp://8.8.8.8:8/', lastSeenSec: 5 }])
  expect(pair.channel.stopReason).toMatchObject({ code: 'NET_CHANNEL_STOPPED' })
  expect(pair.clock.pendingTimers).toBe(0)
})

test('a seed that does not answer is left after 10 s', async () => {
  const { pair } = await world([])
  await pair.clock.advance(9_999)
  expect(pair.channel.isStopped).toBe(false)
  await pair.clock.advance(1)
  expect(pair.channel.stopReason).toMatchObject({ code: 'NET_TIMEOUT', data: { timeoutMs: 10_000 }, fault: 'peer' })
})
