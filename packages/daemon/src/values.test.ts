import { expect, test } from 'vitest'
import {
  parseEndpoint,
  parseExternalAddress,
  parseHost,
  parseIpOrCidr,
  parseListenAddress,
  parseOrigin,
  parseProxy,
  parseRpcListen,
  parseScheme,
} from './values.ts'

const ONION = 'duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion'

test.each([
  ['tcp://127.0.0.1:26661', 'tcp://127.0.0.1:26661/'],
  ['TCP://Example.org:1/', 'tcp://example.org:1/'],
  ['tcp+tls://[2001:DB8::1]:9', 'tcp+tls://[2001:db8::1]:9/'],
  ['tcp://127.1:80', 'tcp://127.0.0.1:80/'],
  [
    'i2p://udhdrtrhatcgb4ijywzgwb6b7vxlxbzdwcyjx7l7fzyvfvyqhjta.b32.i2p:1',
    'i2p://udhdrtrhatcgb4ijywzgwb6b7vxlxbzdwcyjx7l7fzyvfvyqhjta.b32.i2p:1',
  ],
  ['tor://DUCKDUCKGOGG42XJOC72X3SJASOWOARFBGCMVFIMAFTT6TWAGSWZCZAD.onion:1', `tor://${ONION}:1/`],
  ['tor://example.com:80', 'tor://example.com:80/'],
  ['unix:///tmp/x.sock', 'unix:///tmp/x.sock'],
  ['socks5://127.0.0.1:9050/example.com:80', 'socks5://127.0.0.1:9050/example.com:80'],
])('endpoint %s is %s', (text, canonical) => {
  expect(parseEndpoint(text)).toEqual({ value: canonical })
})

test.each([
  '',
  'a',
  'a:1',
  '127.0.0.1:26661',
  'tcp:',
  'tcp://',
  'tcp://:80',
  'tcp://a',
  'tcp://a:99999',
  'tcp://a:0',
  'tpc://a:1',
  'http://a:1',
  'tcp://a b:1',
  'unix://relative/path',
  'unix:///',
  'tor://abc.onion:1',
  `tor+tls://${ONION.replace('duck', 'dack')}:1`,
  'i2p://abc.b32.i2p:1',
  'i2p+tls://ABC.b32.i2p:1',
  'socks5://127.0.0.1:9050',
  'socks5+tls://127.0.0.1:9050/',
  'socks5://127.0.0.1:9050/example.com',
])('no endpoint: %j', (text) => {
  expect(parseEndpoint(text)).toHaveProperty('reason')
})

test('port 0 is for listening only', () => {
  expect(parseListenAddress('tcp://127.0.0.1:0')).toEqual({ value: 'tcp://127.0.0.1:0/' })
  expect(parseEndpoint('tcp://127.0.0.1:0')).toEqual({ reason: '"tcp://127.0.0.1:0" needs a port from 1 to 65535' })
})

test.each([
  ['tcp://0.0.0.0:1', 'is no address that others can reach'],
  ['tcp+tls://0:1', 'is no address that others can reach'],
  ['tor://abc.onion:1', 'has no valid onion name'],
])('no external address: %s', (text, reason) => {
  expect(parseExternalAddress(text)).toMatchObject({ reason: `"${text}" ${reason}` })
})

test.each(['tcp://[::]:1/', 'tcp://192.0.2.1:0/', `tor://${ONION}:1/`])('external address: %s', (text) => {
  expect(parseExternalAddress(text)).toEqual({ value: text })
})

test('a proxy without a destination says where that goes', () => {
  expect(parseEndpoint('socks5+tls://127.0.0.1:9050')).toEqual({
    reason: '"socks5+tls://127.0.0.1:9050" has no destination behind the proxy',
    hint: 'write it as "socks5+tls://proxy:port/host:port"',
  })
})

test.each([
  'tcp://user:password@127.0.0.1:1',
  'tcp://password@127.0.0.1:1',
  'tpc://user:password@127.0.0.1',
  'socks5://user:password@127.0.0.1:1/b.example:2',
])('a password in an address is refused and not repeated: %s', (text) => {
  for (const parse of [parseEndpoint, parseListenAddress, parseExternalAddress, parseProxy('socks5://127.0.0.1:1080/')]) {
    const parsed = parse(text)
    expect(parsed).toMatchObject({ reason: expect.stringContaining('nobody logs in') as string })
    expect(JSON.stringify(parsed)).not.toContain('password@')
  }
  expect(JSON.stringify(parseRpcListen(text))).not.toContain('password')
})

test('a scheme that is a slip names the right one', () => {
  expect(parseScheme('tpc')).toEqual({ reason: '"tpc" is not a transport', hint: 'did you mean "tcp"?' })
  expect(parseScheme('gopher')).toMatchObject({ hint: expect.stringContaining('tcp, tcp+tls') as string })
})

test.each([
  ['socks5://127.0.0.1:9050', { value: 'socks5://127.0.0.1:9050/' }],
  ['SOCKS5://[::1]:1/', { value: 'socks5://[::1]:1/' }],
  ['localhost', { reason: '"localhost" is not a URL' }],
  ['socks5://127.0.0.1', { reason: '"socks5://127.0.0.1" has no port' }],
  ['tcp://127.0.0.1:9050', { reason: '"tcp://127.0.0.1:9050" is not a SOCKS5 proxy' }],
  ['socks5+tls://127.0.0.1:1', { reason: '"socks5+tls://127.0.0.1:1" is not a SOCKS5 proxy' }],
  ['socks5://u:p@127.0.0.1:1', { reason: 'an address with a user or a password: nobody logs in at one' }],
  ['socks5://127.0.0.1:1/a:2', { reason: '"socks5://127.0.0.1:1/a:2" has more than a host and a port' }],
])('proxy %s', (text, expected) => {
  expect(parseProxy('socks5://127.0.0.1:1080/')(text)).toMatchObject(expected)
})

test('a wrong proxy is shown the one of its own key', () => {
  const parse = parseProxy('socks5://127.0.0.1:1080/')
  expect(parse('localhost')).toMatchObject({ hint: 'write it as "socks5://127.0.0.1:1080"' })
  for (const text of ['socks5h://127.0.0.1:1080', 'http://127.0.0.1:1080', 'socks5+tls://127.0.0.1:1080'])
    expect(parse(text)).toEqual({
      reason: `"${text}" is not a SOCKS5 proxy`,
      hint: 'the proxy must be socks5://, as in "socks5://127.0.0.1:1080"',
    })
})

test.each(['127.0.0.1', '::1', '10.0.0.0/8', 'fd00::/8', '0.0.0.0/0', '::/128'])('IP or network %s', (text) => {
  expect(parseIpOrCidr(text)).toEqual({ value: text })
})

test.each(['', 'a', '1.2.3', '1.2.3.4/33', '::/129', '1.2.3.4/', '1.2.3.4/8/8', '1.2.3.4/-1', '1.2.3.4/a', '[::1]'])(
  'no IP or network: %j',
  (text) => {
    expect(parseIpOrCidr(text)).toHaveProperty('reason')
  },
)

test.each(['https://chat.example', 'http://localhost:8080', 'https://[::1]:1'])('origin %s', (text) => {
  expect(parseOrigin(text)).toEqual({ value: text })
})

test.each(['', '*', 'null', 'chat.example', 'https://chat.example/', 'https://chat.example/x', 'file:///x', 'https://u@h'])(
  'no origin: %j',
  (text) => {
    expect(parseOrigin(text)).toHaveProperty('reason')
  },
)

test.each(['chat.example', 'chat.example:8080', '[::1]:1', '192.0.2.1'])('host %s', (text) => {
  expect(parseHost(text)).toEqual({ value: text })
})

test.each(['', '*', 'https://chat.example', 'a/b', 'a b', 'a:123456'])('no host: %j', (text) => {
  expect(parseHost(text)).toHaveProperty('reason')
})
