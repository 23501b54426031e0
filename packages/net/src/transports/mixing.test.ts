import { describe, expect, test } from 'vitest'
import { dialableSchemes, dialEndpoints, isDialableScheme } from './mixing.ts'
import type { MixingSettings } from './mixing.ts'
import { systemTransports } from './transport-table.ts'

const transports = systemTransports()
const proxies = { torSocks5Proxy: 'socks5://127.0.0.1:9050/', nymSocks5Proxy: 'socks5://[::1]:1080/' }
const settings = (active: string, mixed: string): MixingSettings => ({
  ...proxies,
  activeProfiles: active.split(' ').filter((scheme) => scheme !== ''),
  mixedProfiles: mixed.split(' ').filter((scheme) => scheme !== ''),
})

const viaTorProxy = 'socks5://127.0.0.1:9050/'
const viaNymProxy = 'socks5://[::1]:1080/'

/** What is reached, active schemes, mixed schemes, and the endpoints in order; each row stands for its `+tls` form too. */
const ROWS: [url: string, active: string, mixed: string, endpoints: string[]][] = [
  // direct
  ['tcp://a.example:1/', 'tcp', '', ['tcp://a.example:1/']],
  ['tor://a.onion:1/', 'tor', '', ['tor://a.onion:1/']],
  ['nym://a:1/', 'nym', '', ['nym://a:1/']],
  ['i2p://a.i2p:1', 'i2p', '', ['i2p://a.i2p:1']],
  ['socks5://p:1/a:2', 'socks5', '', ['socks5://p:1/a:2']],
  // neither active nor mixed over an active one
  ['tcp://a.example:1/', 'tor', '', []],
  ['tcp://a.example:1/', '', 'tcp', []],
  ['tcp://a.example:1/', 'i2p', 'tcp', []],
  ['tor://a.onion:1/', 'tcp', 'tcp', []],
  ['tor://a.onion:1/', 'nym tcp', 'tor', []],
  ['i2p://a.i2p:1', 'tor nym socks5', 'i2p', []],
  ['nym://a:1/', 'tor i2p socks5 tcp', 'nym', []],
  // mixed alone
  ['tcp://a.example:1/', 'tor', 'tcp', ['tor://a.example:1/']],
  ['tcp://a.example:1/', 'nym', 'tcp', ['nym://a.example:1/']],
  ['tcp://a.example:1/', 'socks5', 'tcp', [`${viaTorProxy}a.example:1`, `${viaNymProxy}a.example:1`]],
  ['tcp://[2001:db8::1]:1/', 'tor', 'tcp', ['tor://[2001:db8::1]:1/']],
  ['tcp://[2001:db8::1]:1/', 'socks5', 'tcp', [`${viaTorProxy}[2001:db8::1]:1`, `${viaNymProxy}[2001:db8::1]:1`]],
  ['tor://a.onion:1/', 'socks5', 'tor', [`${viaTorProxy}a.onion:1`]],
  // a mixed endpoint before a direct one, whatever the order in the settings
  ['tcp://a.example:1/', 'tcp tor', 'tcp', ['tor://a.example:1/', 'tcp://a.example:1/']],
  ['tcp://a.example:1/', 'tor tcp', 'tcp', ['tor://a.example:1/', 'tcp://a.example:1/']],
  ['tcp://a.example:1/', 'tcp nym', 'tcp', ['nym://a.example:1/', 'tcp://a.example:1/']],
  ['tor://a.onion:1/', 'tor socks5', 'tor', [`${viaTorProxy}a.onion:1`, 'tor://a.onion:1/']],
  ['tor://a.onion:1/', 'tor socks5', 'tcp', ['tor://a.onion:1/']],
  [
    'tcp://a.example:1/',
    'socks5 nym tcp tor',
    'tor tcp',
    ['tor://a.example:1/', 'nym://a.example:1/', `${viaTorProxy}a.example:1`, `${viaNymProxy}a.example:1`, 'tcp://a.example:1/'],
  ],
  // not mixed, though it could be
  ['tcp://a.example:1/', 'tcp tor socks5', 'tor', ['tcp://a.example:1/']],
]

const withTls = (text: string): string => text.replace(/^(\w+):/, '$1+tls:')
const schemesWithTls = (schemes: string): string => schemes.replace(/\w+/g, '$&+tls')

describe.each(ROWS)('%s with [%s] active and [%s] mixed', (url, active, mixed, endpoints) => {
  test(`is dialled as ${endpoints.join(', ') || 'nothing'}`, () => {
    expect(dialEndpoints(url, settings(active, mixed), transports)).toEqual(endpoints)
  })

  test('is dialled so with TLS, over TLS alone', () => {
    const tls = settings(schemesWithTls(active), schemesWithTls(mixed))
    expect(dialEndpoints(withTls(url), tls, transports)).toEqual(endpoints.map(withTls))
    expect(dialEndpoints(withTls(url), settings(active, mixed), transports)).toEqual([])
    expect(dialEndpoints(url, tls, transports)).toEqual([])
  })

  test('counts as dialable or not', () => {
    const scheme = url.split(':')[0]!
    expect(isDialableScheme(scheme, settings(active, mixed), transports)).toBe(endpoints.length > 0)
    expect(dialableSchemes(settings(active, mixed), transports).includes(scheme)).toBe(endpoints.length > 0)
  })
})

describe('every pair of schemes', () => {
  const schemes = ['tcp', 'tor', 'nym', 'i2p', 'socks5', 'unix', 'quic'].flatMap((scheme) => [scheme, `${scheme}+tls`])
  const pairs = schemes.flatMap((mixed) => schemes.map((active) => [mixed, active] as const))
  const CARRIED = new Map([
    ['tcp', ['tor', 'nym', 'socks5']],
    ['tor', ['socks5']],
  ])

  test('carries what the wire says and nothing else', () => {
    const found = pairs.filter(
      ([mixed, active]) => mixed !== active && isDialableScheme(mixed, settings(active, mixed), transports),
    )
    const wanted = [...CARRIED].flatMap(([mixed, carriers]) =>
      ['', '+tls'].flatMap((tls) => carriers.map((carrier) => [`${mixed}${tls}`, `${carrier}${tls}`])),
    )
    expect(new Set(found.map(String))).toEqual(new Set(wanted.map(String)))
  })
})

test('a scheme without a transport is not dialled, though it is active', () => {
  expect(dialEndpoints('quic://a:1', settings('quic', ''), transports)).toEqual([])
  expect(dialEndpoints('tcp://a:1/', settings('tor tcp', 'tcp'), new Map([['tcp', transports.get('tcp')!]]))).toEqual([
    'tcp://a:1/',
  ])
})

test('an address without host and port has no mixed endpoint', () => {
  expect(dialEndpoints('tcp://a/', settings('tor tcp', 'tcp'), transports)).toEqual(['tcp://a/'])
  expect(dialEndpoints('unix:///a', settings('unix', 'unix'), transports)).toEqual(['unix:///a'])
})
