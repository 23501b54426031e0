import { describe, expect, test } from 'vitest'
import { LiveSettings } from './live-settings.ts'
import { DEFAULT_PROFILE, DEFAULT_SETTINGS, makeSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { systemTransports } from './transports/transport-table.ts'

const make = (settings: Partial<Settings> = {}): LiveSettings => new LiveSettings(makeSettings(settings), systemTransports())

test('a plan changes nothing, its application changes the one object in place', () => {
  const live = make({ nodeId: 'one' })
  const { current } = live
  const change = live.plan({ nodeId: 'two', peers: ['tcp://1.2.3.4:5'] })
  expect([current.nodeId, current.peers]).toEqual(['one', []])
  expect([change.before.nodeId, change.after.nodeId, [...change.keys]]).toEqual(['one', 'two', ['nodeId', 'peers']])
  live.apply(change)
  expect([live.current, current.nodeId, current.peers]).toEqual([current, 'two', ['tcp://1.2.3.4:5/']])
})

test('what does not differ is no change, however it is spelt', () => {
  const live = make({ seeds: ['tcp://1.2.3.4:5/'], profiles: new Map([['tcp', DEFAULT_PROFILE]]) })
  const same: Partial<Settings> = {
    ...DEFAULT_SETTINGS,
    magicBytes: Buffer.from(DEFAULT_SETTINGS.magicBytes),
    seeds: ['tcp://1.2.3.4:5', 'tcp://1.2.3.4:5/'],
    profiles: new Map([['tcp', { ...DEFAULT_PROFILE }]]),
  }
  expect(live.plan(same).keys.size).toBe(0)
})

test('a value can go back to none', () => {
  const live = make({ getaddrsMax: 7 })
  live.apply(live.plan({ getaddrsMax: undefined }))
  expect(live.current.getaddrsMax).toBeUndefined()
})

describe('what only a new node can have is refused by name', () => {
  test.each<[keyof Settings, Partial<Settings>]>([
    ['magicBytes', { magicBytes: Uint8Array.of(1, 2, 3, 4) }],
    ['appName', { appName: 'other' }],
    ['appVersion', { appVersion: { ...DEFAULT_SETTINGS.appVersion, minor: 5n } }],
    ['inbound', { inbound: ['tcp://1.2.3.4:5'] }],
    ['activeProfiles', { activeProfiles: ['tor'] }],
    ['mixedProfiles', { mixedProfiles: ['tcp'] }],
    ['torSocks5Proxy', { torSocks5Proxy: 'socks5://127.0.0.1:1/' }],
    ['nymSocks5Proxy', { nymSocks5Proxy: 'socks5://127.0.0.1:1/' }],
    ['i2pSocks5Proxy', { i2pSocks5Proxy: 'socks5://127.0.0.1:1/' }],
    ['localnet', { localnet: true }],
    ['hostlistPath', { hostlistPath: '/tmp/hostlist' }],
    ['bansPath', { bansPath: '/tmp/bans' }],
    ['anchorsPath', { anchorsPath: '/tmp/anchors' }],
    ['eclipseDefences', { eclipseDefences: false }],
  ])('%s', (key, changes) => {
    const live = make()
    expect(() => live.plan({ nodeId: 'new', ...changes })).toThrow(
      expect.objectContaining({ code: 'NET_SETTINGS_INVALID', data: expect.objectContaining({ key }) }),
    )
    expect(live.current).toEqual(makeSettings({}))
  })
})

test('what is not valid is refused by name', () => {
  const live = make()
  expect(() => live.plan({ nodeId: 'new', outboundConnections: -1 })).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ key: 'outboundConnections' }) }),
  )
  expect(live.current.nodeId).toBe('')
})
