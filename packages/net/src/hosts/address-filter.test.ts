import { describe, expect, test } from 'vitest'
import { filterAddress, isDirectIpv6 } from './address-filter.ts'
import type { FilterFacts } from './address-filter.ts'

const ONION = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion'
const FACTS: FilterFacts = {
  configured: new Set(['tcp://9.9.9.9:1/', 'tcp://10.9.9.9:1/']),
  externalAddrs: ['tcp://7.7.7.7:7000/'],
  localnet: false,
  isBanned: (url) => url.includes('6.6.6.6') || url.includes('10.6.6.6'),
  isDialable: (url) => url.startsWith('tcp://') || url.startsWith('i2p://'),
  isListed: (url) => url.includes('5.5.5.5'),
}

const judged = (url: string, facts: Partial<FilterFacts> = {}): string => {
  const { verdict, reason } = filterAddress(url, { ...FACTS, ...facts })
  return `${verdict} ${reason}`
}

describe('off localnet', () => {
  test.each([
    ['tcp://1.2.3.4:5/', 'grey new'],
    ['tcp://1.2.3.4:5', 'grey new'],
    ['tcp://[2606:4700::1]:5/', 'grey new'],
    ['tcp://example.com:5/', 'grey new'],
    ['i2p://irc.postman.i2p:1', 'grey new'],
    ['nothing', 'drop not-a-url'],
    ['tcp://256.1.1.1:5/', 'drop not-a-url'],
    ['unix:///tmp/x', 'drop no-host'],
    ['tcp://1.2.3.4/', 'drop no-port'],
    ['tcp://1.2.3.4:0/', 'drop no-port'],
    ['tcp://9.9.9.9:1/', 'drop configured'],
    ['tcp://9.9.9.9:1/?x=1', 'drop configured'],
    ['tcp://6.6.6.6:1/', 'drop banned'],
    ['tcp://7.7.7.7:7000/', 'drop own'],
    ['tcp://7.7.7.7:1/', 'drop own'],
    ['tcp://8.8.8.8:7000/', 'grey new'],
    ['tcp://127.1:5/', 'drop local'],
    ['tcp://192.168.1.1:5/', 'drop local'],
    ['tcp://localhost:5/', 'drop local'],
    ['tcp://[::ffff:8.8.8.8]:5/', 'drop local'],
    ['quic://1.2.3.4:5', 'drop unknown-scheme'],
    ['http://1.2.3.4:5/', 'drop unknown-scheme'],
    ['socks5://1.2.3.4:5/x:1', 'drop unknown-scheme'],
    ['nym://abc:1/', 'drop unknown-scheme'],
    ['nym+tls://abc:1/', 'drop unknown-scheme'],
    ['tor://abc.onion:1/', 'drop invalid-host'],
    ['tor://1.2.3.4:1/', 'drop invalid-host'],
    ['i2p://abc.com:1', 'drop invalid-host'],
    [`tcp://${ONION}:1/`, 'drop invalid-host'],
    ['tcp+tls://irc.postman.i2p:1/', 'drop invalid-host'],
    [`tor://${ONION}:1/`, 'dark not-dialable'],
    [`tor+tls://${ONION}:1/`, 'dark not-dialable'],
    ['tcp+tls://5.5.5.5:1/', 'dark not-dialable'],
    ['tls://1.2.3.4:1', 'dark not-dialable'],
    ['tcp://5.5.5.5:1/', 'drop listed'],
  ])('%s: %s', (url, expected) => {
    expect(judged(url)).toBe(expected)
  })
})

describe('on localnet', () => {
  test.each([
    ['tcp://127.0.0.1:5/', 'grey new'],
    ['tcp://localhost:5/', 'grey new'],
    ['tcp://127.0.0.1:7000/', 'drop own'],
    ['tcp://8.8.8.8:7000/', 'drop own'],
    ['tcp://7.7.7.7:1/', 'grey new'],
  ])('%s: %s', (url, expected) => {
    expect(judged(url, { localnet: true })).toBe(expected)
  })
})

test('an address of 513 characters is not looked at, one of 512 is', () => {
  const padded = (length: number): string => 'tcp://1.2.3.4:5/'.padEnd(length, 'x')
  expect(judged(padded(512))).toBe('grey new')
  expect(judged(padded(513))).toBe('drop too-long')
})

/** Each address fails its own rule and every later one that it can fail too. */
test.each([
  ['length before form', 'too-long', { url: 'x'.repeat(600), facts: {} }],
  ['form before host', 'not-a-url', { url: 'tcp://:1/', facts: {} }],
  ['host before port', 'no-host', { url: 'unix:///tmp/x', facts: { configured: new Set(['unix:///tmp/x']) } }],
  [
    'port before configured',
    'no-port',
    { url: 'tcp://1.2.3.4/', facts: { configured: new Set(['tcp://1.2.3.4/', 'tcp://1.2.3.4:0/']), isBanned: () => true } },
  ],
  ['configured before banned', 'configured', { url: 'tcp://6.6.6.6:1/', facts: { configured: new Set(['tcp://6.6.6.6:1/']) } }],
  ['banned before own', 'banned', { url: 'tcp://6.6.6.6:1/', facts: { externalAddrs: ['tcp://6.6.6.6:1/'] } }],
  ['own before local', 'own', { url: 'tcp://10.1.1.1:1/', facts: { externalAddrs: ['tcp://10.1.1.1:2/'] } }],
  ['local before scheme', 'local', { url: 'quic://10.1.1.1:1', facts: {} }],
  ['scheme before host', 'unknown-scheme', { url: 'nym://abc.onion:1/', facts: {} }],
  ['host before dialable', 'invalid-host', { url: 'tor://abc.onion:1/', facts: { isDialable: () => false } }],
  ['dialable before listed', 'not-dialable', { url: 'tcp://5.5.5.5:1/', facts: { isDialable: () => false } }],
] satisfies [string, string, { url: string; facts: Partial<FilterFacts> }][])('order: %s', (_, reason, { url, facts }) => {
  expect(filterAddress(url, { ...FACTS, ...facts }).reason).toBe(reason)
})

test.each([
  ['TCP://1.2.3.4:5', 'tcp://1.2.3.4:5/'],
  ['tcp://u:p@1.2.3.4:5/a/b?c#d', 'tcp://1.2.3.4:5/'],
  ['i2p://IRC.postman.i2p:1/x', 'i2p://irc.postman.i2p:1'],
  ['tcp://[2606:4700:0::1]:5', 'tcp://[2606:4700::1]:5/'],
])('%s is taken as %s', (text, url) => {
  expect(filterAddress(text, FACTS)).toEqual({ verdict: 'grey', reason: 'new', url })
})

test.each([
  ['tcp://[2606::1]:1/', true],
  ['tcp+tls://[2606::1]:1/', true],
  ['tcp://1.2.3.4:1/', false],
  ['tls://[2606::1]:1', true],
  ['i2p://[2606::1]:1', false],
  ['ws://[2606::1]:1/', false],
  ['tcp://a:1/', false],
])('%s needs IPv6: %s', (url, isNeeded) => {
  expect(isDirectIpv6(url)).toBe(isNeeded)
})
