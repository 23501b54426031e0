/** Source: docs/wire.md, *Core messages*, `connect_recv_addr`. */
import { SeededRandom, silentLogger, ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { makeSettings } from '../settings.ts'
import { Hosts } from './hosts.ts'
import { OwnIpv6 } from './own-ipv6.ts'

const ONE = 'tcp://[2001:470::1]:5/'
const TWO = 'tcp://[2001:470::2]:5/'

function seen(urls: readonly string[], localnet = false): string | undefined {
  const own = new OwnIpv6({ localnet })
  for (const url of urls) own.note(url)
  return own.host
}

describe('our own IPv6 address', () => {
  test.each([
    ['nothing', [], undefined],
    ['one', [ONE], '[2001:470::1]'],
    ['the most frequent of two', [ONE, TWO, TWO], '[2001:470::2]'],
    ['the first of equals', [ONE, TWO, TWO, ONE], '[2001:470::1]'],
    [
      'no IPv4, names, mapped, unspecified or local ones',
      ['tcp://8.8.8.8:5/', 'tcp://a.b:5/', 'tcp://[::ffff:808:808]:5/', 'tcp://[::]:5/', 'tcp://[fe80::1]:5/', 'tcp://[::1]:5/'],
      undefined,
    ],
  ])('is known from %s', (_, urls, host) => {
    expect(seen(urls)).toBe(host)
  })

  test('is a local one on localnet', () => {
    expect(seen(['tcp://[::1]:5/'], true)).toBe('[::1]')
  })

  test('is what the last 20 say', () => {
    const before = Array.from({ length: 20 }, () => ONE)
    expect(seen([...before, ...Array.from({ length: 10 }, () => TWO)])).toBe('[2001:470::1]')
    expect(seen([...before, ...Array.from({ length: 11 }, () => TWO)])).toBe('[2001:470::2]')
  })
})

describe('voices', () => {
  test('count once each, with what they said last', () => {
    const own = new OwnIpv6({ localnet: false })
    own.note(ONE, 'a')
    own.note(ONE, 'b')
    for (let time = 0; time < 20; time += 1) own.note(TWO, 'hostile')
    expect(own.host).toBe('[2001:470::1]')
    own.note(TWO, 'a')
    expect(own.host).toBe('[2001:470::2]')
  })

  test('are forgotten 20 voices after they spoke last', () => {
    const own = new OwnIpv6({ localnet: false })
    for (const voice of ['a', 'b', 'c']) own.note(ONE, voice)
    for (let voice = 0; voice < 2; voice += 1) own.note(TWO, `two ${voice}`)
    for (let voice = 0; voice < 15; voice += 1) own.note(`tcp://[2001:470::${voice + 10}]:1/`, `other ${voice}`)
    for (const voice of ['a', 'b', 'c']) own.note(ONE, voice)
    for (let voice = 0; voice < 2; voice += 1) own.note(`tcp://[2001:470::${voice + 30}]:1/`, `new ${voice}`)
    expect(own.host).toBe('[2001:470::1]')
  })

  test('of peers: one that comes back 20 times does not decide, on localnet each is one', () => {
    const told = (localnet: boolean): string | undefined => {
      const hosts = new Hosts<string>(makeSettings({ externalAddrs: ['tcp://[::]:5'], localnet }), {
        clock: new ManualClock(),
        random: new SeededRandom(1),
        logger: silentLogger,
        isDialable: () => true,
      })
      for (const peer of ['tcp://[2600::1]:1/', 'tcp://[2601::1]:1/']) hosts.noteOwnAddress(ONE, peer)
      for (let port = 1; port <= 20; port += 1) {
        hosts.noteOwnAddress(TWO, `tcp://[2602:0:${port}::6]:${port}/`)
        if (!localnet) hosts.noteOwnAddress(TWO, `tcp://66.${port}.6.6:${port}/`)
      }
      return hosts.externalAddrs[0]
    }
    expect([told(false), told(true)]).toEqual(['tcp://[2001:470::1]:5/', 'tcp://[2001:470::2]:5/'])
  })
})

test('an external address with the host [::] gets it, and is not told before', () => {
  const externalAddrs = ['tcp://[::]:5', 'tcp://9.9.9.9:9']
  const hosts = new Hosts<string>(makeSettings({ externalAddrs }), {
    clock: new ManualClock(),
    random: new SeededRandom(1),
    logger: silentLogger,
    isDialable: () => true,
  })
  expect(hosts.externalAddrs).toEqual(['tcp://9.9.9.9:9/'])
  hosts.changeExternalAddrs((urls) => urls.map((url) => url.replace(':5/', ':6/')))
  hosts.noteOwnAddress(ONE, 'tcp://[2600::1]:1/')
  expect(hosts.externalAddrs).toEqual(['tcp://[2001:470::1]:6/', 'tcp://9.9.9.9:9/'])
  expect(hosts.insertFromPeer([{ url: 'tcp://[2001:470::1]:7', lastSeenSec: 1 }], ONE).added).toBe(0)
  hosts.noteOwnAddress(TWO, 'tcp://[2601::1]:1/')
  hosts.noteOwnAddress(TWO, 'tcp://[2602::1]:1/')
  expect(hosts.externalAddrs[0]).toBe('tcp://[2001:470::2]:6/')
})
