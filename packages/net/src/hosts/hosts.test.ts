import { describe, expect, test } from 'vitest'
import { Grey, White, Dark, A, B, C, PEER, world, known, Gold, Black, anOffence } from './hosts.test-util.ts'

describe('addresses from a peer', () => {
  test('go to grey or dark, are counted when new in grey, and told to listeners', () => {
    const { hosts, nowSec } = world()
    const heard: number[] = []
    const unsubscribe = hosts.onNewHosts((count) => heard.push(count))
    const seen = (...urls: string[]): { url: string; lastSeenSec: number }[] => urls.map((url) => ({ url, lastSeenSec: nowSec }))
    expect(
      hosts.insertFromPeer(seen(A, 'tcp://1.2.3.4:5', B, 'tcp+tls://9.9.9.9:1/', 'tcp://10.0.0.1:1/', 'junk'), PEER).added,
    ).toBe(2)
    expect(hosts.insertFromPeer(seen(A, 'tcp+tls://9.9.9.9:2/'), PEER).added).toBe(0)
    expect(known(hosts, Grey)).toEqual([A, B])
    expect(known(hosts, Dark)).toEqual(['tcp+tls://9.9.9.9:1/', 'tcp+tls://9.9.9.9:2/'])
    unsubscribe()
    expect(hosts.insertFromPeer(seen(C), PEER).added).toBe(1)
    expect(heard).toEqual([2])
  })

  test('are counted by reason when they are dropped, each message for itself', () => {
    const { hosts, nowSec } = world()
    const seen = (...urls: string[]): { url: string; lastSeenSec: number }[] => urls.map((url) => ({ url, lastSeenSec: nowSec }))
    const told = seen(A, A, 'junk', 'tcp://10.0.0.1:1/', 'tcp+tls://9.9.9.9:1/', 'quic://9.9.9.9:1', 'ws://9.9.9.9:1/')
    const dropped = { listed: 1, 'not-a-url': 1, local: 1, 'unknown-scheme': 2 }
    expect(hosts.insertFromPeer(told, PEER)).toEqual({ added: 1, dropped })
    expect(hosts.insertFromPeer(seen(C), PEER)).toEqual({ added: 1, dropped: {} })
  })

  test('that are dialable now leave dark, listed or not', () => {
    const { hosts, nowSec } = world()
    hosts.container.store(Dark, A, nowSec)
    hosts.container.store(Dark, C, nowSec)
    hosts.container.store(White, C, nowSec)
    hosts.insertFromPeer(
      [
        { url: A, lastSeenSec: 1 },
        { url: C, lastSeenSec: 1 },
      ],
      PEER,
    )
    expect([known(hosts, Dark), known(hosts, Grey), hosts.container.lastSeenOf(White, C)]).toEqual([[], [A], nowSec])
  })

  test('that are those of seeds and manual peers, also connected by hand, are left out', () => {
    const { hosts, nowSec } = world({ seeds: [A], peers: [B] })
    const addrs = [A, B, C].map((url) => ({ url, lastSeenSec: nowSec }))
    hosts.exemptPeer(C)
    expect(hosts.insertFromPeer(addrs, PEER).added).toBe(0)
    hosts.endExemption(C)
    expect(hosts.insertFromPeer(addrs, PEER).added).toBe(1)
    expect(known(hosts, Grey)).toEqual([C])
  })

  test('that are in use are left alone', () => {
    const { hosts, nowSec } = world()
    hosts.registry.move(A, 'connect')
    expect(hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec }], PEER).added).toBe(0)
    expect(hosts.container.colorOf(A)).toBeUndefined()
  })

  test('a listener that throws is logged and keeps no other from hearing', () => {
    const { hosts, logger, nowSec } = world()
    const heard: number[] = []
    hosts.onNewHosts(() => {
      throw new Error('listener')
    })
    hosts.onNewHosts((count) => heard.push(count))
    hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec }], PEER)
    expect(heard).toEqual([1])
    expect(logger.records.map(({ level }) => level)).toEqual(['error'])
  })
})

test('IPv6 counts as not dialable for an hour after a dial found no network, or until one connects', async () => {
  const { hosts, clock, nowSec } = world()
  const [first, second, third] = ['tcp://[2606::1]:1/', 'tcp://[2607::1]:1/', 'tcp://[2608::1]:1/'] as const
  hosts.noteUnreachable('tcp://[2a00:1450::1]:26661/')
  hosts.insertFromPeer([{ url: first, lastSeenSec: nowSec }], PEER)
  expect(known(hosts, Dark)).toEqual([first])
  await clock.advance(3_600_000)
  hosts.insertFromPeer([{ url: second, lastSeenSec: nowSec }], PEER)
  expect(known(hosts, Grey)).toEqual([second])
  hosts.noteUnreachable('tcp://[2a00:1450::1]:26661/')
  expect(hosts.pickOutbound(8)).toBeUndefined()
  hosts.markConnected(third)
  expect(hosts.pickOutbound(8)).toBe(third)
})

describe('moves', () => {
  test('follow a host through its life', async () => {
    const { hosts, clock, nowSec } = world()
    hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec - 100 }], PEER)
    hosts.greylist(A)
    expect(hosts.container.lastSeenOf(Grey, A)).toBe(nowSec - 100)
    await clock.advance(5_000)
    hosts.promoteToWhite(A)
    expect(hosts.container.entries(White)).toEqual([{ url: A, lastSeenSec: nowSec + 5 }])
    await clock.advance(5_000)
    hosts.markConnected(A)
    expect([known(hosts, White), hosts.container.entries(Gold)]).toEqual([[], [{ url: A, lastSeenSec: nowSec + 10 }]])
    await clock.advance(5_000)
    hosts.greylist(A, nowSec + 15)
    expect([known(hosts, Gold), hosts.container.entries(Grey)]).toEqual([[], [{ url: A, lastSeenSec: nowSec + 15 }]])
    hosts.removeGrey(A)
    expect(hosts.container.colorOf(A)).toBeUndefined()
  })

  test('bring a banned host into no list', () => {
    const { hosts } = world()
    hosts.markConnected(A)
    hosts.bans.add(A, { durationMs: 1000 })
    hosts.greylist(A)
    expect(hosts.container.colorOf(A)).toBeUndefined()
    hosts.markConnected(A)
    hosts.promoteToWhite(A)
    expect(hosts.container.colorOf(A)).toBeUndefined()
  })
})

test('gold holds the outbound slots and 64 more', () => {
  const { hosts } = world({ outboundConnections: 3 })
  for (let index = 0; index < 67; index += 1) hosts.markConnected(`tcp://8.8.0.${index}:1/`)
  expect(hosts.container.size(Gold)).toBe(67)
  hosts.markConnected(A)
  expect([hosts.container.size(Gold), hosts.container.has(Gold, A)]).toEqual([67, true])
})

describe('outbound picks', () => {
  test('skip seeds, our own address, banned, blacklisted and undialable hosts and those in use', () => {
    const { hosts, nowSec } = world({
      seeds: ['tcp://3.3.3.3:1'],
      externalAddrs: ['tcp://4.4.4.4:1'],
      blacklist: [{ host: '5.5.5.5', schemes: ['tcp'], ports: [] }],
    })
    for (const url of ['tcp://3.3.3.3:1/', 'tcp://4.4.4.4:1/', 'tcp://5.5.5.5:1/', 'tor://x.onion:1/', A, B])
      hosts.container.store(White, url, nowSec)
    hosts.container.store(Black, B, nowSec)
    hosts.bans.add('6.6.6.6', { durationMs: 1000 })
    hosts.container.store(White, 'tcp://6.6.6.6:1/', nowSec)
    expect(hosts.pickOutbound(8)).toBe(A)
    hosts.registry.move(A, 'connect')
    expect(hosts.pickOutbound(8)).toBeUndefined()
    hosts.changeExternalAddrs(() => [])
    expect(hosts.pickOutbound(8)).toBe('tcp://4.4.4.4:1/')
  })
})

describe('bans', () => {
  test('of an inbound host cover its ports and empty grey of it', () => {
    const { hosts, nowSec } = world()
    for (const url of [A, B, C]) hosts.insertFromPeer([{ url, lastSeenSec: nowSec }], PEER)
    expect(hosts.ban('tcp://1.2.3.4:50000/', 'inbound', anOffence('garbage'))).toBeDefined()
    expect([A, B, C, 'tcp+tls://1.2.3.4:9/'].map((url) => hosts.isBanned(url, 'inbound'))).toEqual([true, true, false, true])
    expect(hosts.isBanned(A, 'outbound')).toBe(true)
    expect(known(hosts, Grey)).toEqual([C])
    expect(hosts.insertFromPeer([{ url: A, lastSeenSec: nowSec }], PEER).added).toBe(0)
  })

  test.each([Gold, White])('of an inbound host in list %i cover only its port', (color) => {
    const { hosts, nowSec } = world()
    hosts.container.store(color, A, nowSec)
    hosts.ban('tcp://1.2.3.4:50000/', 'inbound', anOffence('garbage'))
    expect([hosts.isBanned('tcp://1.2.3.4:50000/', 'inbound'), hosts.isBanned(A, 'inbound'), known(hosts, color)]).toEqual([
      true,
      false,
      [A],
    ])
  })

  test('of an outbound host cover the endpoint alone', () => {
    const { hosts } = world()
    hosts.markConnected(A)
    hosts.markConnected(B)
    expect(hosts.ban(A, 'outbound', anOffence('garbage'))).toBeDefined()
    expect([hosts.isBanned(A, 'outbound'), hosts.isBanned(B, 'outbound'), known(hosts, Gold)]).toEqual([true, false, [B]])
  })

  test('cover the /64 of an IPv6 host', () => {
    const { hosts } = world()
    hosts.ban('tcp://[2606:1:2:3::1]:1/', 'inbound', anOffence('x'))
    expect(['2606:1:2:3:f::9', '2606:1:2:4::1'].map((host) => hosts.isBanned(`tcp://[${host}]:1/`, 'inbound'))).toEqual([
      true,
      false,
    ])
  })

  test.each([
    ['a manual peer that comes in', 'tcp://7.7.7.7:40000/', 'inbound'],
    ['a manual peer we dialled', 'tcp://7.7.7.7:7/', 'outbound'],
    ['an IP of never_ban', 'tcp://9.1.2.3:1/', 'inbound'],
    ['the same, dialled', 'tcp://9.1.2.3:1/', 'outbound'],
    ['one address of a /64', 'tcp://[2606:1:2:3::5]:1/', 'inbound'],
    ['a local host', 'tcp://127.0.0.1:1/', 'inbound'],
    ['a Unix socket', 'unix:///tmp/x', 'inbound'],
  ] as const)('never fall on %s', (_, url, how) => {
    const { hosts } = world({ peers: ['tcp://7.7.7.7:7'], neverBan: ['9.0.0.0/8', '2606:1:2:3::5'] })
    expect(hosts.ban(url, how, anOffence('x'))).toBeUndefined()
    expect(hosts.isBanned(url, how)).toBe(false)
    expect(hosts.bans.saved()).toEqual([])
  })

  test('never fall on the host of a manual peer, in white or not', () => {
    const { hosts, nowSec } = world({ peers: ['tcp://7.7.7.7:7'] })
    hosts.container.store(White, 'tcp://7.7.7.7:7/', nowSec)
    expect(hosts.ban('tcp://7.7.7.7:40000/', 'inbound', anOffence('x'))).toBeUndefined()
    expect(hosts.bans.saved()).toEqual([])
  })

  test('of a /64 leave the one address in it that is never banned', () => {
    const { hosts } = world({ neverBan: ['2606:1:2:3::5'] })
    expect(hosts.ban('tcp://[2606:1:2:3::6]:1/', 'inbound', anOffence('x'))).toBeDefined()
    expect(['5', '6'].map((last) => hosts.isBanned(`tcp://[2606:1:2:3::${last}]:1/`, 'inbound'))).toEqual([false, true])
  })

  test('of an address that the proxy of an overlay brought in do not shut out others from it', () => {
    const { hosts } = world({ localnet: true })
    expect(hosts.ban('tor://127.0.0.1:1/', 'inbound', anOffence('x'))).toBeUndefined()
    expect(hosts.ban('tcp://127.0.0.1:1/', 'inbound', anOffence('x'))).toBeDefined()
    expect([hosts.isBanned('tor://127.0.0.1:1/', 'inbound'), hosts.isBanned('tcp://127.0.0.1:2/', 'inbound')]).toEqual([
      false,
      true,
    ])
  })

  test('are not made under the relaxed policy', () => {
    expect(world({ banPolicy: 'relaxed' }).hosts.ban(A, 'outbound', anOffence('x'))).toBeUndefined()
  })

  test('need valid settings', () => {
    expect(() => world({ neverBan: ['example.com'] })).toThrow(
      expect.objectContaining({ code: 'NET_SETTINGS_INVALID', data: expect.objectContaining({ key: 'neverBan' }) }),
    )
  })
})

test('an external address whose port is not known yet is told to nobody', () => {
  const { hosts } = world({ externalAddrs: ['tcp://5.5.5.5:0/', 'tcp://5.5.5.5:99/'] })
  expect(hosts.externalAddrs).toEqual(['tcp://5.5.5.5:99/'])
  hosts.changeExternalAddrs((urls) => urls.map((url) => url.replace(':0/', ':98/')))
  expect(hosts.externalAddrs).toEqual(['tcp://5.5.5.5:98/', 'tcp://5.5.5.5:99/'])
})
