/** Bytes of posts of which the disk has made others: the file is sound for SQLite, and what it holds is not what was stored. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import type { MessageStore } from '../message-store.ts'
import type { NewPost } from '../post-store.ts'
import { RECEIVED_MS, fillPosts, newPost, temporaryFolder } from '../testing/builders.ts'

const POSTS = ['first', 'second', 'third'].map((text, index) => newPost(text, { time: RECEIVED_MS + index }))
const [FIRST, SECOND, THIRD] = POSTS as [NewPost, NewPost, NewPost]

interface Stage extends AsyncDisposable {
  readonly store: MessageStore
  readonly clock: ManualClock
  readonly logger: MemoryLogger
  readonly path: string
}

/** A store whose second post has one bit less on the disk. */
async function spoiltStore(second: NewPost = SECOND): Promise<Stage> {
  const folder = temporaryFolder()
  const path = folder.file('messages.db')
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const before = openStore({ path, clock, logger })
  await fillPosts(before, [FIRST, second, THIRD])
  await before.close()
  const db = new DatabaseSync(path)
  const bytes = Buffer.from(second.bytes)
  bytes[bytes.length - 70]! ^= 1
  db.prepare('UPDATE posts SET bytes = ? WHERE id = ?').run(bytes, second.id)
  db.close()
  const store = openStore({ path, clock, logger })
  const end = async (): Promise<void> => {
    await store.close()
    folder[Symbol.dispose]()
  }
  return { store, clock, logger, path, [Symbol.asyncDispose]: end }
}

const deferred = (clock: ManualClock): Promise<void> => new Promise((resolve) => clock.defer(resolve))

test('are not read by id: nobody is told that they are this post', async () => {
  await using stage = await spoiltStore()
  const { store } = stage
  expect(store.posts.read([FIRST.id, SECOND.id, THIRD.id])).toEqual([FIRST.bytes, undefined, THIRD.bytes])
})

test('are not on a page, which says all the same that there is more', async () => {
  await using stage = await spoiltStore()
  const { store } = stage
  expect(store.posts.page('dchat', { limit: 2 })).toEqual({ posts: [THIRD.bytes], more: true })
})

test('are taken out of the set once they were met, so that peers bring them again, and shown once', async () => {
  await using stage = await spoiltStore()
  const { store, clock, logger, path } = stage
  const removed: Buffer[] = []
  store.posts.onSetChange((changes) => removed.push(...changes.flatMap((change) => change.removed.map(({ id }) => id))))
  store.posts.read([SECOND.id])
  await deferred(clock)
  expect(removed).toEqual([SECOND.id])
  expect(store.posts.holds(SECOND.id)).toBe(false)
  expect(logger.records.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { count: 1 } }])
  expect(existsSync(`${path}-suspect`)).toBe(true) // the next start looks at the whole file
  const [again] = await fillPosts(store, [SECOND])
  expect(again).toMatchObject({ fate: 'stored', line: null })
  expect(store.posts.read([SECOND.id])).toEqual([SECOND.bytes])
  expect(store.history({ limit: 9 }).messages.map(({ text }) => text)).toEqual(['first', 'second', 'third'])
  expect((await store.check()).problems).toEqual([])
})

test('of an own post that nobody has are said to have failed: it cannot be sent any more', async () => {
  await using stage = await spoiltStore({ ...SECOND, own: true })
  const { store, clock } = stage
  expect(store.pending()).toHaveLength(1)
  store.posts.read([SECOND.id])
  await deferred(clock)
  expect(store.pending()).toEqual([])
  expect(store.history({ limit: 9 }).messages[1]?.delivery?.state).toBe('failed')
})

test('of a box key are no box key', async () => {
  const boxKey = newPost('ab'.repeat(32), { room: '', kind: 5, time: RECEIVED_MS + 1 })
  await using stage = await spoiltStore(boxKey)
  expect(stage.store.posts.newestOf(boxKey.author, 5)).toBeUndefined()
})
