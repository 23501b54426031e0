/** Facts: docs/node.md, *Settings*. */
import { describe, expect, test } from 'vitest'
import { ANONYMITY_PROFILE, DEFAULT_PROFILE, DEFAULT_SETTINGS, channelProfile, makeSettings, profileOf } from './settings.ts'
import type { Settings } from './settings.ts'

describe('settings', () => {
  test('have the defaults of the reference', () => {
    expect(makeSettings({})).toEqual(DEFAULT_SETTINGS)
    expect(DEFAULT_SETTINGS).toMatchObject({
      outboundConnections: 8,
      inboundConnections: 8,
      localnet: false,
      outboundPeerDiscoveryCooloffMs: 30_000,
      outboundPeerDiscoveryAttemptMs: 5_000,
      greylistRefineryIntervalMs: 15_000,
      knownPeerPercent: 70,
      timeWithNoConnectionsMs: 30_000,
      banPolicy: 'strict',
      appName: 'dchatd',
    })
  })

  test('bring every address to its one form, once', () => {
    const urls = ['tcp://127.1:1', 'tcp://127.0.0.1:1/', 'TCP://[2001:DB8::1]:2']
    const canonical = ['tcp://127.0.0.1:1/', 'tcp://[2001:db8::1]:2/']
    for (const key of ['inbound', 'externalAddrs', 'peers', 'seeds'] as const)
      expect(makeSettings({ [key]: urls })[key]).toEqual(canonical)
  })

  test.each<[keyof Settings, Partial<Settings>]>([
    ['magicBytes', { magicBytes: Uint8Array.of(1, 2, 3) }],
    ['magicBytes', { magicBytes: Uint8Array.of(1, 2, 3, 4, 5) }],
    ['outboundConnections', { outboundConnections: -1 }],
    ['outboundConnections', { outboundConnections: 65_536 }],
    ['inboundConnections', { inboundConnections: 1.5 }],
    ['getaddrsMax', { getaddrsMax: 256 }],
    ['getaddrsMax', { getaddrsMax: -1 }],
    ['nodeId', { nodeId: 'ü'.repeat(128) }],
    ['inbound', { inbound: ['nonsense'] }],
    ['peers', { peers: ['tcp://a b:1'] }],
    ['seeds', { seeds: ['tcp://x:99999'] }],
    ['externalAddrs', { externalAddrs: [''] }],
  ])('refuse a bad %s', (key, changes) => {
    expect(() => makeSettings(changes)).toThrow(
      expect.objectContaining({ code: 'NET_SETTINGS_INVALID', data: expect.objectContaining({ key }) }),
    )
  })

  test.each<Partial<Settings>>([
    { getaddrsMax: 255 },
    { getaddrsMax: 0 },
    { outboundConnections: 0 },
    { inboundConnections: 65_535 },
    { nodeId: 'ü'.repeat(127) },
  ])('take %j', (changes) => {
    expect(makeSettings(changes)).toMatchObject(changes)
  })
})

test.each([
  ['tcp', DEFAULT_PROFILE],
  ['tcp+tls', DEFAULT_PROFILE],
  ['unix', DEFAULT_PROFILE],
  ['tor', ANONYMITY_PROFILE],
  ['tor+tls', ANONYMITY_PROFILE],
  ['i2p', ANONYMITY_PROFILE],
  ['nym+tls', ANONYMITY_PROFILE],
  ['socks5', ANONYMITY_PROFILE],
])('the scheme %s has the timeouts of its kind, unless configured', (scheme, profile) => {
  expect(profileOf(makeSettings({}), scheme)).toBe(profile)
  const own = { ...profile, outboundConnectTimeoutMs: 1 }
  expect(profileOf(makeSettings({ profiles: new Map([[scheme, own]]) }), scheme)).toBe(own)
})

test.each([
  ['tcp://a:1/', null, DEFAULT_PROFILE],
  ['tcp://a:1/', 'tcp://a:1/', DEFAULT_PROFILE],
  ['tcp://a:1/', 'tor://a:1/', ANONYMITY_PROFILE],
  ['tor://a:1/', 'socks5://p:1/a:1', ANONYMITY_PROFILE],
])('the channel to %s, dialled as %s, has the timeouts of what was dialled', (url, resolvedUrl, profile) => {
  expect(channelProfile(makeSettings({}), { url, resolvedUrl })).toBe(profile)
})
