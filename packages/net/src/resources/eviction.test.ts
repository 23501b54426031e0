/** Rules: docs/decisions/0009. */
import { describe, expect, test } from 'vitest'
import { chooseEvicted } from './eviction.ts'
import type { InboundPeer } from './eviction.ts'

interface NamedPeer extends InboundPeer {
  readonly name: string
}

const peer = (name: string, group: string, merits: Partial<InboundPeer> = {}): NamedPeer => ({
  name,
  group,
  isVouchedFor: false,
  listed: undefined,
  pingMs: undefined,
  isDouble: false,
  usefulMs: undefined,
  ...merits,
})

/** Peers of one group each, a letter: `AAB` is a0, a1, b2. */
const crowd = (groups: string): NamedPeer[] => groups.split('').map((name, at) => peer(`${name.toLowerCase()}${at}`, name))

const evictedOf = (peers: readonly NamedPeer[], group: string, isDouble = false): string | undefined =>
  chooseEvicted(peers, { group, isDouble })?.name

test.each([
  ['of one group the newest goes for a newcomer of another', 'AAAAAAAA', 'B', 'a7'],
  ['a newcomer of the most crowded group is the one to go', 'AAAAAAAA', 'A', undefined],
  ['so it is on a tie: equals make no churn', 'ABCDEFGH', 'I', undefined],
  ['only unprotected ones make a crowd: the first two are kept', 'AABCDEFG', 'H', undefined],
  ['the newest of the most crowded group, not the newest of all', 'ABCCCCDE', 'F', 'c5'],
  ['a newcomer that makes a group as crowded as the most crowded goes', 'XXABBCCD', 'C', undefined],
  ['of equally crowded groups one loses its newest', 'XXAABBCC', 'D', 'a3'],
  ['in a single slot nobody moves', 'A', 'B', undefined],
  ['in two slots the newest of a pair goes', 'AA', 'B', 'a1'],
  ['in two slots of two groups nobody moves', 'AB', 'C', undefined],
  ['in four slots of one group the newest goes', 'AAAA', 'B', 'a3'],
])('%s', (_, groups, newcomer, evicted) => {
  expect(evictedOf(crowd(groups), newcomer)).toBe(evicted)
})

describe('of doubles, that stay peers by the channel we dialled,', () => {
  const doubles = (...at: readonly number[]): NamedPeer[] =>
    crowd('ABCDEFGH').map((each, index) => ({ ...each, isDouble: at.includes(index), listed: 'gold' }))

  test('the newest makes way for a group of which nobody is there', () => {
    expect(evictedOf(doubles(0, 3, 5), 'I')).toBe('f5')
  })

  test.each([
    ['a group that is there already', doubles(0, 3), 'A', false],
    ['a newcomer that is a double itself', doubles(0, 3), 'I', true],
    ['anybody, where there is none', doubles(), 'I', false],
    ['anybody, where the operator vouches for them', doubles(3).map((each) => ({ ...each, isVouchedFor: true })), 'I', false],
  ])('none makes way for %s', (_, peers, group, isDouble) => {
    expect(evictedOf(peers, group, isDouble)).toBeUndefined()
  })

  test('none has to while a group is crowded', () => {
    const peers = crowd('AABBBCDE').map((each, index) => ({ ...each, isDouble: index === 7 }))
    expect(evictedOf(peers, 'I')).toBe('b4')
  })
})

describe('not dropped, though the newest of the most crowded group, is', () => {
  const others = crowd('AAAAAAA')

  test.each([
    ['one with a quick pong', { pingMs: 5 }],
    ['one that brought something last', { usefulMs: 9_000 }],
    ['one of the gold list', { listed: 'gold' }],
    ['one of the white list', { listed: 'white' }],
    ['one that the operator vouches for', { isVouchedFor: true }],
  ] as const)('%s', (_, merits) => {
    expect(evictedOf([...others, peer('kept', 'A', merits)], 'B')).toBe('a6')
  })

  test('one of the first two, a quarter of the slots', () => {
    const old = crowd('AA').map((each) => ({ ...each, group: 'B' }))
    expect(evictedOf([...old, ...crowd('CDEFGH')], 'I')).toBeUndefined()
    expect(evictedOf([...crowd('CD'), ...old, ...crowd('EFGH')], 'I')).toBe('a1')
  })
})

test('quick pongs protect the two quickest of eight, use the latest one', () => {
  const peers = crowd('AAAAAAAA').map((each, index) => ({ ...each, pingMs: 100 - index, usefulMs: index === 5 ? 9 : 1 }))
  // a0, a1 are old, a6, a7 quick, a5 useful.
  expect(evictedOf(peers, 'B')).toBe('a4')
})

test('equal merits protect who came first', () => {
  const peers = crowd('AAAAAAAA').map((each) => ({ ...each, pingMs: 10, usefulMs: 10 }))
  expect(evictedOf(peers, 'B')).toBe('a7')
})

test('a swarm that has all merits still leaves two places: the newest unprotected goes', () => {
  const merits = { pingMs: 1, usefulMs: 1, listed: 'gold' } as const
  for (const slots of [3, 4, 8, 16, 64, 512]) {
    const peers = crowd('A'.repeat(slots)).map((each) => ({ ...each, ...merits }))
    expect(evictedOf(peers, 'B')).toBe(`a${slots - 1}`)
    expect(evictedOf(peers, 'A')).toBeUndefined()
  }
})

test('whom the operator vouches for is never dropped, be it all of them', () => {
  const peers = crowd('AAAAAAAA').map((each) => ({ ...each, isVouchedFor: true }))
  expect(evictedOf(peers, 'B')).toBeUndefined()
})

test('newcomers of ever new groups settle: each eviction spreads the peers over one group more', () => {
  let peers = crowd('AAAAAAAA')
  let evictions = 0
  for (let round = 0; round < 1_000; round += 1) {
    const newcomer = peer(`n${round}`, `N${round}`)
    const evicted = chooseEvicted(peers, newcomer)
    if (evicted === undefined) continue
    peers = [...peers.filter((each) => each !== evicted), newcomer]
    evictions += 1
  }
  expect(evictions).toBeLessThan(8)
  expect(new Set(peers.map(({ group }) => group)).size).toBeGreaterThan(3)
})
