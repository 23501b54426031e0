/** Facts: docs/node.md, *Settings*. */
import { encodeToBytes } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import { verack } from './messages/core-messages.ts'
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
    ['peers', { peers: ['tcp://1.2.3.4'] }],
    ['seeds', { seeds: ['tcp://1.2.3.4:0'] }],
    ['torSocks5Proxy', { torSocks5Proxy: 'socks5://127.0.0.1:0' }],
    ['i2pSocks5Proxy', { i2pSocks5Proxy: 'tcp://127.0.0.1:1' }],
    ['knownPeerPercent', { knownPeerPercent: Number.NaN }],
    ['knownPeerPercent', { knownPeerPercent: -5 }],
    ['greylistRefineryIntervalMs', { greylistRefineryIntervalMs: Number.NaN }],
    ['greylistRefineryIntervalMs', { greylistRefineryIntervalMs: 9 }],
    ['whitelistRefineryIntervalMs', { whitelistRefineryIntervalMs: 0 }],
    ['outboundPeerDiscoveryAttemptMs', { outboundPeerDiscoveryAttemptMs: 0 }],
    ['outboundPeerDiscoveryCooloffMs', { outboundPeerDiscoveryCooloffMs: 2 ** 31 }],
    ['timeWithNoConnectionsMs', { timeWithNoConnectionsMs: -1 }],
    ['profiles', { profiles: {} as never }],
    ['profiles', { profiles: new Map([['no name', DEFAULT_PROFILE]]) }],
    ['profiles', { profiles: new Map([['tcp', { ...DEFAULT_PROFILE, outboundConnectTimeoutMs: 0 }]]) }],
    ['activeProfiles', { activeProfiles: ['TCP'] }],
    ['activeProfiles', { activeProfiles: [''] }],
    ['activeProfiles', { activeProfiles: ['tcp://'] }],
    ['mixedProfiles', { mixedProfiles: [undefined as never] }],
    ['mixedProfiles', { mixedProfiles: 'tcp' as never }],
    ['banPolicy', { banPolicy: 'x' as never }],
    ['appName', { appName: 7 as never }],
    ['appName', { appName: 'x'.repeat(65) }],
    ['appVersion', { appVersion: { ...DEFAULT_SETTINGS.appVersion, pre: '..' } }],
    ['appVersion', { appVersion: { ...DEFAULT_SETTINGS.appVersion, major: -1n } }],
    ['magicBytes', { magicBytes: [1, 2, 3, 4] as never }],
    ['features', { features: [['x'.repeat(251), 1]] }],
    ['features', { features: [['chat', 2 ** 32]] }],
    ['blacklist', { blacklist: [{ host: '', schemes: [], ports: [] }] }],
    ['blacklist', { blacklist: [{ host: '1.2.3.4' } as never] }],
    ['blacklist', { blacklist: [{ host: '1.2.3.4', schemes: [], ports: [65_536] }] }],
    ['neverBan', { neverBan: [5 as never] }],
    ['localnet', { localnet: 'no' as never }],
    ['hostlistPath', { hostlistPath: '' }],
    ['nodeid' as never, { nodeid: 'x' } as Partial<Settings>],
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
    { timeWithNoConnectionsMs: 0 },
    { greylistRefineryIntervalMs: 10 },
    { outboundPeerDiscoveryCooloffMs: 2 ** 31 - 1 },
    { features: [['x'.repeat(250), 2 ** 32 - 1]] },
    { peers: ['unix:///run/peer.sock'] },
    // Whether there is such a transport is not known here.
    { activeProfiles: ['tcp', 'quic', 'x-own.2+tls'] },
    { peers: ['ws://example.org/path', 'own://name'] },
  ])('take %j', (changes) => {
    expect(makeSettings(changes)).toMatchObject(changes)
  })

  test('have the default where none is given', () => {
    const none = Object.fromEntries(Object.keys(DEFAULT_SETTINGS).map((key) => [key, undefined])) as Partial<Settings>
    expect(makeSettings(none)).toEqual(DEFAULT_SETTINGS)
  })

  test('do not change with what they were made of', () => {
    const peers = ['tcp://1.2.3.4:5/']
    const magicBytes = Uint8Array.of(1, 2, 3, 4)
    const made = makeSettings({ peers, magicBytes })
    peers.push('tcp://1.2.3.4:6/')
    magicBytes.fill(0)
    expect([made.peers, made.magicBytes]).toEqual([['tcp://1.2.3.4:5/'], Uint8Array.of(1, 2, 3, 4)])
  })

  test('of an application with the longest name and version fit its messages', () => {
    const { max, min } = { max: 2n ** 64n - 1n, min: 0n }
    const appVersion = { major: max, minor: max, patch: min, pre: 'x'.repeat(18), build: 'y'.repeat(18) }
    const { appName } = makeSettings({ appName: 'n'.repeat(64), appVersion })
    expect(encodeToBytes(verack.codec, { appName, appVersion }).length).toBeLessThanOrEqual(verack.maxBytes)
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
  const own = { ...profile, outboundConnectTimeoutMs: 10 }
  expect(profileOf(makeSettings({ profiles: new Map([[scheme, own]]) }), scheme)).toEqual(own)
})

test.each([
  ['tcp://a:1/', null, DEFAULT_PROFILE],
  ['tcp://a:1/', 'tcp://a:1/', DEFAULT_PROFILE],
  ['tcp://a:1/', 'tor://a:1/', ANONYMITY_PROFILE],
  ['tor://a:1/', 'socks5://p:1/a:1', ANONYMITY_PROFILE],
])('the channel to %s, dialled as %s, has the timeouts of what was dialled', (url, resolvedUrl, profile) => {
  expect(channelProfile(makeSettings({}), { url, resolvedUrl })).toBe(profile)
})
