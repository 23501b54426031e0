import { ManualClock, SeededRandom } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { HOST_COLOR_NAMES, HOST_COLORS, HostColor } from './host-color.ts'
import { HostContainer } from './host-container.ts'
import { HOST_LIMITS } from './host-limits.ts'

const { Grey, White, Gold, Black, Dark } = HostColor
const GOLD_MAX = 4
const A = 'tcp://1.2.3.4:5/'

function setUp(): { clock: ManualClock; hosts: HostContainer; nowSec: number } {
  const clock = new ManualClock()
  return { clock, hosts: new HostContainer({ goldMax: GOLD_MAX }, { clock }), nowSec: Math.floor(clock.nowMs() / 1000) }
}

const urlOf = (index: number): string => `tcp://10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:1/`

describe('moves', () => {
  const colorsAfter = (from: HostColor, to: HostColor): string[] => {
    const { hosts, nowSec } = setUp()
    hosts.store(from, A, nowSec)
    hosts.move(A, to, nowSec)
    return HOST_COLORS.filter((color) => hosts.has(color, A)).map((color) => HOST_COLOR_NAMES[color])
  }
  test.each([
    [Grey, Grey, ['grey']],
    [Grey, White, ['white']],
    [Grey, Gold, ['gold']],
    [Grey, Black, ['black']],
    [Grey, Dark, ['grey', 'dark']],
    [White, Grey, ['grey']],
    [White, White, ['white']],
    [White, Gold, ['gold']],
    [White, Black, ['black']],
    [White, Dark, ['white', 'dark']],
    [Gold, Grey, ['grey']],
    [Gold, White, ['gold']],
    [Gold, Gold, ['gold']],
    [Gold, Black, ['black']],
    [Gold, Dark, ['gold', 'dark']],
    [Black, Grey, ['black']],
    [Black, White, ['black']],
    [Black, Gold, ['black']],
    [Black, Black, ['black']],
    [Black, Dark, ['black', 'dark']],
    [Dark, Grey, ['grey', 'dark']],
    [Dark, White, ['white', 'dark']],
    [Dark, Gold, ['gold', 'dark']],
    [Dark, Black, ['black', 'dark']],
    [Dark, Dark, ['dark']],
  ] as const)('from %i to %i leaves it in %j', (from, to, expected) => {
    expect(colorsAfter(from, to)).toEqual(expected)
  })
})

describe('store', () => {
  test.each([
    [Grey, White],
    [Grey, Gold],
    [Grey, Black],
    [White, Gold],
    [White, Black],
    [Gold, Black],
  ])('%i never takes from %i', (weak, strong) => {
    const { hosts, nowSec } = setUp()
    hosts.store(strong, A, nowSec)
    expect(hosts.store(weak, A, nowSec)).toBe(false)
    expect(hosts.colorOf(A)).toBe(strong)
    expect(hosts.size(weak)).toBe(0)
  })

  test('to a stronger list leaves the weaker', () => {
    const { hosts, nowSec } = setUp()
    for (const color of [Grey, White, Gold, Black]) {
      expect(hosts.store(color, A, nowSec)).toBe(true)
      expect([Grey, White, Gold, Black].filter((other) => hosts.has(other, A))).toEqual([color])
    }
  })
})

describe('bounds', () => {
  test.each([
    [Grey, HOST_LIMITS.GREY_MAX.value, 2_000],
    [White, HOST_LIMITS.WHITE_MAX.value, 5_000],
    [Gold, GOLD_MAX, 4],
    [Black, HOST_LIMITS.BLACK_MAX.value, 10_000],
    [Dark, HOST_LIMITS.DARK_MAX.value, 1_000],
  ] as const)('list %i of %i drops the one seen longest ago at one too many', (color, bound, expected) => {
    expect(bound).toBe(expected)
    const { hosts, nowSec } = setUp()
    const startSec = nowSec - 20_000
    for (let index = 0; index < bound; index += 1) hosts.store(color, urlOf(index), startSec + ((index * 7_919) % bound))
    expect(hosts.size(color)).toBe(bound)
    const oldest = hosts.oldest(color)!
    expect(oldest).toEqual({ url: urlOf(0), lastSeenSec: startSec })
    expect(hosts.store(color, A, startSec - 1)).toBe(false)
    expect(hosts.has(color, oldest.url)).toBe(true)
    expect(hosts.store(color, A, startSec + 1)).toBe(true)
    expect(hosts.size(color)).toBe(bound)
    expect(hosts.has(color, oldest.url)).toBe(false)
  })

  test('a known one is updated when the list is full, dropping none', () => {
    const { hosts, nowSec } = setUp()
    for (let index = 0; index < GOLD_MAX; index += 1) hosts.store(Gold, urlOf(index), nowSec - 10 + index)
    expect(hosts.store(Gold, urlOf(0), nowSec)).toBe(true)
    expect(hosts.entries(Gold).map(({ url }) => url)).toEqual([0, 3, 2, 1].map(urlOf))
  })

  test('dark ones go after a day without anything else happening: a new revision, no answer', async () => {
    const { clock, hosts, nowSec } = setUp()
    hosts.store(Dark, A, nowSec)
    const { revision } = hosts
    await clock.advance(86_400_000)
    expect(hosts.revision).toBe(revision)
    await clock.advance(1_000)
    expect(hosts.revision).toBeGreaterThan(revision)
    const random = new SeededRandom(1)
    expect(hosts.fetchRandom(random, { color: Dark, schemes: ['tcp'], max: 1 })).toEqual([])
    expect([hosts.inGroup(Dark, '1.2'), hosts.oldest(Dark), hosts.lastSeenOf(Dark, A)]).toEqual([[], undefined, undefined])
  })

  test('dark ones go after a day', async () => {
    const { clock, hosts, nowSec } = setUp()
    hosts.store(Dark, A, nowSec)
    expect(hosts.store(Dark, urlOf(1), nowSec - 86_401)).toBe(false)
    await clock.advance(86_400_000)
    expect(hosts.size(Dark)).toBe(1)
    await clock.advance(1_000)
    expect([hosts.size(Dark), hosts.has(Dark, A), hosts.entries(Dark).length]).toEqual([0, false, 0])
  })
})

test.each([
  ['the future', 9e15, 0],
  ['u64 max', 2 ** 64, 0],
  ['infinity', Infinity, 0],
  ['now', undefined, 0],
])('a time in %s counts as now', (_, lastSeenSec, ageSec) => {
  const { hosts, nowSec } = setUp()
  hosts.store(Grey, A, lastSeenSec ?? nowSec)
  expect(hosts.lastSeenOf(Grey, A)).toBe(nowSec - ageSec)
})

test.each([
  [-1, 0],
  [NaN, 0],
  [7.9, 7],
])('a time of %d counts as %d', (lastSeenSec, expected) => {
  const { hosts } = setUp()
  hosts.store(Grey, A, lastSeenSec)
  expect(hosts.lastSeenOf(Grey, A)).toBe(expected)
})

describe('an address that a peer told', () => {
  test.each([
    ['later', 5, 5],
    ['earlier', -5, 0],
    ['never', Number.NaN, 0],
  ])('again, seen %s, is never made older', (_, change, expected) => {
    const { hosts, nowSec } = setUp()
    hosts.storeTold(Dark, { url: A, lastSeenSec: nowSec - 10 }, '1.1')
    expect(hosts.storeTold(Dark, { url: A, lastSeenSec: nowSec - 10 + change }, '2.2')).toBe(true)
    expect(hosts.lastSeenOf(Dark, A)).toBe(nowSec - 10 + expected)
  })

  test('takes no stronger list of it away', () => {
    const { hosts, nowSec } = setUp()
    hosts.store(White, A, 1)
    expect(hosts.storeTold(Grey, { url: A, lastSeenSec: nowSec }, '1.1')).toBe(false)
    expect(hosts.colorOf(A)).toBe(White)
  })
})

test('the revision grows with changes only', () => {
  const { hosts, nowSec } = setUp()
  hosts.store(Grey, A, nowSec)
  const { revision } = hosts
  hosts.store(Grey, A, nowSec)
  hosts.remove(White, A)
  hosts.has(Grey, A)
  expect(hosts.revision).toBe(revision)
  hosts.store(Grey, A, nowSec - 1)
  expect(hosts.revision).toBeGreaterThan(revision)
})

describe('choice', () => {
  function many(): HostContainer {
    const { hosts, nowSec } = setUp()
    for (let index = 0; index < 200; index += 1) hosts.store(White, `tcp://8.8.0.${index}:1/`, nowSec)
    hosts.store(White, 'tcp://9.9.9.9:1/', nowSec)
    hosts.store(White, 'tcp+tls://7.7.7.7:1/', nowSec)
    return hosts
  }

  test.each([Grey, White, Gold])('by group is even over groups in list %i, and even in a group', (color) => {
    const clock = new ManualClock()
    const hosts = new HostContainer({ goldMax: 500 }, { clock })
    for (let group = 1; group <= 5; group += 1)
      for (let host = 0; host < 10 * group; host += 1) hosts.store(color, `tcp://20.${group}.0.${host}:1/`, clock.nowMs() / 1000)
    const random = new SeededRandom(4)
    const counts = new Map<string, number>()
    for (let round = 0; round < 10_000; round += 1) {
      const url = hosts.pickByGroup(random, { color, accepts: () => true })!
      for (const key of [url, url.split('.')[1]!]) counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    for (let group = 1; group <= 5; group += 1) {
      expect(Math.abs(counts.get(`${group}`)! - 2_000)).toBeLessThan(200)
      const each = 200 / group
      for (let host = 0; host < 10 * group; host += 1)
        expect(Math.abs(counts.get(`tcp://20.${group}.0.${host}:1/`)! - each)).toBeLessThan(6 * Math.sqrt(each))
    }
  })

  test('by group asks first whether a group may be picked', () => {
    const hosts = many()
    const asked: string[] = []
    const accepts = (url: string): boolean => asked.push(url) > 0
    const pick = { color: White, accepts, acceptsGroup: (group: string) => group === '9.9' }
    expect(hosts.pickByGroup(new SeededRandom(1), pick)).toBe('tcp://9.9.9.9:1/')
    expect(asked).toEqual(['tcp://9.9.9.9:1/'])
  })

  test('by group gives each group the same chance', () => {
    const hosts = many()
    const random = new SeededRandom(1)
    const chosen = Array.from({ length: 300 }, () =>
      hosts.pickByGroup(random, { color: White, schemes: ['tcp'], accepts: () => true }),
    )
    const lone = chosen.filter((url) => url === 'tcp://9.9.9.9:1/').length
    expect(lone).toBeGreaterThan(100)
    expect(lone).toBeLessThan(200)
    expect(new Set(chosen).size).toBeGreaterThan(50)
  })

  test('plain gives each address the same chance', () => {
    const hosts = many()
    const random = new SeededRandom(1)
    const chosen = Array.from({ length: 300 }, () =>
      hosts.pickAny(random, { color: White, schemes: ['tcp'], accepts: () => true }),
    )
    expect(chosen.filter((url) => url === 'tcp://9.9.9.9:1/').length).toBeLessThan(20)
  })

  test.each(['pickAny', 'pickByGroup'] as const)('%s finds the one that is accepted, or none', (pick) => {
    const hosts = many()
    const random = new SeededRandom(2)
    expect(hosts[pick](random, { color: White, accepts: (url) => url === 'tcp://8.8.0.77:1/' })).toBe('tcp://8.8.0.77:1/')
    expect(hosts[pick](random, { color: White, schemes: ['tcp+tls'], accepts: () => true })).toBe('tcp+tls://7.7.7.7:1/')
    expect(hosts[pick](random, { color: White, accepts: () => false })).toBeUndefined()
    expect(hosts[pick](random, { color: Gold, accepts: () => true })).toBeUndefined()
  })

  test('fetchRandom gives different addresses of the schemes, without the excluded, up to the maximum', () => {
    const hosts = many()
    const random = new SeededRandom(3)
    const exclude = new Set(['tcp://9.9.9.9:1/'])
    const found = hosts.fetchRandom(random, { color: White, schemes: ['tcp'], max: 500, exclude }).map(({ url }) => url)
    expect(new Set(found).size).toBe(200)
    expect(found).not.toContain('tcp://9.9.9.9:1/')
    expect(hosts.fetchRandom(random, { color: White, max: 3 })).toHaveLength(3)
    expect(hosts.fetchRandom(random, { color: White, max: 0 })).toEqual([])
  })
})
