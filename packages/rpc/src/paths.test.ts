import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { dchatPaths } from './paths.ts'

test('without XDG variables everything is below the usual folders of the home', () => {
  expect(dchatPaths({ env: { HOME: '/home/ann' } })).toEqual({
    configFile: '/home/ann/.config/dchat/dchatd.toml',
    tuiConfigFile: '/home/ann/.config/dchat/tui.toml',
    dataDir: '/home/ann/.local/share/dchat',
    stateDir: '/home/ann/.local/state/dchat',
    runtimeDir: '/home/ann/.local/state/dchat/run',
    socketPath: '/home/ann/.local/state/dchat/run/dchatd.sock',
    cookiePath: '/home/ann/.local/state/dchat/run/cookie',
    addressPath: '/home/ann/.local/state/dchat/run/rpc-address',
    tlsFingerprintPath: '/home/ann/.local/state/dchat/run/tls-fingerprint',
    storePath: '/home/ann/.local/share/dchat/messages.db',
    identityPath: '/home/ann/.local/share/dchat/identity.key',
    boxKeysPath: '/home/ann/.local/share/dchat/box-keys',
    roomKeysPath: '/home/ann/.local/share/dchat/room-keys',
    hostlistPath: '/home/ann/.local/share/dchat/hostlist.tsv',
    bansPath: '/home/ann/.local/share/dchat/bans.tsv',
    lockPath: '/home/ann/.local/share/dchat/lock.db',
    logFile: '/home/ann/.local/state/dchat/dchatd.log',
    inputHistoryPath: '/home/ann/.local/state/dchat/input-history',
    tuiSettingsPath: '/home/ann/.local/state/dchat/tui-settings.json',
  })
})

test('each XDG variable moves its own folder', () => {
  const env = { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/r' }
  expect(dchatPaths({ env })).toMatchObject({
    configFile: '/c/dchat/dchatd.toml',
    dataDir: '/d/dchat',
    stateDir: '/s/dchat',
    runtimeDir: '/r/dchat',
    socketPath: '/r/dchat/dchatd.sock',
  })
})

test('relative and empty XDG values are ignored', () => {
  const env = { HOME: '/h', XDG_CONFIG_HOME: 'c', XDG_DATA_HOME: '', XDG_STATE_HOME: './s', XDG_RUNTIME_DIR: 'r' }
  expect(dchatPaths({ env })).toEqual(dchatPaths({ env: { HOME: '/h' } }))
})

test('one home moves all, the flag before the variable', () => {
  const env = { HOME: '/h', XDG_DATA_HOME: '/d', DCHAT_HOME: '/var/dchat' }
  expect(dchatPaths({ env })).toMatchObject({
    configFile: '/var/dchat/dchatd.toml',
    tuiConfigFile: '/var/dchat/tui.toml',
    dataDir: '/var/dchat/data',
    stateDir: '/var/dchat/state',
    runtimeDir: '/var/dchat/run',
    socketPath: '/var/dchat/run/dchatd.sock',
    cookiePath: '/var/dchat/run/cookie',
  })
  expect(dchatPaths({ env, home: '/other' }).dataDir).toBe('/other/data')
  expect(dchatPaths({ env: { HOME: '/h', DCHAT_HOME: '' } }).dataDir).toBe('/h/.local/share/dchat')
})

test('a relative home counts from the working folder', () => {
  expect(dchatPaths({ env: {}, home: 'here' }).dataDir).toBe(resolve('here', 'data'))
})
