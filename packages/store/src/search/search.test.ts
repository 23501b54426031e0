import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { MAX_SEARCHES, MAX_WAITING_SEARCHES, SEARCH_BATCH_LINES } from '../limits.ts'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import type { StoreOptions } from '../open-store.ts'
import { RECEIVED_MS, fill, line, newPost, temporaryFolder, testStore, textsOf } from '../testing/builders.ts'

const searchBounds = { batchLines: 2, blockLines: 4, newestLines: 1, fewLines: 1, minStaleLines: 4, purgeLines: 8 }

interface Indexed extends AsyncDisposable {
  readonly store: MessageStore
  readonly logger: MemoryLogger
  /** Lets the index follow. */
  index: () => Promise<void>
  /** Reads beside the store. */
  read: (sql: string) => unknown[]
  write: (sql: string) => void
}

/** A store in a file whose index is fed when the test says so. */
function indexedStore(options: Partial<StoreOptions> = {}): Indexed {
  const folder = temporaryFolder()
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const path = folder.file('m.db')
  const store = openStore({ path, clock, logger, searchBounds, commitDelayMs: 0, ...options })
  const beside = <T>(run: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(path, { defensive: false })
    try {
      return run(db)
    } finally {
      db.close()
    }
  }
  return {
    store,
    logger,
    index: () => clock.advance(1),
    read: (sql) => beside((db) => db.prepare(sql).all()),
    write: (sql) => beside((db) => db.exec(sql)),
    async [Symbol.asyncDispose]() {
      await store.close()
      folder[Symbol.dispose]()
    },
  }
}

const texts = (count: number, of: (number: number) => string) => Array.from({ length: count }, (_, number) => line(of(number)))

describe('what is found', () => {
  test('the newest lines that hold all words, oldest first, and on from there', async () => {
    await using store = testStore()
    await fill(
      store,
      texts(6, (number) => `the ${number} Fish swims`),
    )
    await fill(store, [line('a fish alone')])
    const page = await store.search({ query: 'swim FISH', limit: 2 })
    expect(textsOf(page)).toEqual(['the 4 Fish swims', 'the 5 Fish swims'])
    const earlier = await store.search({ query: 'swim FISH', limit: 9, before: page[0]!.seq })
    expect(textsOf(earlier)).toEqual([0, 1, 2, 3].map((number) => `the ${number} Fish swims`))
  })

  test('newest is what was written last, not what came last', async () => {
    await using at = indexedStore()
    const posts = Array.from({ length: 20 }, (_, age) => newPost(`whale ${age}`, { time: RECEIVED_MS - age }))
    for (const one of posts) at.store.posts.add(one)
    await at.store.flush()
    await at.index()
    expect(textsOf(await at.store.search({ query: 'whale', limit: 3 }))).toEqual(['whale 2', 'whale 1', 'whale 0'])
  })

  test('a block of the index is as new as its newest line', async () => {
    await using at = indexedStore({ searchBounds: { ...searchBounds, batchLines: 16, windowBlocks: 1 } })
    const aged = (text: string, age: number) => line(text, { received: RECEIVED_MS - age })
    const between = Array.from({ length: 8 }, (_, number) => aged('x', 95 + number))
    await fill(at.store, [aged('fish newest', 10), aged('x', 90), aged('x', 91), ...between])
    await fill(at.store, [aged('fish', 50), aged('fish', 51), aged('fish', 52), aged('fish', 53), aged('zzz', 0)])
    await at.index()
    expect(textsOf(await at.store.search({ query: 'fish', limit: 1 }))).toEqual(['fish newest'])
  })

  test.each([
    ['ＦＵＬＬ width', 'full'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['cafe\u0301', 'CAFÉ'],
    ['我喜欢鲸鱼', '鲸鱼'],
    ['我喜欢鲸鱼', '鱼'],
    ['ends with q', 'q'],
    ['say "quoted" now', '"quoted"'],
    ['wild*card', 'd*c'],
    ['NEAR(a b)', 'near('],
    ['a OR b', 'OR'],
    ['text:colon', 'text:colon'],
    ['nul\0inside', '\0inside'],
    ['👩‍🚀 flies', '👩‍🚀'],
  ])('%j is found by %j, in the index and before', async (text, query) => {
    await using at = indexedStore()
    await fill(at.store, [line(text), ...texts(6, (number) => `zzz ${number}`)])
    const before = await at.store.search({ query })
    expect(textsOf(before)).toEqual([text])
    await at.index()
    expect(at.read('SELECT indexed FROM search_state')).toEqual([{ indexed: 6 }])
    expect(await at.store.search({ query })).toEqual(before)
  })

  test('an accent counts, and no word is split', async () => {
    await using store = testStore()
    await fill(store, [line('café'), line('one two')])
    expect(await store.search({ query: 'cafe' })).toEqual([])
    expect(await store.search({ query: 'onetwo' })).toEqual([])
  })

  test('one room, or all', async () => {
    await using at = indexedStore()
    await fill(at.store, [
      ...texts(9, (number) => `fish ${number}`),
      line('fish here', { room: 'rust' }),
      ...texts(9, () => 'fish'),
    ])
    await at.index()
    expect(textsOf(await at.store.search({ query: 'fish', room: 'rust' }))).toEqual(['fish here'])
    expect(await at.store.search({ query: 'fish' })).toHaveLength(19)
    expect(await at.store.search({ query: 'fish', room: 'nowhere' })).toEqual([])
  })

  test('a seq that is not stored finds nothing', async () => {
    await using store = testStore()
    await fill(store, [line('fish')])
    expect(await store.search({ query: 'fish', before: 9 })).toEqual([])
  })
})

test.each([
  { query: '' },
  { query: ' \u3000' },
  { query: 'x'.repeat(257) },
  { query: 'a b c d e f g h i j k l m n o p q' },
  { query: 'x', limit: 0 },
  { query: 'x', limit: 1001 },
  { query: 'x', before: 0.5 },
])('%j is out of range', async (query) => {
  await using store = testStore()
  await expect(store.search(query)).rejects.toThrow(RangeError)
})

describe('the index', () => {
  test('waits for a batch of lines', async () => {
    await using at = indexedStore({ searchBounds: {} })
    await fill(at.store, texts(SEARCH_BATCH_LINES - 1, String))
    await at.index()
    expect(at.read('SELECT indexed FROM search_state')).toEqual([{ indexed: 0 }])
    await fill(at.store, [line('one more')])
    await at.index()
    expect(at.read('SELECT indexed FROM search_state')).toEqual([{ indexed: SEARCH_BATCH_LINES }])
  })

  test('drops lines that retention removed, once they are many', async () => {
    await using at = indexedStore()
    await fill(
      at.store,
      texts(40, (number) => `fish ${number}`),
    )
    await at.index()
    at.store.setBounds({ maxBytes: 2000, maxAgeDays: 365 })
    await at.store.flush()
    await fill(
      at.store,
      texts(2, () => 'last'),
    )
    await at.index()
    const { messages } = at.store.stats()
    expect(messages).toBeLessThan(20)
    expect(at.read('SELECT count(*) AS count FROM search_docsize')).toEqual([{ count: messages }])
    expect(at.read('SELECT lines FROM search_state')).toEqual([{ lines: messages }])
    expect(await at.store.search({ query: 'fish' })).toHaveLength(messages - 2)
  })

  test('is made anew when it is damaged, and the search answers all the same', async () => {
    await using at = indexedStore()
    await fill(
      at.store,
      texts(20, (number) => `fish ${number}`),
    )
    await at.index()
    at.write("UPDATE search_data SET block = x'0102030405060708090a0b0c' WHERE id > 1")
    expect(await at.store.search({ query: 'fish', limit: 20 })).toHaveLength(20)
    await at.index()
    expect(at.read('SELECT indexed FROM search_state')).toEqual([{ indexed: 20 }])
    expect(await at.store.search({ query: 'fish', limit: 20 })).toHaveLength(20)
    expect(at.logger.records.map(({ message }) => message)).toContain('The search index is damaged and is made anew')
  })
})

test('a few searches work, some wait, the rest is refused', async () => {
  await using at = indexedStore()
  await fill(
    at.store,
    texts(20, (number) => `fish ${number}`),
  )
  const searches = Array.from({ length: MAX_SEARCHES + MAX_WAITING_SEARCHES + 1 }, () => at.store.search({ query: 'fish' }))
  const ended = await Promise.allSettled(searches)
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_SEARCHES + MAX_WAITING_SEARCHES)
  expect(ended.at(-1)).toMatchObject({ reason: { code: 'STORE_BUSY' } })
  expect(await at.store.search({ query: 'fish' })).toHaveLength(20)
})

test('closing ends searches that work or wait', async () => {
  await using at = indexedStore({ searchBounds: { ...searchBounds, newestLines: 20_000 } })
  await fill(
    at.store,
    texts(10_000, (number) => `fish ${number}`),
  )
  const searches = Array.from({ length: 4 }, () => at.store.search({ query: 'whale' }))
  await at.store.close()
  for (const one of await Promise.allSettled(searches)) expect(one).toMatchObject({ reason: { code: 'STORE_CLOSED' } })
  await expect(at.store.search({ query: 'fish' })).rejects.toMatchObject({ code: 'STORE_CLOSED' })
})
