/** Source: docs/node.md, *Protocols*, address; limits: docs/wire.md, `getaddr` and `addr`. */
import { describe, expect, test, vi } from 'vitest'
import type { Channel } from '../channel.ts'
import { HostColor } from '../hosts/host-color.ts'
import { Hosts } from '../hosts/hosts.ts'
import { addr, getaddr } from '../messages/core-messages.ts'
import { SessionFlag } from '../sessions/session-flags.ts'
import { addressWorld } from './address-world.test-util.ts'
import type { AddressWorld } from './address-world.test-util.ts'
import { ProtocolAddress } from './protocol-address.ts'

interface Options {
  readonly session?: SessionFlag
  readonly externalAddrs?: readonly string[]
}

function world({ session = SessionFlag.Inbound, externalAddrs = [] }: Options = {}): Promise<AddressWorld> {
  return addressWorld({ session, externalAddrs, make: (channel, deps) => new ProtocolAddress(channel, deps) })
}

const OWN = ['tcp://9.9.9.9:9/', 'tcp://9.9.9.8:9/path?secret=1'] as const

describe('at the start', () => {
  test('an outbound channel announces our addresses without queries, then asks', async () => {
    const { pair } = await world({ session: SessionFlag.Outbound, externalAddrs: OWN })
    const now = BigInt(Math.floor(pair.clock.nowMs() / 1000))
    expect(pair.peer.received.map(({ command, value }) => [command, value])).toEqual([
      [
        'addr',
        {
          addrs: [
            ['tcp://9.9.9.9:9/', now],
            ['tcp://9.9.9.8:9/path', now],
          ],
        },
      ],
      ['getaddr', { max: 8, transports: ['tcp'] }],
    ])
  })

  test.each([SessionFlag.Inbound, SessionFlag.Manual, SessionFlag.Direct])(
    'a channel of session %i only asks',
    async (session) => {
      const { pair } = await world({ session, externalAddrs: OWN })
      expect(pair.peer.commands).toEqual(['getaddr'])
    },
  )

  test('an outbound channel without an address of ours only asks', async () => {
    const { pair } = await world({ session: SessionFlag.Outbound })
    expect(pair.peer.commands).toEqual(['getaddr'])
  })
})

describe('a getaddr', () => {
  const white = (hosts: Hosts<Channel>, count: number, path = ''): void => {
    for (let index = 0; index < count; index += 1)
      hosts.container.store(HostColor.White, `tcp://20.${index >> 8}.${index & 255}.1:1/${path}`, 1_000 + index)
  }

  test('is answered with one addr, also when we know nothing', async () => {
    const { pair } = await world()
    pair.peer.sendMessage(getaddr, { max: 8, transports: ['tcp'] })
    await pair.settle()
    expect(pair.peer.valuesOf(addr)).toEqual([{ addrs: [] }])
  })

  test.each([
    [0, 0],
    [1, 1],
    [254, 254],
    [255, 255],
    [256, 255],
    [4_294_967_295, 255],
  ])('for %i addresses brings %i', async (max, count) => {
    const { pair, hosts } = await world()
    white(hosts, 600)
    pair.peer.sendMessage(getaddr, { max, transports: ['tcp'] })
    await pair.settle()
    expect(pair.peer.valuesOf(addr).map(({ addrs }) => addrs.length)).toEqual([count])
  })

  test('brings no more than fits 65,281 bytes', async () => {
    const { pair, hosts } = await world()
    white(hosts, 600, 'x'.repeat(480))
    pair.peer.sendMessage(getaddr, { max: 255, transports: ['tcp'] })
    await pair.settle()
    const [{ addrs }] = pair.peer.valuesOf(addr) as [{ addrs: readonly unknown[] }]
    expect(addrs.length).toBeGreaterThan(100)
    expect(addrs.length).toBeLessThan(140)
    expect(pair.channel.isStopped).toBe(false)
  })

  test('is answered each time, in order, above the metering threshold later', async () => {
    const { pair, hosts } = await world()
    white(hosts, 5)
    for (let max = 1; max <= 5; max += 1) pair.peer.sendMessage(getaddr, { max, transports: ['tcp'] })
    await pair.clock.advance(5_000)
    expect(pair.peer.valuesOf(addr).map(({ addrs }) => addrs.length)).toEqual([1, 2, 3, 4, 5])
  })
})

test('an addr goes through the filter to grey; a time beyond all numbers counts as now', async () => {
  const { pair, hosts } = await world()
  const nowSec = Math.floor(pair.clock.nowMs() / 1000)
  pair.peer.sendMessage(addr, {
    addrs: [
      ['tcp://8.8.8.8:8/', 5n],
      ['tcp://10.0.0.1:1/', 5n],
      ['tcp://8.8.4.4:8/', 2n ** 64n - 1n],
    ],
  })
  await pair.settle()
  expect(hosts.container.entries(HostColor.Grey).toSorted((a, b) => a.lastSeenSec - b.lastSeenSec)).toEqual([
    { url: 'tcp://8.8.8.8:8/', lastSeenSec: 5 },
    { url: 'tcp://8.8.4.4:8/', lastSeenSec: nowSec },
  ])
})

test('a long addr is filed a part in each turn of the event loop, all of it even where the channel ends meanwhile', async () => {
  const { pair, hosts } = await world()
  const insert = vi.spyOn(hosts, 'insertFromPeer')
  const addrs = Array.from({ length: 250 }, (_, index) => [`tcp://8.${index >> 8}.${index & 255}.8:8/`, 5n] as const)
  insert.mockImplementationOnce((...part) => {
    void pair.channel.stop()
    return Hosts.prototype.insertFromPeer.apply(hosts, part)
  })
  pair.peer.sendMessage(addr, { addrs })
  await pair.settle()
  expect(insert.mock.calls.map(([part]) => part.length)).toEqual([100, 100, 50])
  expect(pair.channel.isStopped).toBe(true)
  expect(insert.mock.calls.flatMap(([part]) => part.map(({ url }) => url))).toEqual(addrs.map(([url]) => url))
})

test('what is dropped of an addr is counted by reason, and told in one line a message', async () => {
  const { pair, logger, counts } = await world()
  const told = ['tcp://8.8.8.8:8/', 'ws://8.8.8.8:1', 'nym://abc:1/', 'tcp://10.0.0.1:1/', 'tcp://8.8.8.8:8', 'tcp://8.8.8.8/']
  for (const urls of [told, told.slice(0, 1)]) pair.peer.sendMessage(addr, { addrs: urls.map((url) => [url, 5n] as const) })
  await pair.settle()
  const lines = logger.records.filter(({ message }) => message === 'Addresses received')
  expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
    ['debug', { channelId: 7, received: 6, added: 1, dropped: { 'unknown-scheme': 2, local: 1, listed: 1, 'no-port': 1 } }],
    ['debug', { channelId: 7, received: 1, added: 0, dropped: { listed: 1 } }],
  ])
  const counted = Object.fromEntries(Object.entries(counts.dropped).filter(([, count]) => count > 0))
  expect(counted).toEqual({ 'unknown-scheme': 2, local: 1, listed: 2, 'no-port': 1 })
})

test('what one peer tells fills a quarter of grey, in however many messages', async () => {
  const { pair, hosts } = await world()
  for (let message = 0; message < 3; message += 1) {
    const urls = Array.from({ length: 250 }, (_, index) => `tcp://${20 + message}.${index}.1.1:1/`)
    pair.peer.sendMessage(addr, { addrs: urls.map((url) => [url, 5n] as const) })
  }
  await pair.settle()
  expect(hosts.container.size(HostColor.Grey)).toBe(500)
})
