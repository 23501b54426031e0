/** Source: docs/node.md, *Protocols*, seed. */
import { expect, test } from 'vitest'
import { HostColor } from '../hosts/host-color.ts'
import { addr } from '../messages/core-messages.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import { DEFAULT_PROFILE } from '../settings.ts'
import { addressWorld } from './address-world.test-util.ts'
import type { AddressWorld } from './address-world.test-util.ts'
import { ProtocolSeed } from './protocol-seed.ts'

function world(externalAddrs: readonly string[]): Promise<AddressWorld> {
  return addressWorld({
    session: SessionFlag.Seed,
    externalAddrs,
    make: (channel, deps) => new ProtocolSeed(channel, { ...deps, profile: DEFAULT_PROFILE }),
  })
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
