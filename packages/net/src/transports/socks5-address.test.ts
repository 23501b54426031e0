import { parseUrl } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import { routeOfUrl, routeThrough } from './socks5-address.ts'

describe('socks5 addresses', () => {
  test.each([
    ['socks5://127.0.0.1:9050/example.org:80', '127.0.0.1', 9050, 'example.org', 80],
    ['socks5://[::1]:1/[2001:db8::1]:65535', '::1', 1, '2001:db8::1', 65_535],
    ['socks5+tls://proxy.lan:1080/10.0.0.1:1', 'proxy.lan', 1080, '10.0.0.1', 1],
    ['socks5://p:1/abcdefgh.onion:9', 'p', 1, 'abcdefgh.onion', 9],
    [`socks5://p:1/${'a'.repeat(255)}:9`, 'p', 1, 'a'.repeat(255), 9],
  ])('%s names proxy and destination', (url, host, port, name, destinationPort) => {
    expect(routeOfUrl(parseUrl(url).canonical)).toEqual({
      proxy: { host, port },
      destination: { host: name, port: destinationPort },
    })
  })

  test.each([
    'socks5://p:1/',
    'socks5://p:1/host',
    'socks5://p:1/host:',
    'socks5://p:1/:80',
    'socks5://p:1/host:0',
    'socks5://p:1/host:080',
    'socks5://p:1/host:65536',
    'socks5://p:1/host:123456',
    'socks5://p:1/host:80/',
    'socks5://p:1/host:80/more',
    'socks5://p:1/host:80?query',
    'socks5://p:1/host:80#fragment',
    'socks5://p:1//host:80',
    'socks5://p:1/user@host:80',
    'socks5://p:1/h%6fst:80',
    'socks5://p:1/[::1:80',
    'socks5://p:1/::1:80',
    'socks5://p:1/[host]:80',
    'socks5://p:1/[1:2]:80',
    'socks5://p:1/-host:80',
    `socks5://p:1/${'a'.repeat(256)}:80`,
  ])('%s is refused', (url) => {
    expect(() => routeOfUrl(url)).toThrow(
      expect.objectContaining({
        code: 'NET_DIAL_FAILED',
        data: { url, reason: expect.stringContaining('the path must be the destination') },
      }),
    )
  })

  test('socks5://p/host:80 lacks the port of the proxy', () => {
    expect(() => routeOfUrl('socks5://p/host:80')).toThrow(
      expect.objectContaining({ data: { url: 'socks5://p/host:80', reason: 'the address needs a host and a port' } }),
    )
  })
})

describe('addresses of an overlay network', () => {
  const route = routeThrough('socks5://[::1]:9050/')

  test.each([
    ['tor://a.onion:1/', 'a.onion', 1],
    ['i2p://Name.i2p:2', 'Name.i2p', 2],
    ['nym+tls://[2001:db8::1]:3/', '2001:db8::1', 3],
  ])('%s goes through the proxy of its router', (url, host, port) => {
    expect(route(url)).toEqual({ proxy: { host: '::1', port: 9050 }, destination: { host, port } })
  })

  test('tor://a.onion/ lacks a port', () => {
    expect(() => route('tor://a.onion/')).toThrow(expect.objectContaining({ code: 'NET_DIAL_FAILED' }))
  })
})
