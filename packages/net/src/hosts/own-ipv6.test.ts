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
  hosts.noteOwnAddress(ONE)
  expect(hosts.externalAddrs).toEqual(['tcp://[2001:470::1]:6/', 'tcp://9.9.9.9:9/'])
  expect(hosts.insertFromPeer([{ url: 'tcp://[2001:470::1]:7', lastSeenSec: 1 }])).toBe(0)
  hosts.noteOwnAddress(TWO)
  hosts.noteOwnAddress(TWO)
  expect(hosts.externalAddrs[0]).toBe('tcp://[2001:470::2]:6/')
})
