import { describe, expect, test } from 'vitest'
import { isI2pHost, isOnionV3 } from './overlay-address.ts'

describe('v3 onion services', () => {
  /** The examples of Tor's rendezvous specification, version 3. */
  const VALID = [
    'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion',
    'sp3k262uwy4r2k3ycr5awluarykdpag6a7y33jxop4cs2lu5uz5sseqd.onion',
    'xa4r2iadxm55fbnqgwwi5mymqdcofiu3w6rpbtqn7b2dyn7mgwj64jyd.onion',
  ]
  test.each(VALID)('%s', (host) => {
    expect(isOnionV3(host)).toBe(true)
  })

  const good = VALID[0]!
  test.each([
    ['another key', `a${good.slice(1)}`],
    ['another checksum', good.replace('cryd.', 'cpyd.')],
    ['another version', good.replace('yd.', 'ye.')],
    ['version 2', 'expyuzz4wqqyqhjn.onion'],
    ['upper case', good.toUpperCase()],
    ['a foreign character', good.replace('pg6', 'pg1')],
    ['one character less', good.slice(1)],
    ['one more', `a${good}`],
    ['a name below it', `www.${good}`],
    ['another domain', good.replace('onion', 'union')],
    ['nothing', ''],
  ])('refuses %s', (_, host) => {
    expect(isOnionV3(host)).toBe(false)
  })
})

test.each([
  ['b32, 32 bytes', `${'a'.repeat(52)}.b32.i2p`, true],
  ['left-over bits set', `${'a'.repeat(51)}b.b32.i2p`, false],
  ['51 characters', `${'a'.repeat(51)}.b32.i2p`, false],
  ['53 characters', `${'a'.repeat(53)}.b32.i2p`, false],
  ['a foreign character', `${'a'.repeat(51)}1.b32.i2p`, false],
  ['a name', 'irc.postman.i2p', true],
  ['a name of one label', 'stats.i2p', true],
  ['the domain alone', 'i2p', false],
  ['an empty label', '.i2p', false],
  ['a dash first', '-a.i2p', false],
  ['67 characters', `${'a'.repeat(63)}.i2p`, true],
  ['68 characters', `${'a'.repeat(64)}.i2p`, false],
  ['another domain', 'abc.com', false],
  ['an IP address', '1.2.3.4', false],
])('i2p host: %s', (_, host, isValid) => {
  expect(isI2pHost(host)).toBe(isValid)
})
