/** Floods of hostile addresses against a node's lists and slots. Source: docs/limits.md, *Hosts and bans*; docs/decisions/0010. */
import { ManualClock, SeededRandom, silentLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { makeSettings } from '../settings.ts'
import type { Settings } from '../settings.ts'
import { HostColor } from './host-color.ts'
import { addressList, fillSlots, honestUrl, hostWorld, spreadUrl } from '../testing/host-world.ts'
import type { HostWorld } from '../testing/host-world.ts'
import { Hosts } from './hosts.ts'

const { Grey, White, Gold, Dark } = HostColor
const HONEST_PEER = 'tcp://9.9.9.9:9/'
const HOSTILE_PEER = 'tcp://66.6.6.6:50000/'

describe('100,000 addresses from one peer', () => {
  test('move no white, gold or earlier grey one and fill a quarter of grey', () => {
    const { hosts, nowSec } = hostWorld()
    for (let index = 0; index < 300; index += 1) hosts.container.store(White, honestUrl(index), 1)
    for (let index = 300; index < 308; index += 1) hosts.container.store(Gold, honestUrl(index), 1)
    expect(
      hosts.insertFromPeer(
        addressList(400, (index) => honestUrl(index + 400), 1),
        HONEST_PEER,
      ),
    ).toEqual({ added: 400, dropped: {} })
    const before = [White, Gold, Grey].map((color) => hosts.container.entries(color))
    hosts.insertFromPeer(addressList(100_000, spreadUrl, nowSec), HOSTILE_PEER)
    expect([White, Gold].map((color) => hosts.container.entries(color))).toEqual(before.slice(0, 2))
    for (const { url, lastSeenSec } of before[2]!) expect(hosts.container.lastSeenOf(Grey, url)).toBe(lastSeenSec)
    expect(hosts.container.size(Grey)).toBe(900)
  })

  test('also from other addresses of its network group, and about times to come', () => {
    const { hosts, nowSec } = hostWorld()
    for (let peer = 0; peer < 50; peer += 1) {
      const entries = addressList(200, (index) => spreadUrl(200 * peer + index), 2 ** 63)
      hosts.insertFromPeer(entries, `tcp+tls://66.6.${peer}.1:${40_000 + peer}/`)
    }
    expect(hosts.container.size(Grey)).toBe(500)
    expect(hosts.container.entries(Grey)[0]?.lastSeenSec).toBe(nowSec)
  })

  test('of one network group make a twentieth of grey, whoever tells them', () => {
    const { hosts, nowSec } = hostWorld()
    for (let peer = 0; peer < 30; peer += 1) {
      const entries = addressList(100, (index) => `tcp://66.6.${peer}.${index}:1/`, nowSec)
      hosts.insertFromPeer(entries, `tcp://${30 + peer}.1.1.1:1/`)
    }
    expect(hosts.container.size(Grey)).toBe(100)
  })

  test('that cannot be dialled fill a quarter of dark, and make none of it older', () => {
    const { hosts, nowSec } = hostWorld()
    const quic = (index: number): string => `tcp+tls${honestUrl(index).slice(3)}`
    hosts.insertFromPeer(addressList(100, quic, nowSec), HONEST_PEER)
    hosts.insertFromPeer(
      addressList(5_000, (index) => `tcp+tls${spreadUrl(index).slice(3)}`, nowSec),
      HOSTILE_PEER,
    )
    hosts.insertFromPeer(addressList(100, quic, 0), HOSTILE_PEER)
    expect(hosts.container.size(Dark)).toBe(350)
    expect(hosts.container.lastSeenOf(Dark, quic(0))).toBe(nowSec)
  })

  test.each([{ localnet: true }, { eclipseDefences: false }])('are held by nothing but the bound with %j', (settings) => {
    const { hosts, nowSec } = hostWorld(settings)
    hosts.insertFromPeer(addressList(3_000, spreadUrl, nowSec), HOSTILE_PEER)
    expect(hosts.container.size(Grey)).toBe(2_000)
  })
})

test('what a connection ended with counts as known by ourselves, not as told', () => {
  const { hosts, nowSec } = hostWorld()
  hosts.insertFromPeer(addressList(500, honestUrl, nowSec), HONEST_PEER)
  hosts.markConnected(honestUrl(0))
  hosts.insertFromPeer([{ url: honestUrl(600), lastSeenSec: nowSec }], HONEST_PEER)
  hosts.greylist(honestUrl(0), nowSec)
  expect(hosts.container.size(Grey)).toBe(501)
})

describe('outbound slots', () => {
  test('go to two hosts of a network group at most, of whatever list', () => {
    const { hosts, nowSec } = hostWorld()
    for (const color of [Gold, White, Grey])
      for (let index = 0; index < 10; index += 1) hosts.container.store(color, `tcp://66.6.${color}.${index}:1/`, nowSec)
    expect(fillSlots(hosts, 8)).toHaveLength(2)
    expect(hosts.pickOutbound(8, ['tcp://66.6.9.9:1/', 'tcp://6.6.9.9:1/'])).toMatch(/^tcp:\/\/66\.6\./)
    expect(hosts.pickOutbound(8, ['tcp://66.6.9.8:1/', 'tcp://66.6.9.9:1/'])).toBeUndefined()
  })

  test.each([{ localnet: true }, { eclipseDefences: false }])('go to any number of a group with %j', (settings) => {
    const { hosts, nowSec } = hostWorld(settings)
    for (let index = 0; index < 10; index += 1) hosts.container.store(Grey, `tcp://66.6.6.${index}:1/`, nowSec)
    expect(fillSlots(hosts, 8)).toHaveLength(8)
  })

  test.each([{}, { localnet: true }])('never go to a host and port twice, in whatever scheme, with %j', (settings) => {
    const clock = new ManualClock()
    const deps = { clock, random: new SeededRandom(1), logger: silentLogger, isDialable: () => true }
    const hosts = new Hosts<string>(makeSettings(settings), deps)
    for (const url of ['tcp://8.8.8.8:1/', 'tcp+tls://8.8.8.8:1/', 'tcp://9.9.9.9:1/', 'tcp+tls://9.9.9.9:1/']) {
      hosts.container.store(Grey, url, 1)
    }
    expect(hosts.pickOutbound(4, ['tcp+tls://8.8.8.8:1/', 'tcp://9.9.9.9:1/'])).toBeUndefined()
    hosts.registry.move('tcp://9.9.9.9:1/', 'connect')
    expect(fillSlots(hosts, 4)).toHaveLength(1)
    hosts.registry.move('tcp://9.9.9.9:1/', 'free')
    expect(fillSlots(hosts, 4)).toHaveLength(1)
    expect(hosts.pickOutbound(4, ['tcp://9.9.9.9:1/'])).toBeUndefined()
  })
})

describe('anchors', () => {
  const ANCHOR = 'tcp://7.7.7.7:7/'

  function anchored(settings: Partial<Settings> = {}): HostWorld {
    const made = hostWorld(settings)
    made.hosts.setAnchors([ANCHOR, 'tcp://8.8.8.8:8/'])
    made.hosts.container.store(Gold, honestUrl(0), made.nowSec)
    return made
  }

  test('come before all others after a start, each once, in no list', async () => {
    const { hosts } = anchored()
    expect(hosts.pickOutbound(8)).toBe(honestUrl(0))
    for (let start = 0; start < 2; start += 1) {
      await hosts.start()
      const picks = [hosts.pickOutbound(8), hosts.pickOutbound(8), hosts.pickOutbound(8)]
      expect(picks).toEqual([ANCHOR, 'tcp://8.8.8.8:8/', honestUrl(0)])
    }
  })

  test.each([
    ['banned', (hosts: Hosts<string>) => hosts.bans.add('7.7.7.7', { durationMs: 1_000 })],
    ['connected', (hosts: Hosts<string>) => hosts.registry.move(ANCHOR, 'connected', 'channel')],
    ['our own', (hosts: Hosts<string>) => hosts.changeExternalAddrs(() => [ANCHOR])],
  ])('that are %s are passed over', async (_, prepare) => {
    const { hosts } = anchored()
    await hosts.start()
    prepare(hosts)
    expect(hosts.pickOutbound(8)).toBe('tcp://8.8.8.8:8/')
  })

  test('that are not dialable are passed over', async () => {
    const { hosts } = hostWorld()
    hosts.setAnchors(['tor://abc.onion:1/'])
    await hosts.start()
    expect(hosts.pickOutbound(8)).toBeUndefined()
  })

  test('of a network group that has two slots are passed over', async () => {
    const { hosts } = anchored()
    await hosts.start()
    expect(hosts.pickOutbound(8, ['tcp://7.7.1.1:1/', 'tcp://7.7.1.2:1/'])).toBe('tcp://8.8.8.8:8/')
  })

  test('are not tried with the defences off', async () => {
    const { hosts } = anchored({ eclipseDefences: false })
    await hosts.start()
    expect(hosts.pickOutbound(8)).toBe(honestUrl(0))
  })
})
