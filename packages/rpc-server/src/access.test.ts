import { describe, expect, test } from 'vitest'
import { isHostAllowed, isOriginAllowed, readCredentials, unsupportedBody } from './access.ts'

const policy = { ports: new Set([51_054, 80]), allowedHosts: ['chat.lan', 'proxy.example:8443'] }

describe('Host', () => {
  test.each([
    '127.0.0.1:51054',
    '127.1.2.3:51054',
    'localhost:51054',
    'LocalHost:51054',
    '[::1]:51054',
    '[0:0:0:0:0:0:0:1]:51054',
    'localhost',
    'chat.lan',
    'CHAT.lan:9',
    'proxy.example:8443',
  ])('%s is let in', (host) => {
    expect(isHostAllowed(host, policy)).toBe(true)
  })

  test.each([
    undefined,
    '',
    'evil.example:51054',
    '127.0.0.1:9',
    'localhost:9',
    'localhost.evil.example:51054',
    '127.0.0.1.evil.example:51054',
    '127.evil.example:51054',
    'evil.example:51054@localhost',
    'user@localhost:51054',
    'localhost:51054/evil',
    'localhost:51054, evil.example',
    '127.0.0.1 :51054',
    '0.0.0.0:51054',
    '10.0.0.1:51054',
    '[::]:51054',
    '[::ffff:127.0.0.1]:51054',
    '[fe80::1]:51054',
    '::1:51054',
    '2130706433:51054',
    '0x7f.1:51054',
    '127.1:51054',
    'localhost.:51054',
    'proxy.example',
    'proxy.example:1',
    'xchat.lan',
    'chat.lan.evil.example',
    'localhost:051054',
    'localhost:',
    'localhost:123456',
  ])('%s is not', (host) => {
    expect(isHostAllowed(host, policy)).toBe(false)
  })
})

test('a page is let in only if it is listed, whatever its origin is called', () => {
  const listed = ['https://app.example']
  expect(isOriginAllowed(undefined, listed)).toBe(true)
  expect(isOriginAllowed('https://app.example', listed)).toBe(true)
  const others = [
    'null',
    '',
    'http://app.example',
    'https://app.example:444',
    'https://app.example.evil',
    'http://127.0.0.1:51054',
    'http://localhost:51054',
  ]
  expect(others.filter((origin) => isOriginAllowed(origin, listed))).toEqual([])
})

test.each([
  ['Bearer abc', 'abc'],
  ['bearer   abc ', 'abc'],
  [`Basic ${Buffer.from('anybody:abc').toString('base64')}`, 'abc'],
  [`Basic ${Buffer.from(':abc').toString('base64')}`, 'abc'],
  [`BASIC ${Buffer.from('a:b:c').toString('base64')}`, 'b:c'],
  [`Basic ${Buffer.from('abc').toString('base64')}`, undefined],
  ['Basic', undefined],
  ['Digest abc', undefined],
  ['abc', undefined],
  ['', undefined],
  [undefined, undefined],
  ['Bearer a b', undefined],
])('credentials of %j', (header, secret) => {
  expect(readCredentials(header)).toBe(secret)
})

test.each([
  [{}, true],
  [{ 'content-type': 'application/json' }, true],
  [{ 'content-type': 'application/json; charset=UTF-8' }, true],
  [{ 'content-type': 'application/x-www-form-urlencoded' }, true],
  [{ 'content-type': 'text/plain;charset="utf8"' }, true],
  [{ 'content-encoding': 'identity' }, true],
  [{ 'content-encoding': 'gzip' }, false],
  [{ 'content-type': 'application/json; charset=utf-16' }, false],
  [{ 'content-type': 'multipart/form-data; boundary=x' }, false],
])('a body with %j can be read: %s', (headers, isReadable) => {
  expect(unsupportedBody(headers) === undefined).toBe(isReadable)
})
