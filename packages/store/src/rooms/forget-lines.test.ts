import { readFileSync, readdirSync } from 'node:fs'
import { MemoryLogger, SystemClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import {
  allTexts,
  fill,
  fillPosts,
  line,
  newPost,
  offeredBodies,
  ownLine,
  temporaryFolder,
  testStore,
} from '../testing/builders.ts'
import { directPost, keyOf, openSealed, talkWith, text, tried } from '../testing/sealed-builders.ts'

const ROOM = 'cats'
/** Later than the room is joined. */
const inRoom = { room: ROOM, received: Date.now() + 60_000 }
const shown = (store: MessageStore, room = ROOM): string[] =>
  store.history({ room, limit: 1_000 }).messages.map((message) => message.text)

async function expectSound(store: MessageStore): Promise<void> {
  expect((await store.check({ full: true })).problems).toEqual([])
}

describe('a room that is forgotten', () => {
  test('has no line any more, and takes new ones; others keep theirs', async () => {
    await using store = testStore()
    store.rooms.list('tui')
    await store.rooms.join(ROOM)
    await fill(store, [line('other'), line('a', inRoom), ownLine('b', inRoom), line('topic', { ...inRoom, kind: 'topic' })])
    store.rooms.markRead(ROOM, { seq: 2, client: 'tui' })
    const told: string[] = []
    store.rooms.onChange((room) => told.push(room))
    expect(await store.rooms.forget(ROOM)).toBe(3)
    expect([shown(store), allTexts(store), told, store.pending()]).toEqual([[], ['other'], [ROOM], []])
    const state = () => store.rooms.list('tui').find(({ room }) => room === ROOM)
    expect(state()).toMatchObject({ joined: true, unread: 0, lastSeq: 0, topic: null })
    expect(await store.search({ query: 'topic' })).toEqual([])
    await fill(store, [line('new', inRoom), line('newer', inRoom)])
    expect(shown(store)).toEqual(['new', 'newer'])
    expect(state()).toMatchObject({ unread: 2, lastSeq: 6 })
    expect(await store.rooms.forget('nowhere')).toBe(0)
    await expectSound(store)
  })

  test('loses its lines on a machine that stands still before each of them as well', async () => {
    const clock = new SystemClock()
    let stoodMs = 0
    clock.monotonicMs = () => performance.now() + (stoodMs += 100)
    await using store = testStore({ clock })
    await store.rooms.join(ROOM)
    await fill(
      store,
      Array.from({ length: 100 }, (_, index) => line(`${index}`, inRoom)),
    )
    expect(await store.rooms.forget(ROOM)).toBe(100)
    expect(shown(store)).toEqual([])
  })

  test('shows posts that are kept for peers no more, also when it is left and joined again; new ones it shows', async () => {
    await using store = testStore()
    await store.rooms.join(ROOM)
    const old = newPost('old', inRoom)
    await fillPosts(store, [old, newPost('elder', { ...inRoom, author: 2 })])
    expect(await store.rooms.forget(ROOM)).toBe(2)
    expect(offeredBodies(store, ROOM).toSorted()).toEqual(['elder', 'old'])
    store.rooms.leave(ROOM)
    await fillPosts(store, [newPost('while away', { ...inRoom, author: 3 })])
    await store.rooms.join(ROOM)
    expect(shown(store)).toEqual(['while away'])
    expect(await fillPosts(store, [old])).toMatchObject([{ fate: 'known', line: null }])
    await fillPosts(store, [newPost('new', { ...inRoom, author: 4 })])
    expect(shown(store).toSorted()).toEqual(['new', 'while away'])
    await expectSound(store)
  })

  test('forgets that a post was hidden with the post', async () => {
    await using store = testStore()
    await store.rooms.join(ROOM)
    const own = newPost('own', { ...inRoom, own: true })
    await fillPosts(store, [own])
    await store.rooms.forget(ROOM)
    expect(store.posts.withdraw(own.id)).toBe(true)
    await expectSound(store)
  })

  test('has its lines gone in slices, with those that are stored meanwhile left', async () => {
    await using store = testStore()
    await fill(
      store,
      Array.from({ length: 3_000 }, (_, index) => line(`${index}`, inRoom)),
    )
    store.add(line('not committed yet', inRoom))
    const forgetting = store.rooms.forget(ROOM)
    const meanwhile = store.append(line('meanwhile', inRoom))
    expect(await forgetting).toBe(3_001)
    await meanwhile
    expect(shown(store)).toEqual(['meanwhile'])
    await expectSound(store)
  })

  test('counts what is unread anew while somebody is ignored', async () => {
    await using store = testStore()
    store.rooms.list('tui')
    await store.rooms.join(ROOM)
    store.names.ignore(keyOf(9), true)
    const unread = () => store.rooms.list('tui').find(({ room }) => room === ROOM)?.unread
    await fill(store, [line('a', inRoom), line('b', inRoom)])
    expect(unread()).toBe(2)
    await store.rooms.forget(ROOM)
    await fill(store, [line('c', inRoom)])
    expect(unread()).toBe(1)
  })
})

test('a conversation that is forgotten stays so when all direct messages are tried again; lines that wait are given up', async () => {
  await using store = testStore()
  const ours = directPost(text('to us'), { author: 2 })
  const others = directPost(text('of another'), { author: 3 })
  await fillPosts(store, [ours, others])
  store.posts.settle(store.posts.untried(9).map(tried))
  await store.appendWaiting(ownLine('waits', { room: talkWith(2) }), keyOf(2))
  expect(shown(store, talkWith(2)).toSorted()).toEqual(['to us', 'waits'])
  expect(await store.rooms.forget(talkWith(2))).toBe(2)
  store.posts.tryAgain()
  expect([store.posts.untried(9), store.waiting()]).toEqual([[], []])
  expect([shown(store, talkWith(2)), shown(store, talkWith(3))]).toEqual([[], ['of another']])
  await expectSound(store)
})

test('nothing of what was forgotten is left in the files, nor in the search index', async () => {
  using folder = temporaryFolder()
  const secrets = ['squirrels', 'hedgehog', 'quokka']
  const bounds = { batchLines: 1, newestLines: 1 }
  const open = (): MessageStore =>
    openStore({
      ...{ path: folder.file('m.db'), clock: new SystemClock(), logger: new MemoryLogger() },
      ...{ reveal: openSealed, searchBounds: bounds },
    })
  const found = (): string[] => {
    const bytes = Buffer.concat(readdirSync(folder.path).map((name) => readFileSync(folder.file(name))))
    return secrets.flatMap((secret) => [secret, secret.slice(0, 3)]).filter((part) => bytes.includes(part))
  }
  const store = open()
  await fill(store, [line('kept'), ...secrets.map((secret) => line(`${secret} ${'x'.repeat(9_000)}`, inRoom))])
  await expect.poll(async () => (await store.check()).counts.unindexed).toBe(0)
  expect(found()).toEqual(secrets.flatMap((secret) => [secret, secret.slice(0, 3)]))
  expect(await store.rooms.forget(ROOM)).toBe(3)
  expect(found()).toEqual([])
  await expect.poll(async () => (await store.check()).counts.unindexed).toBe(0)
  expect(await store.search({ query: 'kept' })).toHaveLength(1)
  await expectSound(store)
  await store.close()
  expect(found()).toEqual([])
  await using again = open()
  expect(allTexts(again)).toEqual(['kept'])
})
