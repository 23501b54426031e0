/** Direct messages: tried, settled, shown in conversations. */
import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { MAX_UNANSWERED } from '../limits.ts'
import type { StoredMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import { RECEIVED_MS, fillPosts, idOf, ownLine, testStore, textsOf } from '../testing/builders.ts'
import { storeOnSmallDisk } from '../testing/small-disk.ts'
import { directPost, keyOf, talkWith, text, tried } from '../testing/sealed-builders.ts'

const open = (options = {}): MessageStore => testStore({ clock: new ManualClock(), commitDelayMs: 0, ...options })
const untriedIds = (store: MessageStore): string[] => store.posts.untried(99).map(({ id }) => id.toString('hex'))
const settleAll = (store: MessageStore): void => store.posts.settle(store.posts.untried(1024).map(tried))
const linesOf = (store: MessageStore, room: string): StoredMessage[] => store.history({ room, limit: 99 }).messages
const talks = (store: MessageStore): unknown[] =>
  store.rooms.list('tui').flatMap(({ room, joined, unread }) => (room.startsWith('@') ? [[room, joined, unread]] : []))

describe('a direct message of another', () => {
  test('is untried until it is settled, and then has its line in the conversation, which opens', async () => {
    await using store = open()
    store.rooms.list('tui')
    const [mine, theirs] = [directPost(text('for me'), { author: 7 }), directPost('closed', { author: 8 })]
    expect(await fillPosts(store, [mine, theirs])).toMatchObject([
      { fate: 'stored', line: null },
      { fate: 'stored', line: null },
    ])
    expect(store.posts.untriedCount()).toBe(2)
    expect(store.posts.untried(9).find(({ id }) => id.equals(mine.id))).toEqual({
      ...{ id: mine.id, author: mine.author, time: mine.time, received: mine.received, body: mine.body },
    })
    const heard: unknown[] = []
    store.rooms.onChange((room) => heard.push(room))
    store.onCommitted((messages) => heard.push(...textsOf(messages)))
    settleAll(store)
    expect(heard).toEqual([talkWith(7), 'for me'])
    expect([store.posts.untriedCount(), store.posts.holds(mine.id), store.posts.holds(theirs.id)]).toEqual([0, true, true])
    expect(linesOf(store, talkWith(7))).toMatchObject([
      {
        id: mine.id.toString('hex'),
        authorKey: keyOf(7),
        text: 'for me',
        time: mine.time,
        own: false,
        delivery: null,
        member: null,
      },
    ])
    expect(talks(store)).toEqual([[talkWith(7), true, 1]])
  })

  test('that is settled twice, or by a caller who was late, makes one line', async () => {
    await using store = open()
    const post = directPost(text('once'))
    await fillPosts(store, [post])
    store.posts.settle([tried(post), tried(post)])
    store.posts.settle([tried(post)])
    expect(textsOf(linesOf(store, talkWith(1)))).toEqual(['once'])
  })

  test('that a quota drops between the try and its end makes its line all the same', async () => {
    await using store = open({ quotas: { perAuthorMinute: 1 } })
    const high = directPost(text('opened'), { id: idOf(9) })
    await fillPosts(store, [high])
    const [taken] = store.posts.untried(1)
    const [low, other] = [directPost('closed', { id: idOf(1) }), directPost('closed', { author: 2, id: idOf(2) })]
    await fillPosts(store, [other, low])
    expect([store.posts.holds(high.id), store.posts.untriedCount()]).toEqual([false, 2])
    expect(untriedIds(store)).toEqual([low, other].map(({ id }) => id.toString('hex')))
    store.posts.settle([tried(taken!)])
    expect(textsOf(linesOf(store, talkWith(1)))).toEqual(['opened'])
  })

  test('is tried again when asked for, but for those that have a line', async () => {
    await using store = open()
    const [opened, closed, own] = [
      directPost(text('a')),
      directPost('closed', { author: 2 }),
      directPost('closed', { author: 3, own: true }),
    ]
    await fillPosts(store, [opened, closed, own])
    settleAll(store)
    store.posts.tryAgain()
    expect(untriedIds(store)).toEqual([closed.id.toString('hex')])
    store.posts.tryAgain()
    expect(store.posts.untriedCount()).toBe(1)
  })

  test('that a full disk keeps from being settled is untried still, its conversation is not open, and later it is', async () => {
    await using disk = storeOnSmallDisk()
    const { store } = disk
    await fillPosts(store, [directPost(text('x'.repeat(4_000)))])
    const [waiting] = store.posts.untried(1)
    const long = { ...tried(waiting!), revealed: text('y'.repeat(500_000)) }
    disk.setPages(1)
    const told: unknown[] = []
    store.rooms.onChange((room) => told.push(room))
    store.onCommitted((messages) => told.push(...messages))
    const full = expect.objectContaining({ code: 'STORE_FULL' })
    expect(() => store.posts.settle([long])).toThrow(full)
    await expect(store.appendWaiting(ownLine('z'.repeat(500_000), { room: talkWith(2) }), keyOf(2))).rejects.toEqual(full)
    expect([
      store.posts.untriedCount(),
      store.rooms.isJoined(talkWith(1)),
      store.stats().messages,
      store.waiting(),
      told,
    ]).toEqual([...[1, false, 0, [], []]])
    disk.setPages(10_000)
    store.posts.settle([long])
    expect([store.posts.untriedCount(), store.rooms.isJoined(talkWith(1)), told]).toEqual([
      0,
      true,
      [talkWith(1), expect.anything()],
    ])
    expect((await store.check()).problems).toEqual([])
  })

  test.each([
    ['of 31 bytes', { post: { id: Buffer.alloc(31), author: Buffer.alloc(32), time: 1, received: 1 }, revealed: undefined }],
    ['with lone surrogates', tried(directPost(text('\ud800')))],
  ])('%s is refused, and nothing is noted', async (_, wrong) => {
    await using store = open()
    const post = directPost(text('fine'), { author: 9 })
    await fillPosts(store, [post])
    const bad =
      wrong.revealed === undefined ? wrong : { ...wrong, revealed: { as: 'line', kind: 'text', text: '\ud800' } as const }
    expect(() => store.posts.settle([tried(post), bad])).toThrow(TypeError)
    expect(store.posts.untriedCount()).toBe(1)
  })
})

describe('what is tried first', () => {
  const at = (author: number, ms: number) => directPost('closed', { author, time: RECEIVED_MS + ms })

  test('is of people one has written with and pinned keys, then of open conversations, then the newest', async () => {
    await using store = open()
    await fillPosts(store, [directPost(text('hi'), { author: 3, time: RECEIVED_MS - 9 })])
    settleAll(store)
    await store.append(ownLine('hello', { room: talkWith(2) }))
    store.names.pin(keyOf(1), true)
    const [one, two, three, four, five] = [at(1, 1), at(2, 2), at(3, 3), at(4, 4), at(5, 5)]
    await fillPosts(store, [five, one, four, two, three])
    expect(untriedIds(store)).toEqual([two, one, three, five, four].map(({ id }) => id.toString('hex')))
    expect(store.posts.untried(1)).toHaveLength(1)
  })

  test('changes for what waits when somebody is pinned, opened or answered, and no more when he is ignored', async () => {
    await using store = open()
    const posts = [at(1, 1), at(2, 2), at(3, 3), at(4, 4)]
    await fillPosts(store, posts)
    const order = (): number[] => store.posts.untried(9).map(({ author }) => author[0]!)
    expect(order()).toEqual([4, 3, 2, 1])
    store.names.pin(keyOf(1), true)
    expect(order()).toEqual([1, 4, 3, 2])
    await store.rooms.join(talkWith(2))
    expect(order()).toEqual([1, 2, 4, 3])
    await store.append(ownLine('hello', { room: talkWith(3) }))
    expect(order()).toEqual([3, 1, 2, 4])
    store.names.ignore(keyOf(3), true)
    await fillPosts(store, [at(3, 9)])
    expect(order()).toEqual([3, 1, 2, 3, 4])
    store.posts.settle(store.posts.untried(9).map(tried))
    store.posts.tryAgain()
    expect(order()).toEqual([1, 2, 3, 4, 3])
  })

  test('is asked for within bounds', async () => {
    await using store = open()
    for (const limit of [0, 1025, 1.5]) expect(() => store.posts.untried(limit)).toThrow(RangeError)
  })
})

describe('a conversation', () => {
  const say = async (store: MessageStore, said: string, author = 1): Promise<void> => {
    const age = store.stats().lastSeq
    await fillPosts(store, [directPost(text(said), { author, time: RECEIVED_MS + age * 60_000 })])
    settleAll(store)
  }

  test('closes when it is left, and opens with the next line', async () => {
    await using store = open()
    await say(store, 'a')
    expect(store.rooms.leave(talkWith(1))).toBe(true)
    expect(talks(store)).toEqual([[talkWith(1), false, 0]])
    await say(store, 'b')
    expect(talks(store)).toMatchObject([[talkWith(1), true, 1]])
    store.rooms.leave(talkWith(1))
    await store.append(ownLine('c', { room: talkWith(1) }))
    expect(store.rooms.isJoined(talkWith(1))).toBe(true)
  })

  test('with somebody who is ignored is not opened by his lines', async () => {
    await using store = open()
    store.names.ignore(keyOf(1), true)
    await say(store, 'a')
    expect(talks(store)).toEqual([[talkWith(1), false, 0]])
    expect(linesOf(store, talkWith(1))).toEqual([])
    store.names.ignore(keyOf(1), false)
    expect(textsOf(linesOf(store, talkWith(1)))).toEqual(['a'])
  })

  test('can be opened without a line, and is then no more than a name', async () => {
    await using store = open()
    expect([await store.rooms.join(talkWith(1)), await store.rooms.join(talkWith(1))]).toEqual([true, false])
    expect(talks(store)).toEqual([[talkWith(1), true, 0]])
    expect(store.rooms.leave(talkWith(1))).toBe(true)
    expect(talks(store)).toEqual([])
  })

  test('is known as soon as it is open, and stays known when it was answered', async () => {
    await using store = open()
    expect([store.rooms.conversations(), store.rooms.isAnswered(talkWith(1))]).toEqual([[], false])
    await fillPosts(store, [directPost(text('hi'), { author: 1 }), directPost(text('hi'), { author: 2 })])
    settleAll(store)
    await store.rooms.join('cats')
    await store.append(ownLine('hello', { room: talkWith(1) }))
    expect(store.rooms.conversations().toSorted()).toEqual([talkWith(1), talkWith(2)].toSorted())
    expect([1, 2].map((author) => store.rooms.isAnswered(talkWith(author)))).toEqual([true, false])
    for (const author of [1, 2]) store.rooms.leave(talkWith(author))
    expect(store.rooms.conversations()).toEqual([talkWith(1)])
    expect(store.rooms.isAnswered(talkWith(1))).toBe(true)
  })

  test('is of this store alone: never offered, kept or counted', async () => {
    await using store = open({ quotas: { unjoinedRooms: 1 } })
    await say(store, 'a')
    store.rooms.leave(talkWith(1))
    await say(store, 'b', 2)
    expect(
      store.posts
        .rooms()
        .map(({ room }) => room)
        .sort(),
    ).toEqual(['_dm', 'dchat'])
    expect([store.posts.keeps(talkWith(1)), store.posts.keeps(talkWith(2)), store.posts.keeps('other')]).toEqual([
      false,
      false,
      true,
    ])
  })

  test(`of a stranger does not open while ${MAX_UNANSWERED} are open in which nothing own was said`, async () => {
    await using store = open()
    const key = (number: number): Buffer => Buffer.alloc(32, number.toString(16).padStart(8, '0'), 'hex')
    const line = (number: number) => ({
      post: { id: idOf(number), author: key(number), time: RECEIVED_MS, received: RECEIVED_MS },
      revealed: text(`${number}`),
    })
    const room = (number: number): string => `@${key(number).toString('hex')}`
    store.posts.settle(Array.from({ length: MAX_UNANSWERED + 1 }, (_, index) => line(index)))
    expect([store.rooms.isJoined(room(MAX_UNANSWERED - 1)), store.rooms.isJoined(room(MAX_UNANSWERED))]).toEqual([true, false])
    expect(textsOf(linesOf(store, room(MAX_UNANSWERED)))).toEqual([`${MAX_UNANSWERED}`])
    await store.append(ownLine('answer', { room: room(5) }))
    store.posts.settle([line(5000)])
    expect(store.rooms.isJoined(room(5000))).toBe(true)
    store.posts.settle([line(5001)])
    expect(store.rooms.isJoined(room(5001))).toBe(false)
    store.rooms.leave(room(5))
    store.posts.settle([{ ...line(5), post: { ...line(5).post, id: idOf(9999) } }])
    expect(store.rooms.isJoined(room(5))).toBe(true)
  })
})
