import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { BanExemptions } from './ban-exemptions.ts'
import { BanList } from './ban-list.ts'
import { chooseBanTarget } from './ban-rule.ts'
import { endpointTarget, hostTarget, parseBanTarget } from './ban-target.ts'
import { formatBans, parseBans } from './bans-file.ts'
import { Blacklist } from './blacklist.ts'
import { HOST_LIMITS } from './host-limits.ts'
import { anOffence } from './hosts.test-util.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function setUp(exempt: readonly string[] = []): { clock: ManualClock; bans: BanList; nowSec: () => number } {
  const clock = new ManualClock()
  return {
    clock,
    bans: new BanList({ clock, isExempt: (target) => exempt.includes(target) }),
    nowSec: () => clock.nowMs() / 1000,
  }
}

describe('targets', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4/32', '1.2.3.4'],
    ['[2001:db8:0:1:2::3]', '2001:db8:0:1::/64'],
    ['2001:DB8::1', '2001:db8::/64'],
    ['2001:db8::/64', '2001:db8::/64'],
    ['2001:db8:1::/64', '2001:db8:1::/64'],
    ['::1', '::/64'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['Example.com', 'example.com'],
    ['1.2.3.4:5', '1.2.3.4:5'],
    ['[2001:db8::1]:5', '[2001:db8::1]:5'],
    ['example.com:5', 'example.com:5'],
    ['tcp://1.2.3.4:5', '1.2.3.4:5'],
    ['tcp+tls://1.2.3.4:5/', '1.2.3.4:5'],
    ['unix:///tmp/x', 'unix:///tmp/x'],
    ['socks5://127.0.0.1:9050/a.com:1', 'socks5://127.0.0.1:9050/a.com:1'],
    ['i2p://A.i2p:1', 'a.i2p:1'],
  ])('%s is %s, and reads back', (text, target) => {
    expect(parseBanTarget(text)).toBe(target)
    expect(parseBanTarget(target)).toBe(target)
  })

  const unreadable = ['i2p://1.j2.3.4:5', 'i2p://%41.i2p:5', 'quic://0x7f.1:5']
  test.each(['', '1.2.3.0/24', '2001:db8::/32', '1.2.3.4/', 'a/b', '1.2.3.4/32/1', 'tcp://', '256.1.1.1', 'a b', ...unreadable])(
    '%j is none',
    (text) => {
      expect(() => parseBanTarget(text)).toThrow(expect.objectContaining({ code: 'NET_ADDRESS_INVALID' }))
    },
  )
})

describe('what an offence bans', () => {
  test.each([
    ['tcp://1.2.3.4:5/', { how: 'inbound', localnet: false, isTrusted: false }, '1.2.3.4'],
    ['tcp://1.2.3.4:5/', { how: 'inbound', localnet: false, isTrusted: true }, '1.2.3.4:5'],
    ['tcp://[2606:1:2:3:4::5]:5/', { how: 'inbound', localnet: false, isTrusted: false }, '2606:1:2:3::/64'],
    ['tcp://1.2.3.4:5/', { how: 'outbound', localnet: false, isTrusted: false }, '1.2.3.4:5'],
    ['tor://abc.onion:5/', { how: 'outbound', localnet: false, isTrusted: false }, 'abc.onion:5'],
    ['tcp://127.0.0.1:5/', { how: 'inbound', localnet: false, isTrusted: false }, undefined],
    ['tcp://127.0.0.1:5/', { how: 'inbound', localnet: true, isTrusted: false }, '127.0.0.1'],
    ['tcp://127.0.0.1:5/', { how: 'outbound', localnet: false, isTrusted: false }, undefined],
    ['tcp://127.0.0.1:5/', { how: 'outbound', localnet: true, isTrusted: false }, '127.0.0.1:5'],
    ['unix:///tmp/x', { how: 'inbound', localnet: true, isTrusted: false }, undefined],
    ['tor://127.0.0.1:5/', { how: 'inbound', localnet: true, isTrusted: false }, undefined],
    ['tor+tls://127.0.0.1:5/', { how: 'inbound', localnet: true, isTrusted: false }, undefined],
    ['i2p://127.0.0.1:5', { how: 'inbound', localnet: true, isTrusted: false }, undefined],
  ] as const)('%s %j: %s', (url, { how, localnet, isTrusted }, target) => {
    expect(chooseBanTarget(url, how, { localnet, isTrusted: () => isTrusted })).toBe(target)
  })
})

describe('bans', () => {
  test('last an hour, then double with each repeat up to a day', async () => {
    const { clock, bans, nowSec } = setUp()
    const hours: number[] = []
    for (let round = 0; round < 7; round += 1) {
      expect(bans.punish('1.2.3.4', anOffence('garbage'))).toBeDefined()
      const { untilSec, count } = bans.list()[0]!
      expect(count).toBe(round + 1)
      hours.push((untilSec - nowSec()) / 3600)
      await clock.advance((untilSec - nowSec()) * 1000 - 1)
      expect(bans.has('1.2.3.4')).toBe(true)
      await clock.advance(1)
      expect(bans.has('1.2.3.4')).toBe(false)
    }
    expect(hours).toEqual([1, 2, 4, 8, 16, 24, 24])
  })

  test('do not grow while they run', async () => {
    const { clock, bans } = setUp()
    bans.punish('1.2.3.4', anOffence('first'))
    const before = bans.list()
    await clock.advance(HOUR_MS / 2)
    expect(bans.punish('1.2.3.4', anOffence('second'))).toBeDefined()
    expect(bans.list()).toEqual(before)
  })

  test('are forgotten a week after they ended', async () => {
    const { clock, bans } = setUp()
    bans.punish('1.2.3.4', anOffence('x'))
    await clock.advance(HOUR_MS + 7 * DAY_MS)
    expect(bans.saved()).toHaveLength(1)
    await clock.advance(1)
    expect(bans.saved()).toEqual([])
    bans.punish('1.2.3.4', anOffence('x'))
    expect(bans.list()[0]!.count).toBe(1)
  })

  test('over 10,000 push out the one that ends first', () => {
    const { bans } = setUp()
    const targetOf = (index: number): string => `${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.1`
    bans.add('9.9.9.9', { durationMs: 1_000 })
    for (let index = 1; index < HOST_LIMITS.BANS_MAX.value; index += 1) bans.punish(targetOf(index), anOffence('x'))
    expect(bans.list()).toHaveLength(10_000)
    expect(bans.has('9.9.9.9')).toBe(true)
    bans.punish('8.8.8.8', anOffence('x'))
    expect(bans.list()).toHaveLength(10_000)
    expect([bans.has('9.9.9.9'), bans.has('8.8.8.8')]).toEqual([false, true])
  })

  test('of a host are found by any of its addresses', () => {
    const { bans } = setUp()
    for (const target of ['1.2.3.4', '2001:db8:0:1::/64', 'name.example', '5.6.7.8:9']) bans.punish(target, anOffence('x'))
    const found = [
      '1.2.3.4:5',
      'tcp+tls://1.2.3.4:6/',
      '1.2.3.4',
      '[2001:db8:0:1::7]:5',
      'NAME.example:1',
      '5.6.7.8:9',
      '1.2.3.5:5',
      'unix:///a',
    ]
    expect(found.map((text) => bans.hostBanOf(text))).toEqual([
      ...['1.2.3.4', '1.2.3.4', '1.2.3.4', '2001:db8:0:1::/64', 'name.example'],
      ...[undefined, undefined, undefined],
    ])
    expect(() => bans.hostBanOf('no target')).toThrow('NET_ADDRESS_INVALID')
    expect(bans.punished).toEqual(new Map([['x', 4]]))
  })

  test('by an operator last as long as told, replace what ran, and are lifted', () => {
    const { bans, nowSec } = setUp()
    bans.punish('1.2.3.4:5', anOffence('garbage'))
    expect(bans.add('tcp://1.2.3.4:5/', { durationMs: 48 * HOUR_MS, reason: 'line\tone\nline two' })).toEqual({
      target: '1.2.3.4:5',
      untilSec: nowSec() + 48 * 3600,
      count: 1,
      reason: 'line one line two',
      detail: '',
    })
    expect(bans.list()[0]!.reason).toBe('line one line two')
    expect(bans.lift('1.2.3.4:5')).toBe(true)
    expect(bans.lift('1.2.3.4:5')).toBe(false)
    expect(bans.saved()).toEqual([])
  })

  test.each([0, -1, NaN, Infinity, HOST_LIMITS.BAN_BY_OPERATOR_MAX_MS.value + 1])('of %d ms are refused', (durationMs) => {
    expect(() => setUp().bans.add('1.2.3.4', { durationMs })).toThrow(expect.objectContaining({ code: 'NET_ADDRESS_INVALID' }))
  })

  test.each([
    [200, 200],
    [201, 200],
  ])('keep of a reason of %i characters %i', (length, kept) => {
    const { bans } = setUp()
    bans.punish('1.2.3.4', anOffence('x'.repeat(length)))
    expect(bans.list()[0]!.reason).toBe('x'.repeat(kept))
  })

  test('never fall on the exempt, however they come', () => {
    const { bans, nowSec } = setUp(['1.2.3.4'])
    expect(bans.punish('1.2.3.4', anOffence('x'))).toBeUndefined()
    expect(() => bans.add('1.2.3.4', { durationMs: 1 })).toThrow(expect.objectContaining({ code: 'NET_ADDRESS_INVALID' }))
    bans.load([{ target: '1.2.3.4', untilSec: nowSec() + 10, count: 1, reason: '', detail: '' }])
    expect(bans.saved()).toEqual([])
  })

  test('keep what the last offence was, and no more of it than fits a line', async () => {
    const { clock, bans } = setUp()
    bans.punish('1.2.3.4', anOffence('x', 'command=first'))
    bans.punish('1.2.3.4', anOffence('y', 'command=while it runs'))
    expect(bans.list()).toMatchObject([{ reason: 'x', detail: 'command=first' }])
    await clock.advance(HOUR_MS)
    expect(bans.punish('1.2.3.4', anOffence('y', 'a\tb\n\u001b'))).toMatchObject({
      reason: 'y',
      detail: String.raw`a\u0009b\u000a\u001b`,
    })
    expect(bans.add('1.2.3.4', { durationMs: HOUR_MS })).toMatchObject({ reason: 'operator', detail: '' })
    bans.load([{ target: '5.6.7.8', untilSec: clock.nowMs() / 1_000 + 9_999, count: 1, reason: 'x', detail: 'd'.repeat(201) }])
    expect(bans.list()).toContainEqual(expect.objectContaining({ target: '5.6.7.8', detail: `${'d'.repeat(197)}...` }))
  })

  test('that have ended are lifted too: the next is a first one', async () => {
    const { clock, bans } = setUp()
    bans.punish('1.2.3.4', anOffence('x'))
    await clock.advance(HOUR_MS)
    expect([bans.list(), bans.lift('1.2.3.4'), bans.lift('1.2.3.4')]).toEqual([[], true, false])
    expect(bans.punish('1.2.3.4', anOffence('x'))).toMatchObject({ count: 1 })
  })

  test('survive in what is saved, with their count and detail', async () => {
    const { clock, bans } = setUp()
    bans.punish('1.2.3.4', anOffence('x', 'command=what'))
    const other = new BanList({ clock, isExempt: () => false })
    other.load(bans.saved())
    expect(other.list()).toEqual(bans.list())
    await clock.advance(HOUR_MS)
    other.punish('1.2.3.4', anOffence('x'))
    expect(other.list()[0]!.count).toBe(2)
  })
})

test.each([
  '',
  'x',
  '1.2.3.4\t1\t1',
  '1.2.3.4\t1\t0\tx',
  '1.2.3.4\t-1\t1\tx',
  '1.2.3.4\t1\t1\tx\ty\tz',
  '1.2.3.0/24\t1\t1\tx',
  '1.2.3.4\t1234567890123\t1\tx',
])('ban line %j is bad', (line) => {
  expect(parseBans(`${line}\n1.2.3.4\t5\t1\t\r\n`)).toEqual({
    bans: [{ target: '1.2.3.4', untilSec: 5, count: 1, reason: '', detail: '' }],
    badLines: line === '' ? 0 : 1,
  })
})

test('the file of bans has a fifth column where there is a detail, and is read without', () => {
  const [of, without] = [
    { target: '1.2.3.4', untilSec: 5, count: 1, reason: 'NET_UNKNOWN_COMMAND', detail: 'command="a b"' },
    { target: '5.6.7.8', untilSec: 6, count: 2, reason: 'operator', detail: '' },
  ]
  const text = '1.2.3.4\t5\t1\tNET_UNKNOWN_COMMAND\tcommand="a b"\n5.6.7.8\t6\t2\toperator\n'
  expect(formatBans([of, without])).toBe(text)
  expect(parseBans(text)).toEqual({ bans: [of, without], badLines: 0 })
})

describe('exemptions', () => {
  const exemptions = new BanExemptions({
    neverBan: ['1.2.3.4', '10.0.0.0/8', '[2001:db8::1]', '2002::/16'],
    peers: ['tcp://7.7.7.7:7/', 'socks5://127.0.0.1:9050/a.com:1'],
  })
  test.each([
    ['1.2.3.4', true],
    ['1.2.3.5', false],
    ['10.255.0.1', true],
    ['[2001:db8::1]', true],
    ['2001:db8::2', false],
    ['2002:1::1', true],
    ['::ffff:1.2.3.4', true],
    ['name', false],
  ])('IP %s: %s', (host, isExempt) => {
    expect(exemptions.hasIp(host)).toBe(isExempt)
  })
  test.each([
    ['1.2.3.4', true],
    ['7.7.7.7', true],
    ['7.7.7.7:7', true],
    ['7.7.7.7:8', false],
    ['127.0.0.1', false],
    ['socks5://127.0.0.1:9050/a.com:1', true],
    ['2002:1::/64', true],
    ['8.8.8.8', false],
  ])('target %s: %s', (target, isExempt) => {
    expect(exemptions.hasTarget(target)).toBe(isExempt)
  })
  test.each(['name', '1.2.3.4/33', '1.2.3.4/', '::/129', '1.2.3.4/8/8', ''])('%j is no entry', (entry) => {
    expect(() => new BanExemptions({ neverBan: [entry], peers: [] })).toThrow(
      expect.objectContaining({ code: 'NET_SETTINGS_INVALID' }),
    )
  })
})

test.each([
  ['tcp+tls://1.1.1.1:5/', true],
  ['tcp://1.1.1.1:5/', false],
  ['tcp://2.2.2.2:5/', true],
  ['tcp://2.2.2.2:6/', false],
  ['tcp+tls://2.2.2.2:5/', false],
  ['tcp+tls://[2001:db8::1]:9/', true],
  ['tcp+tls://bad.com:9/', true],
  ['tcp+tls://good.com:9/', false],
  ['unix:///tmp/x', false],
])('blacklist has %s: %s', (url, isListed) => {
  const blacklist = new Blacklist([
    { host: '1.1.1.1', schemes: [], ports: [] },
    { host: '2.2.2.2', schemes: ['tcp'], ports: [5] },
    { host: '2001:DB8:0::1', schemes: [], ports: [] },
    { host: 'Bad.com', schemes: [], ports: [] },
  ])
  expect(blacklist.has(url)).toBe(isListed)
})

test('targets of a host and of its endpoints differ', () => {
  expect(hostTarget('1.2.3.4')).not.toBe(endpointTarget('tcp://1.2.3.4:5/'))
})
