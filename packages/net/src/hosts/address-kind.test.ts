import { describe, expect, test } from 'vitest'
import { ipv6Groups, ipVersion, isGlobalHost, mappedIpv4, plainHost } from './address-kind.ts'
import { networkGroup } from './network-group.ts'

describe('local hosts', () => {
  test.each([
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.0.0',
    '169.254.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.0',
    '192.0.0.8',
    '192.0.0.11',
    '192.0.0.255',
    '192.0.2.1',
    '192.168.0.0',
    '192.168.255.255',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '239.1.2.3',
    '240.0.0.0',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::ffff:8.8.8.8]',
    '[::ffff:808:808]',
    '[::8.8.8.8]',
    '[64:ff9b:1::1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::a00:1]',
    '[100::1]',
    '[2001::1]',
    '[2001:1ff:ffff::1]',
    '[2001:2::1]',
    '[2001:10::1]',
    '[2001:db8::1]',
    '[2002:808:808::1]',
    '[3fff::1]',
    '[3fff:fff::1]',
    '[4000::1]',
    '[5f00::1]',
    '[fc00::1]',
    '[fdff::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ff05::1]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'localhost.localdomain',
  ])('%s', (host) => {
    expect(isGlobalHost(host)).toBe(false)
    expect(isGlobalHost(plainHost(host))).toBe(false)
  })
})

describe('global hosts', () => {
  test.each([
    '1.0.0.0',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.0.0.9',
    '192.0.0.10',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '224.0.1.0',
    '[2606:4700::1111]',
    '[2001:1::1]',
    '[2001:20::1]',
    '[2001:200::1]',
    '[2000::1]',
    '[2003::1]',
    '[64:ff9b::808:808]',
    '[3ffe::1]',
    '[ff0e::1]',
    'example.com',
    'localhost.com',
    'notlocalhost',
    'abc.onion',
  ])('%s', (host) => {
    expect(isGlobalHost(host)).toBe(true)
  })
})

test.each([
  ['1.2.3.4', 4],
  ['[::1]', 6],
  ['::1', 6],
  ['fe80::1%eth0', 6],
  ['example.com', 0],
  ['1.2.3', 0],
  ['', 0],
])('%s is of IP version %i', (host, version) => {
  expect(ipVersion(host)).toBe(version)
})

test.each([
  ['[::]', [0, 0, 0, 0, 0, 0, 0, 0]],
  ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
  ['2001:db8::ff', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xff]],
  ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
  ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]],
  ['1.2.3.4', undefined],
  ['x', undefined],
])('groups of %s', (host, groups) => {
  expect(ipv6Groups(host)).toEqual(groups)
})

test.each([
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['[::ffff:102:304]', '1.2.3.4'],
  ['::1', undefined],
  ['1.2.3.4', undefined],
])('mapped in %s: %s', (host, mapped) => {
  expect(mappedIpv4(host)).toBe(mapped)
})

test.each([
  ['tcp://1.2.3.4:5/', '1.2'],
  ['tcp+tls://1.2.255.4:6/', '1.2'],
  ['tcp://[2001:db8::1]:5/', '2001:db8'],
  ['tcp://[2001:db8:ffff::1]:5/', '2001:db8'],
  ['tcp://[::ffff:102:304]:5/', '1.2'],
  ['tor://abc.onion:1/', 'a*.onion'],
  ['i2p+tls://zbc.b32.i2p:1', 'z*.i2p'],
  ['tcp://u:p@example.com:1/', 'example.com'],
  ['tcp://one.two.example.com:1/', 'example.com'],
  ['tcp://one.example.com.:1/', 'example.com'],
  ['tcp://localhost:1/', 'localhost'],
  ['socks5://127.0.0.1:9050/one.example.com:1', 'example.com'],
  ['socks5+tls://127.0.0.1:9050/1.2.3.4:1', '1.2'],
  ['socks5://127.0.0.1:9050/[2001:db8::1]:1', '2001:db8'],
  ['socks5://127.0.0.1:9050/', '127.0'],
  ['unix:///tmp/x', 'unix:///tmp/x'],
])('network group of %s is %s', (url, group) => {
  expect(networkGroup(url)).toBe(group)
})
