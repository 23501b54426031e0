import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { NewPost } from '../post-store.ts'
import { countPostBytes } from './post-row.ts'
import {
  RECEIVED_MS,
  allTexts,
  fill,
  fillPosts,
  line,
  newPost,
  offeredBodies,
  ownLine,
  post,
  temporaryFolder,
  testStore,
} from '../testing/builders.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** A post of a room that is not joined, so that it has no line. */
function quiet(body: string, time: number, room = 'other'): NewPost {
  return newPost(body, { room, time })
}

/** One of five letters counts for this. */
const SIZE = countPostBytes(quiet('1', 0))

test('a room that takes the place of an emptied one is there after a restart', async () => {
  using folder = temporaryFolder()
  const options = { path: folder.file('m.db'), clock: new ManualClock(), quotas: { unjoinedRooms: 1 } }
  const first = testStore(options)
  await fillPosts(first, [quiet('x', RECEIVED_MS, 'emptied')])
  first.setBounds({ maxBytes: 1, maxAgeDays: 365 })
  await first.flush()
  first.setBounds({ maxBytes: 1_000_000, maxAgeDays: 365 })
  await fillPosts(first, [quiet('y', RECEIVED_MS + 1)])
  await first.close()
  await using second = testStore(options)
  expect(second.posts.rooms().map(({ room, posts }) => [room, posts])).toEqual([
    ['dchat', 0],
    ['other', 1],
  ])
})

describe('by age', () => {
  test('what became older than the bound goes with the next hour, the lines stay, and the sets hear of it', async () => {
    const clock = new ManualClock()
    await using store = testStore({ clock, quotas: { maxAgeDays: 2 } })
    const posts = [newPost('old', { time: RECEIVED_MS - 2 * DAY_MS + HOUR_MS - 60_000 }), newPost('young', { time: RECEIVED_MS })]
    await fillPosts(store, posts)
    const told: unknown[] = []
    store.posts.onSetChange((changes) => told.push(...changes))
    await clock.advance(HOUR_MS)
    await store.flush()
    expect(told).toEqual([{ room: 'dchat', added: [], removed: [{ time: posts[0]!.time, id: posts[0]!.id }] }])
    expect(offeredBodies(store)).toEqual(['young'])
    expect(allTexts(store)).toEqual(['old', 'young'])
    expect((await fillPosts(store, posts)).map(({ fate }) => fate)).toEqual(['outdated', 'known'])
  })

  test('holds at opening, in slices; a room that is empty then is forgotten', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db'), clock: new ManualClock() }
    const first = testStore(options)
    const authors = Array.from({ length: 3000 }, (_, index) => ({ author: 1 + (index % 250), time: RECEIVED_MS - index }))
    await fillPosts(
      first,
      authors.map((with_, index) => newPost(`${index}`, { ...with_, room: 'other' })),
    )
    await first.close()
    await using second = testStore({
      ...options,
      clock: new ManualClock(RECEIVED_MS + 400 * DAY_MS),
      isClockConfirmed: () => true,
    })
    await second.flush()
    expect(second.posts.rooms().map(({ room, posts }) => [room, posts])).toEqual([['dchat', 0]])
    expect(second.stats()).toMatchObject({ bytes: 0 })
    expect(second.history({ limit: 1, room: 'other' }).messages).toEqual([])
  })
})

describe('by bytes', () => {
  test('posts of rooms that are not joined go first, the oldest of all of them, and the room takes nothing so old again', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db'), clock: new ManualClock() }
    const joined = newPost('1', { time: RECEIVED_MS - 9 })
    const lineBytes = await bytesOfLine(joined)
    const store = testStore({ ...options, maxBytes: lineBytes + 3 * SIZE })
    const told: unknown[] = []
    const posts = [joined, quiet('2', RECEIVED_MS + 3), quiet('3', RECEIVED_MS + 1), quiet('4', RECEIVED_MS + 2, 'third')]
    store.posts.onSetChange((changes) =>
      told.push(...changes.flatMap(({ room, removed }) => removed.map(({ time }) => [room, time - RECEIVED_MS]))),
    )
    const fates = await fillPosts(store, posts)
    expect(fates.map(({ fate }) => fate)).toEqual(['stored', 'stored', 'outdated', 'stored'])
    await fillPosts(store, [quiet('5', RECEIVED_MS + 9)])
    expect(told).toEqual([['third', 2]])
    expect([store.posts.lowWater('other'), store.posts.lowWater('third')]).toEqual([RECEIVED_MS + 2, RECEIVED_MS + 3])
    expect(store.stats().bytes).toBe(lineBytes + 3 * SIZE)
    await store.close()
    await using again = testStore(options)
    expect([again.posts.lowWater('other'), again.posts.lowWater('third')]).toEqual([RECEIVED_MS + 2, RECEIVED_MS + 3])
    expect((await fillPosts(again, [posts[2]!, posts[3]!])).map(({ fate }) => fate)).toEqual(['outdated', 'outdated'])
  })

  test('then unsigned lines, then signed lines and posts of joined rooms by age, then own lines', async () => {
    const old = { time: RECEIVED_MS - 10, received: RECEIVED_MS - 10 }
    const young = { time: RECEIVED_MS + 10, received: RECEIVED_MS + 10 }
    const goes = ['unjoined', 'unsigned', 'post old', 'line old', 'line middle', 'post young', 'line young', 'own']
    await using whole = testStore({ clock: new ManualClock() })
    const total = await stored(whole)
    for (let gone = 0; gone < goes.length; gone += 1) {
      await using store = testStore({ clock: new ManualClock() })
      await stored(store)
      for (let rest = gone; rest > 0; rest -= 1) {
        store.setBounds({ maxBytes: store.stats().bytes - 1, maxAgeDays: 365 })
        await store.flush()
      }
      const left = [
        ...offeredBodies(store, 'other'),
        ...offeredBodies(store).map((body) => `post ${body}`),
        ...allTexts(store).map((text) => lineName(text)),
      ]
      expect(left.toSorted()).toEqual(goes.slice(gone).toSorted())
    }
    expect(total).toBeGreaterThan(0)

    async function stored(store: typeof whole): Promise<number> {
      await fill(store, [ownLine('own', old)])
      await fillPosts(store, [newPost('old', old)])
      await fill(store, [line('unsigned'), post('middle', 'aa', { received: RECEIVED_MS })])
      await fillPosts(store, [newPost('young', young), newPost('unjoined', { ...young, room: 'other' })])
      return store.stats().bytes
    }

    function lineName(text: string): string {
      return ['old', 'young', 'middle'].includes(text) ? `line ${text}` : text
    }
  })
})

async function bytesOfLine(of: NewPost): Promise<number> {
  await using store = testStore({ clock: new ManualClock() })
  await fillPosts(store, [of])
  return store.stats().bytes - SIZE
}
