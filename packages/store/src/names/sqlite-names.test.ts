import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { MAX_CLAIMS, MAX_IGNORED_KEYS, MAX_NICKS_OF_KEY } from '../limits.ts'
import type { MessageStore } from '../message-store.ts'
import { NICK_EARNED_MS } from '../name-store.ts'
import { openStore } from '../open-store.ts'
import {
  RECEIVED_MS,
  allTexts,
  fill,
  fillPosts,
  line,
  newPost,
  ownLine,
  temporaryFolder,
  testStore,
  textsOf,
} from '../testing/builders.ts'

const keyOf = (author: number): string => Buffer.alloc(32, author).toString('hex')
const DAY_MS = 86_400_000

/** `author` calls itself `nick`; the profile is seen `days` after the first. */
async function profile(store: MessageStore, author: number, nick: string, days: number): Promise<void> {
  const time = RECEIVED_MS + Math.round(days * DAY_MS)
  await fillPosts(store, [newPost(nick, { kind: 2, room: '', author, time, received: time })])
}

const at = (days: number): number => RECEIVED_MS + days * DAY_MS

describe('claims', () => {
  test('begin with the first profile, go on with each, and end with another nick', async () => {
    await using store = testStore()
    await profile(store, 1, 'Ann', 0)
    await profile(store, 2, 'ann', 1)
    await profile(store, 1, 'ann', 2)
    await profile(store, 2, 'bea', 3)
    expect(store.names.claims('ANN')).toEqual([
      { key: keyOf(1), firstSeen: at(0), since: at(0), lastSeen: at(2), current: true, pinned: false },
      { key: keyOf(2), firstSeen: at(1), since: at(1), lastSeen: at(3), current: false, pinned: false },
    ])
    expect([store.names.nickOf(keyOf(2)), store.names.nickOf(keyOf(3))]).toEqual(['bea', undefined])
  })

  test('a nick that was used for a week is kept while its key is away, one of a minute is not', async () => {
    await using store = testStore()
    const week = NICK_EARNED_MS / DAY_MS
    await profile(store, 1, 'ann', 0)
    await profile(store, 2, 'ann', 0.1)
    await profile(store, 2, 'bob', 0.2)
    await profile(store, 1, 'bob', week)
    await profile(store, 1, 'ann', week + 1)
    await profile(store, 2, 'ann', week + 2)
    expect(store.names.claims('ann').map(({ firstSeen, since }) => [firstSeen, since])).toEqual([
      [at(0), at(0)],
      [at(0.1), at(week + 2)],
    ])
  })

  test('an older profile that comes late claims nothing', async () => {
    await using store = testStore()
    await profile(store, 1, 'new', 2)
    await profile(store, 1, 'old', 1)
    expect(store.names.claims('old')).toEqual([])
    expect(store.names.nickOf(keyOf(1))).toBe('new')
  })

  test('are of the first 64 keys and of every pinned one', async () => {
    await using store = testStore()
    for (let author = 1; author <= MAX_CLAIMS + 2; author += 1) await profile(store, author, 'ann', author)
    expect(store.names.claims('ann').map(({ key }) => key)).toEqual(Array.from({ length: MAX_CLAIMS }, (_, n) => keyOf(n + 1)))
    store.names.pin(keyOf(MAX_CLAIMS + 2), true)
    const claims = store.names.claims('ann')
    expect(claims).toHaveLength(MAX_CLAIMS)
    expect(claims.filter(({ pinned }) => pinned)).toMatchObject([{ key: keyOf(MAX_CLAIMS + 2), current: true }])
  })

  test('of one key are few: those that count, then the newest', async () => {
    await using store = testStore()
    await profile(store, 1, 'earned', 0)
    for (let nick = 0; nick < 20; nick += 1) await profile(store, 1, `nick ${nick}`, 8 + nick / 10)
    const kept = ['earned', ...Array.from({ length: 20 }, (_, nick) => `nick ${nick}`)].filter(
      (nick) => store.names.claims(nick).length > 0,
    )
    expect(kept).toHaveLength(MAX_NICKS_OF_KEY)
    expect([kept[0], kept.at(-1)]).toEqual(['earned', 'nick 19'])
  })

  test('and pins and ignored keys are there after a restart', async () => {
    using folder = temporaryFolder()
    const open = () => openStore({ path: folder.file('m.db'), clock: new ManualClock(), logger: new MemoryLogger() })
    const first = open()
    await profile(first, 1, 'ann', 0)
    first.names.pin(keyOf(1), true)
    first.names.ignore(keyOf(3), true)
    first.names.ignore(keyOf(2), true)
    await first.close()
    await using second = open()
    expect(second.names.claims('ann')).toMatchObject([{ key: keyOf(1), pinned: true }])
    expect([second.names.isPinned(keyOf(1)), second.names.isPinned(keyOf(2))]).toEqual([true, false])
    expect(second.names.ignored()).toEqual([keyOf(3), keyOf(2)])
    second.names.pin(keyOf(1), false)
    expect(second.names.claims('ann')).toMatchObject([{ pinned: false }])
  })
})

describe('the lines of an ignored key', () => {
  async function talk(store: MessageStore): Promise<void> {
    const posts = Array.from({ length: 30 }, (_, n) => newPost(`fish ${n}`, { author: 1 + (n % 3), time: RECEIVED_MS + n }))
    await fillPosts(store, posts)
    await fill(store, [line('fish unsigned', { received: RECEIVED_MS + 40 })])
  }

  test('are nowhere to be seen until it is ignored no longer; pages stay full', async () => {
    await using store = testStore()
    await talk(store)
    const all = allTexts(store)
    store.names.ignore(keyOf(2), true)
    const shown = all.filter((text) => !/ (1|4|7|10|13|16|19|22|25|28)$/.test(text))
    expect(allTexts(store)).toEqual(shown)
    const page = store.history({ limit: 5 })
    expect([textsOf(page.messages), page.more]).toEqual([shown.slice(-5), true])
    const first = store.history({ limit: 16, before: page.messages[0]!.seq })
    expect([textsOf(first.messages), first.more]).toEqual([shown.slice(0, -5), false])
    expect(store.recentTexts({ maxMessages: 5 })).toEqual(shown.slice(-5))
    expect(textsOf(await store.search({ query: 'fish', limit: 1000 }))).toEqual(shown)
    store.names.ignore(keyOf(2), false)
    expect(allTexts(store)).toEqual(all)
    expect(textsOf(await store.search({ query: 'fish', limit: 1000 }))).toEqual(all)
  })

  test('are shown when they are own ones', async () => {
    await using store = testStore()
    await fill(store, [ownLine('mine', { authorKey: keyOf(7) })])
    store.names.ignore(keyOf(7), true)
    expect(allTexts(store)).toEqual(['mine'])
    expect(await store.search({ query: 'mine' })).toHaveLength(1)
  })
})

test.each(['', 'ab', 'AB'.repeat(32), 'zz'.repeat(32)])('%j is no key', async (key) => {
  await using store = testStore()
  expect(() => store.names.pin(key, true)).toThrow(RangeError)
  expect(() => store.names.ignore(key, true)).toThrow(RangeError)
})

test('one key too many is refused', async () => {
  await using store = testStore()
  const key = (n: number): string => n.toString(16).padStart(64, '0')
  for (let n = 0; n < MAX_IGNORED_KEYS; n += 1) store.names.ignore(key(n), true)
  expect(() => store.names.ignore(key(MAX_IGNORED_KEYS), true)).toThrow(RangeError)
  expect(store.names.ignored()).toHaveLength(MAX_IGNORED_KEYS)
  expect(store.names.isIgnored(key(MAX_IGNORED_KEYS))).toBe(false)
})
