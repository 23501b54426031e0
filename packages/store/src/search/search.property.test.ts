import fc from 'fast-check'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { StoredMessage } from '../message.ts'
import type { MessageStore, SearchQuery } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import { RECEIVED_MS, line, newPost, temporaryFolder } from '../testing/builders.ts'
import { inOrder } from '../testing/in-order.ts'
import { foldText } from './fold-text.ts'

/** So small that a few lines go through all that a million do. */
const searchBounds = {
  batchLines: 2,
  blockLines: 3,
  newestLines: 1,
  fewLines: 1,
  windowBlocks: 1,
  rareLines: 2,
  groupTerms: 2,
  minStaleLines: 1,
  purgeLines: 3,
}

/** Few characters, so that random queries are found in random texts: CJK, two planes, a mark, cases that fold oddly, syntax of FTS5. */
const CHARACTERS = [
  'a',
  'B',
  'b',
  'é',
  'e\u0301',
  'ß',
  'Σ',
  'ς',
  '鲸',
  '鱼',
  'ｱ',
  '𝒳',
  '👩‍🚀',
  '"',
  '*',
  ' ',
  '\u3000',
  '\0',
  'NEAR(',
  ' OR ',
  '-',
]
const unit = fc.constantFrom(...CHARACTERS)
const text = fc.string({ unit, maxLength: 12 })
const query = fc.string({ unit, minLength: 1, maxLength: 4 }).filter((raw) => foldText(raw).trim() !== '')
const room = fc.constantFrom('dchat', 'rust', 'réserve')
/** Few enough to meet, and apart enough for blocks of the index that differ. */
const ms = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 200 }))

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      at: fc.constant('lines' as const),
      lines: fc.array(fc.tuple(text, room, ms), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      at: fc.constant('posts' as const),
      posts: fc.array(fc.tuple(text, ms, fc.integer({ min: 1, max: 3 })), { maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('retract' as const), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ at: fc.constant('index' as const), slices: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('shrink' as const), maxBytes: fc.integer({ min: 400, max: 6000 }) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('reopen' as const) }) },
)
const asked = fc.record({
  query,
  limit: fc.integer({ min: 1, max: 5 }),
  room: fc.option(room, { nil: undefined }),
  before: fc.option(fc.nat(30), { nil: undefined }),
})

function everyLine(store: MessageStore): StoredMessage[] {
  return store.history({ since: 0, limit: 1000 }).messages
}

/** Looks through all lines. */
function plainSearch(
  lines: readonly StoredMessage[],
  { query: words, room: only, limit = 50, before }: SearchQuery,
): StoredMessage[] {
  const parts = foldText(words).split(/\s+/u)
  const place = lines.find(({ seq }) => seq === before)
  if (before !== undefined && place === undefined) return []
  return lines
    .filter((one) => !one.retracted && (only === undefined || one.room === only))
    .filter((one) => place === undefined || inOrder(one, place) < 0)
    .filter((one) => parts.every((part) => foldText(one.text).includes(part)))
    .toSorted(inOrder)
    .slice(-limit)
}

test('a search finds what looking through all lines finds, however far the index is', async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 14 })
  const runs = fc.asyncProperty(
    steps,
    fc.array(asked, { minLength: 5, maxLength: 10 }),
    fc.boolean(),
    async (taken, queries, isIndexed) => {
      using folder = temporaryFolder()
      const clock = new ManualClock(RECEIVED_MS + 60_000)
      const open = () =>
        openStore({ path: folder.file('m.db'), clock, logger: new MemoryLogger(), searchBounds, commitDelayMs: 0 })
      let store = open()
      try {
        for (const one of taken) {
          if (one.at === 'lines')
            for (const [body, where, at] of one.lines) store.add(line(body, { room: where, received: RECEIVED_MS + at }))
          if (one.at === 'posts')
            for (const [body, at, author] of one.posts) store.posts.add(newPost(body, { time: RECEIVED_MS + at, author }))
          if (one.at === 'retract') await retractNth(store, one.nth)
          if (one.at === 'index') for (let slice = 0; slice < one.slices; slice += 1) await clock.advance(1)
          if (one.at === 'shrink') store.setBounds({ maxBytes: one.maxBytes, maxAgeDays: 365 })
          if (one.at === 'reopen') {
            await store.close()
            store = open()
          }
          await store.flush()
        }
        if (isIndexed) await clock.advance(1)
        const lines = everyLine(store)
        for (const each of queries) expect(await store.search(defined(each))).toEqual(plainSearch(lines, defined(each)))
      } finally {
        await store.close()
      }
    },
  )
  await fc.assert(runs, { numRuns: 120 })
}, 120_000)

async function retractNth(store: MessageStore, nth: number): Promise<void> {
  const signed = everyLine(store).filter(({ id }) => id !== null)
  const target = signed[nth % Math.max(1, signed.length)]
  if (target === undefined) return
  const author = Number.parseInt(target.authorKey!.slice(0, 2), 16)
  await store.posts.append(newPost(target.id!, { kind: 4, author, time: RECEIVED_MS + 300 }))
}

function defined(each: { query: string; limit: number; room: string | undefined; before: number | undefined }): SearchQuery {
  const { query: words, limit } = each
  return {
    query: words,
    limit,
    ...(each.room !== undefined && { room: each.room }),
    ...(each.before !== undefined && { before: each.before + 1 }),
  }
}
