import { ConfigError } from '@dchat/config'
import { NetError } from '@dchat/net'
import { expect, test } from 'vitest'
import { reloadError } from './reload-error.ts'

test('a setting that only a new node can have is a line about the file', () => {
  const error = new NetError('NET_SETTINGS_INVALID', { key: 'torSocks5Proxy', reason: 'cannot change' })
  const told = reloadError(error, '/etc/dchatd.toml')
  expect(told).toBeInstanceOf(ConfigError)
  expect(told).toMatchObject({
    message: '/etc/dchatd.toml: net.tor_socks5_proxy: cannot change while the node runs; restart to change it',
    cause: error,
  })
})

test('a table of another name and its own keys', () => {
  const error = new NetError('NET_SETTINGS_INVALID', { key: 'inbound', reason: 'cannot change' })
  const table = { path: ['network', 'my net'], names: { inbound: 'accept_addrs' } }
  expect(reloadError(error, 'f', table)).toMatchObject({ data: { key: 'network."my net".accept_addrs', file: 'f' } })
})

test('any other error stays as it is', () => {
  for (const error of [new NetError('NET_STOPPED', {}), new TypeError('a bug'), 'a string'])
    expect(reloadError(error, 'f')).toBe(error)
})
