import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import type { NewPost } from '../post-store.ts'
import { RECEIVED_MS, fillPosts, line, newPost, temporaryFolder, testStore } from '../testing/builders.ts'

function profile(nick: string, with_: { author?: number; time?: number } = {}): NewPost {
  return newPost(nick, { room: '', kind: 2, time: RECEIVED_MS + (with_.time ?? 0), author: with_.author ?? 1 })
}

test('lines of posts have the nick that the newest profile of their author says, wherever they are read', async () => {
  using folder = temporaryFolder()
  const options = { path: folder.file('m.db'), clock: new ManualClock() }
  const store = testStore(options)
  const nicks = (): (string | null)[] => store.history({ limit: 9 }).messages.map(({ nick }) => nick)
  const told: (string | null)[] = []
  store.onCommitted((messages) => told.push(...messages.map(({ nick }) => nick)))
  await fillPosts(store, [newPost('before')])
  await fillPosts(store, [profile('ann'), profile('zed', { author: 2 }), newPost('after')])
  expect(told).toEqual([null, 'ann'])
  expect(nicks()).toEqual(['ann', 'ann'])
  await fillPosts(store, [profile('bea', { time: 5 }), profile('old', { time: 3 })])
  await fillPosts(store, [newPost('now', { time: RECEIVED_MS + 1 })])
  expect([nicks(), told.at(-1)]).toEqual([['bea', 'bea', 'bea'], 'bea'])
  await store.close()
  await using again = testStore(options)
  expect(again.history({ limit: 9 }).messages.map(({ nick }) => nick)).toEqual(['bea', 'bea', 'bea'])
})

test('unsigned lines keep the nick they came with', async () => {
  await using store = testStore({ clock: new ManualClock() })
  await fillPosts(store, [profile('ann')])
  await store.append(line('x', { nick: 'stranger' }))
  expect(store.history({ limit: 1 }).messages).toMatchObject([{ nick: 'stranger' }])
})

test('a nick outlives the post that says it', async () => {
  const clock = new ManualClock()
  await using store = testStore({ clock, quotas: { maxAgeDays: 1 } })
  await fillPosts(store, [profile('ann')])
  await clock.advance(3 * 86_400_000)
  await store.flush()
  expect(store.posts.rooms().some(({ room }) => room === '')).toBe(false)
  await fillPosts(store, [newPost('later', { time: clock.nowMs() })])
  expect(store.history({ limit: 1 }).messages).toMatchObject([{ nick: 'ann' }])
})
