/** Source: docs/limits.md, `SOURCE_SHARE_PERCENT`, `GROUP_SHARE_PERCENT`; docs/decisions/0010. */
import { describe, expect, test } from 'vitest'
import { HostList } from './host-list.ts'

const BOUND = 400
/** A quarter of the bound, a twentieth of it. */
const SOURCE_MAX = 100
const GROUP_MAX = 20

/** Another network group for each index. */
const urlOf = (index: number): string => `tcp://${10 + (index >> 8)}.${index & 255}.1.1:1/`
/** Addresses of one network group. */
const neighbour = (index: number): string => `tcp://9.9.${index >> 8}.${index & 255}:1/`

interface Told {
  source?: string
  from?: number
  count: number
  seenSec?: number
  urls?: (index: number) => string
}

/** Puts addresses, each seen a second later than the one before. */
function tell(list: HostList, { source, from = 0, count, seenSec = 1_000, urls = urlOf }: Told): void {
  for (let index = 0; index < count; index += 1) list.put(urls(from + index), seenSec + index, source)
}

function toldBy(list: HostList, source: string): number {
  return list.unordered().filter(({ value }) => value.source === source).length
}

const shared = (): HostList => new HostList({ bound: BOUND, isShared: true })

describe('one source', () => {
  test('fills a quarter of the bound and keeps what was seen last', () => {
    const list = shared()
    tell(list, { source: 'a', count: 3 * SOURCE_MAX })
    expect(list.size).toBe(SOURCE_MAX)
    expect(list.first()?.key).toBe(urlOf(2 * SOURCE_MAX))
    expect(list.put(urlOf(900), 1, 'a')).toBe(false)
  })

  test('beyond its quarter takes nothing from others', () => {
    const list = shared()
    tell(list, { count: 50, seenSec: 1 })
    tell(list, { source: 'b', from: 50, count: 50, seenSec: 1 })
    const before = list.unordered().map(({ key }) => key)
    tell(list, { source: 'a', from: 100, count: 1_000 })
    for (const url of before) expect(list.has(url)).toBe(true)
    expect(list.size).toBe(100 + SOURCE_MAX)
  })

  test('keeps one that was seen again', () => {
    const list = shared()
    tell(list, { source: 'a', count: SOURCE_MAX })
    list.put(urlOf(0), 5_000, 'a')
    list.put(urlOf(900), 5_000, 'a')
    expect([list.has(urlOf(0)), list.has(urlOf(1)), toldBy(list, 'a')]).toEqual([true, false, SOURCE_MAX])
  })

  test('is not hindered in a list that is small', () => {
    const list = shared()
    tell(list, { source: 'a', count: SOURCE_MAX })
    expect(toldBy(list, 'a')).toBe(SOURCE_MAX)
  })

  test('stays charged with an address that others tell again, until it is gone', () => {
    const list = shared()
    list.put(urlOf(0), 5, 'a')
    list.put(urlOf(0), 6, 'b')
    list.put(urlOf(0), 7)
    expect(list.get(urlOf(0))).toMatchObject({ rank: 7, value: { source: 'a' } })
    list.delete(urlOf(0))
    list.put(urlOf(0), 8, 'b')
    expect(list.get(urlOf(0))?.value.source).toBe('b')
  })
})

describe('one network group', () => {
  test('has a twentieth of the bound, however many tell', () => {
    const list = shared()
    for (let source = 0; source < 30; source += 1)
      tell(list, { source: `s${source}`, from: 40 * source, count: 40, urls: neighbour })
    expect(list.size).toBe(GROUP_MAX)
    expect(list.inGroup('9.9')).toHaveLength(GROUP_MAX)
  })

  test('is shared out evenly, so that a flood leaves what others told of it', () => {
    const list = shared()
    tell(list, { source: 'honest', count: 8, seenSec: 1, urls: neighbour })
    tell(list, { source: 'flood', from: 100, count: 500, urls: neighbour })
    expect([toldBy(list, 'honest'), toldBy(list, 'flood')]).toEqual([8, GROUP_MAX - 8])
    tell(list, { source: 'late', from: 50, count: 3, seenSec: 1, urls: neighbour })
    expect([toldBy(list, 'honest'), toldBy(list, 'flood'), toldBy(list, 'late')]).toEqual([8, GROUP_MAX - 11, 3])
  })

  test('of a flood loses its oldest, and takes no older one', () => {
    const list = shared()
    tell(list, { source: 'a', count: GROUP_MAX, urls: neighbour })
    expect(list.put(neighbour(900), 999, 'a')).toBe(false)
    expect(list.put(neighbour(901), 5_000, 'a')).toBe(true)
    expect([list.has(neighbour(0)), list.has(neighbour(1))]).toEqual([false, true])
  })

  test('does not count what the node knows of itself', () => {
    const list = shared()
    tell(list, { count: 3 * GROUP_MAX, urls: neighbour })
    tell(list, { source: 'a', from: 500, count: 100, urls: neighbour })
    expect([toldBy(list, ''), toldBy(list, 'a')]).toEqual([3 * GROUP_MAX, GROUP_MAX])
  })

  test('that is full and a source that has its share both make room', () => {
    const list = shared()
    tell(list, { source: 'other', count: GROUP_MAX, seenSec: 1, urls: neighbour })
    tell(list, { source: 'a', count: SOURCE_MAX })
    expect(list.put(neighbour(900), 5_000, 'a')).toBe(true)
    expect([toldBy(list, 'other'), toldBy(list, 'a'), list.has(urlOf(0))]).toEqual([GROUP_MAX - 1, SOURCE_MAX, false])
  })
})

describe('a full list', () => {
  test('takes room from whoever has most, with his oldest, be the newcomer ever so old', () => {
    const list = shared()
    tell(list, { count: BOUND - 50 })
    tell(list, { source: 'a', from: BOUND - 50, count: 50 })
    expect(list.put(urlOf(900), 1, 'b')).toBe(true)
    expect([list.size, toldBy(list, ''), list.has(urlOf(0))]).toEqual([BOUND, BOUND - 51, false])
  })

  test('under a flood from four sources keeps as much of its own', () => {
    const list = shared()
    tell(list, { count: BOUND, seenSec: 1 })
    for (let round = 0; round < 300; round += 1) {
      for (let source = 0; source < 4; source += 1) {
        tell(list, { source: `s${source}`, from: 1_000 + 4 * round + source, count: 1, seenSec: 5_000 })
      }
    }
    expect(['', 's0', 's1', 's2', 's3'].map((source) => toldBy(list, source))).toEqual([80, 80, 80, 80, 80])
  })

  test('gives the node itself room from others', () => {
    const list = shared()
    for (let source = 0; source < 4; source += 1)
      tell(list, { source: `s${source}`, from: 100 * source, count: 100, seenSec: 5_000 })
    expect(list.size).toBe(BOUND)
    expect(list.put(urlOf(900), 1)).toBe(true)
    expect([list.size, toldBy(list, '')]).toEqual([BOUND, 1])
  })

  test.each([true, false])('of one source drops the one seen longest ago, be it the new one (shared: %s)', (isShared) => {
    const list = new HostList({ bound: 3, isShared })
    tell(list, { count: 3, seenSec: 10 })
    expect(list.put(urlOf(9), 9)).toBe(false)
    expect(list.put(urlOf(9), 10)).toBe(true)
    expect([list.size, list.has(urlOf(0))]).toEqual([3, false])
  })
})

test('addresses are found by their schemes', () => {
  const list = shared()
  tell(list, { count: 3 })
  list.put('tor://abc.onion:1/', 5)
  const urls = (...schemes: string[]): string[] => list.ofSchemes(schemes).map(({ key }) => key)
  expect([urls('tcp').length, urls('tor'), urls('tcp', 'tor').length, urls('nym')]).toEqual([3, ['tor://abc.onion:1/'], 4, []])
  list.delete('tor://abc.onion:1/')
  expect(urls('tor')).toEqual([])
})
