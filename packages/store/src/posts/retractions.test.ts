import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { MessageStore } from '../message-store.ts'
import type { NewPost } from '../post-store.ts'
import { RECEIVED_MS, fillPosts, newPost, testStore } from '../testing/builders.ts'

const target = newPost('oops', { author: 1 })

function retract(post: NewPost, author = 1): NewPost {
  return newPost(post.id.toString('hex'), { kind: 4, author, room: post.room, time: RECEIVED_MS + 1 })
}

function linesOf(store: MessageStore): unknown[] {
  return store.history({ limit: 9 }).messages.map(({ text, retracted }) => [text, retracted])
}

describe.each(['dchat', 'other'])('in the room %s', (room) => {
  const own = newPost('oops', { author: 1, room })

  test.each([
    ['after', [own, retract(own)]],
    ['before', [retract(own), own]],
  ])('a retraction that comes %s the post takes the text out of the line', async (_, posts) => {
    await using store = testStore({ clock: new ManualClock() })
    for (const post of posts) await fillPosts(store, [post])
    await store.rooms.join(room)
    expect(linesOf(store)).toEqual([['', true]])
    expect(store.recentTexts()).toEqual([])
    expect(store.posts.read([own.id])[0]?.equals(own.bytes)).toBe(true)
  })
})

test('the line that was taken back is told once, as it is now', async () => {
  await using store = testStore({ clock: new ManualClock() })
  const told: unknown[] = []
  store.onRetracted((line) => told.push([line, store.history({ limit: 9 }).messages]))
  await fillPosts(store, [target])
  expect(await fillPosts(store, [retract(target)])).toMatchObject([{ fate: 'stored', line: null }])
  const again = newPost(target.id.toString('hex'), { kind: 4, time: RECEIVED_MS + 2 })
  expect(await fillPosts(store, [again])).toMatchObject([{ fate: 'stored', line: null }])
  const line = expect.objectContaining({ seq: 1, id: target.id.toString('hex'), text: '', retracted: true })
  expect(told).toEqual([[line, [line]]])
})

test('a line that is told after its retraction came is told without its text', async () => {
  await using store = testStore({ clock: new ManualClock() })
  const told: unknown[] = []
  store.onCommitted((messages) => told.push(...messages.map(({ text, retracted }) => [text, retracted])))
  await fillPosts(store, [retract(target), target])
  expect(told).toEqual([['', true]])
})

test("another author's has no effect, whichever comes first", async () => {
  await using store = testStore({ clock: new ManualClock() })
  const second = newPost('second', { author: 1, time: RECEIVED_MS + 9 })
  await fillPosts(store, [target, retract(target, 2), retract(second, 2), second])
  expect(linesOf(store)).toEqual([
    ['oops', false],
    ['second', false],
  ])
})

test('a line whose post is not offered any more is taken back as well', async () => {
  await using store = testStore({ clock: new ManualClock(), quotas: { perRoom: 1 } })
  await fillPosts(store, [target])
  await fillPosts(store, [newPost('other', { author: 9, time: RECEIVED_MS + 120_000 })])
  expect(store.posts.holds(target.id)).toBe(false)
  await fillPosts(
    store,
    [{ ...retract(target), room: 'else' }].map((post) => newPost(post.body, { kind: 4, author: 1, room: 'else' })),
  )
  expect(linesOf(store)).toEqual([
    ['', true],
    ['other', false],
  ])
})
