import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { StoreOptions } from '../open-store.ts'
import type { MessageStore } from '../message-store.ts'
import {
  RECEIVED_MS,
  allTexts,
  fillPosts,
  idOf,
  line,
  newPost,
  offeredBodies,
  temporaryFolder,
  testStore,
} from '../testing/builders.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

function open(options: Partial<StoreOptions> = {}): MessageStore {
  return testStore({ clock: new ManualClock(), ...options })
}

const fatesOf = (decided: readonly { readonly fate: string }[]): string[] => decided.map(({ fate }) => fate)

describe('storing', () => {
  test('a post is offered and shown once it is durable; lines, posts and sets are told in this order', async () => {
    await using store = open()
    const heard: string[] = []
    store.onCommitted((messages) => heard.push(`line ${messages.map(({ text }) => text).join()}`))
    store.posts.onCommitted((posts) => heard.push(`post ${posts.map(({ fate }) => fate).join()}`))
    store.posts.onSetChange((changes) =>
      heard.push(`set ${changes[0]?.room} +${changes[0]?.added.length} -${changes[0]?.removed.length}`),
    )
    const post = newPost('héllo', { time: RECEIVED_MS + 5, author: 7 })
    const { fate, line: shown } = await store.posts.append(post)
    expect(heard).toEqual(['line héllo', 'post stored', 'set dchat +1 -0'])
    expect(fate).toBe('stored')
    expect(shown).toEqual({
      seq: 1,
      id: post.id.toString('hex'),
      room: 'dchat',
      kind: 'text',
      authorKey: '07'.repeat(32),
      nick: null,
      from: null,
      text: 'héllo',
      time: RECEIVED_MS + 5,
      received: RECEIVED_MS + 5,
      own: false,
      delivery: null,
      retracted: false,
      mention: false,
      member: null,
    })
    expect(store.history({ limit: 9 }).messages).toEqual([shown])
    expect(store.posts.read([post.id])[0]?.equals(post.bytes)).toBe(true)
    expect(store.posts.holds(post.id)).toBe(true)
  })

  test('a post that is there, or twice in one commit, is known and tells nobody a line', async () => {
    await using store = open()
    const post = newPost('once')
    const lines: string[] = []
    store.onCommitted((messages) => lines.push(...messages.map(({ text }) => text)))
    expect(fatesOf(await fillPosts(store, [post, post]))).toEqual(['stored', 'known'])
    expect(fatesOf(await fillPosts(store, [post]))).toEqual(['known'])
    expect(lines).toEqual(['once'])
    expect(store.posts.rooms()).toMatchObject([{ room: 'dchat', posts: 1 }])
  })

  test('lines and posts get their seq in the order they came', async () => {
    await using store = open()
    store.posts.add(newPost('a'))
    store.add(line('b'))
    store.posts.add(newPost('unjoined', { room: 'other' }))
    store.add(line('c'))
    store.posts.add(newPost('d'))
    await store.flush()
    expect(allTexts(store)).toEqual(['a', 'b', 'c', 'd'])
  })

  test.each([
    [0, 'text'],
    [1, 'action'],
    [3, 'topic'],
    [9, null],
  ])('kind %i of a joined room is shown as %s', async (kind, shown) => {
    await using store = open()
    const { line: made } = await store.posts.append(newPost('x', { kind }))
    expect(made?.kind ?? null).toBe(shown)
    expect(offeredBodies(store)).toEqual(['x'])
  })

  test('posts fill the queue with lines, and overfilling it writes in place', async () => {
    await using store = open()
    const posts = Array.from({ length: 1100 }, (_, index) =>
      newPost(`${index}`, { author: 1 + (index % 250), time: RECEIVED_MS + index }),
    )
    const taken = posts.map((post) => store.posts.add(post))
    expect(taken.indexOf(false)).toBe(511)
    expect(store.posts.rooms()[0]?.posts).toBe(1024)
    await store.flush()
    expect(store.posts.rooms()[0]?.posts).toBe(1100)
  })

  test.each([
    ['an id of 31 bytes', { id: Buffer.alloc(31) }],
    ['a time before 1970', { time: -1, id: idOf(1) }],
    ['a kind of 256', { kind: 256, id: idOf(1) }],
    ['a room of 1,025 units', { room: 'r'.repeat(1025), id: idOf(1) }],
  ])('refuses %s', async (_, with_) => {
    await using store = open()
    const post = { ...newPost('x'), ...with_ }
    expect(() => store.posts.add(post)).toThrow(TypeError)
    await expect(store.posts.append(post)).rejects.toThrow(TypeError)
  })

  test('refuses a body that is not that of the bytes, and a post above the longest', async () => {
    await using store = open()
    expect(() => store.posts.add({ ...newPost('x'), body: 'y' })).toThrow(/body/)
    expect(() => store.posts.add({ ...newPost('x'), bytes: Buffer.alloc(8641) })).toThrow(/bytes/)
  })

  test('after close every method throws STORE_CLOSED', async () => {
    const one = open()
    await one.close()
    const closed = expect.objectContaining({ code: 'STORE_CLOSED' })
    const { id } = newPost('x')
    for (const use of [
      () => one.posts.add(newPost('x')),
      () => one.posts.holds(id),
      () => one.posts.read([id]),
      () => one.posts.rooms(),
      () => one.posts.withdraw(id),
      () => one.posts.setKeep('all'),
      () => one.rooms.leave('dchat'),
      () => one.pending(),
      () => one.ownSeq(id),
    ]) {
      expect(use).toThrow(closed)
    }
    await expect(one.posts.append(newPost('x'))).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(one.rooms.join('x')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })
})

describe('quotas', () => {
  test('by default 60 posts of an author in a minute and room; a lower id takes the place of the highest', async () => {
    await using store = open()
    const begin = Math.floor(RECEIVED_MS / MINUTE_MS) * MINUTE_MS
    const posts = Array.from({ length: 61 }, (_, index) => newPost(`${index}`, { time: begin + index, id: idOf(10 + index) }))
    const decided = await fillPosts(store, posts)
    expect(fatesOf(decided)).toEqual([...Array.from({ length: 60 }, () => 'stored'), 'outnumbered'])
    expect(decided.at(-1)?.line).toBeNull()
    const others = [
      newPost('later', { time: begin + MINUTE_MS, id: idOf(99) }),
      newPost('elsewhere', { room: 'x', time: begin, id: idOf(98) }),
    ]
    expect(fatesOf(await fillPosts(store, [...others, newPost('lower', { time: begin, id: idOf(1) })]))).toEqual([
      'stored',
      'stored',
      'stored',
    ])
    expect(store.posts.holds(idOf(69))).toBe(false)
    expect([store.posts.wasDropped(idOf(69)), store.posts.wasDropped(idOf(70)), store.posts.wasDropped(idOf(1))]).toEqual([
      true,
      true,
      false,
    ])
    expect(allTexts(store)).toContain('59')
  })

  test('what a later post of the same commit pushed out is told as outnumbered, and in no set change', async () => {
    await using store = open({ quotas: { perAuthorMinute: 1 } })
    const told: unknown[] = []
    store.posts.onSetChange((changes) => told.push(...changes))
    const [high, low] = [newPost('high', { id: idOf(2) }), newPost('low', { id: idOf(1) })]
    expect(fatesOf(await fillPosts(store, [high, low]))).toEqual(['outnumbered', 'stored'])
    expect(told).toEqual([{ room: 'dchat', added: [{ time: low.time, id: low.id }], removed: [] }])
  })

  test('of the empty room the newest profile and box key of an author stay, however many a minute', async () => {
    await using store = open({ quotas: { perAuthorMinute: 1 } })
    const at = (ms: number, kind: number, body: string) => newPost(body, { room: '', kind, time: RECEIVED_MS + ms })
    const [ann, bob, key] = [at(5, 2, 'ann'), at(9, 2, 'bob'), at(1, 5, 'ab'.repeat(32))]
    expect(fatesOf(await fillPosts(store, [ann, key, at(3, 2, 'old')]))).toEqual(['stored', 'stored', 'outdated'])
    expect(fatesOf(await fillPosts(store, [bob]))).toEqual(['stored'])
    expect(offeredBodies(store, '')).toEqual(['ab'.repeat(32), 'bob'])
    expect(store.posts.wasDropped(ann.id)).toBe(true)
  })

  test('as many dropped ids are remembered as the quota says, over restarts', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db'), quotas: { perAuthorMinute: 1, droppedIds: 3 } }
    const store = open(options)
    await fillPosts(
      store,
      Array.from({ length: 6 }, (_, index) => newPost(`${index}`, { id: idOf(index) })),
    )
    await store.close()
    await using again = open(options)
    expect([0, 1, 2, 3, 4, 5].map((number) => again.posts.wasDropped(idOf(number)))).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ])
  })

  test('posts older than 365 days are outdated, to the minute', async () => {
    await using store = open()
    const oldest = Math.floor((RECEIVED_MS - 365 * DAY_MS) / MINUTE_MS) * MINUTE_MS
    expect(store.posts.lowWater('dchat')).toBe(oldest)
    const posts = [newPost('old', { time: oldest - 1 }), newPost('just', { time: oldest })]
    expect(fatesOf(await fillPosts(store, posts))).toEqual(['outdated', 'stored'])
  })

  test.each([{ perRoom: 0 }, { perAuthorMinute: 1.5 }, { maxAgeDays: Number.NaN }])('%j is refused', (quotas) => {
    expect(() => open({ quotas })).toThrow(RangeError)
  })
})

describe('which rooms', () => {
  test('keep "all" stores rooms that are not joined up to the quota; joined ones and those of everybody always', async () => {
    await using store = open({ quotas: { unjoinedRooms: 2 } })
    const posts = ['a', 'b', 'c', '_dm', 'dchat'].map((room) => newPost('x', { room, kind: room === '_dm' ? 16 : 0 }))
    expect(fatesOf(await fillPosts(store, posts))).toEqual(['stored', 'stored', 'unkept', 'stored', 'stored'])
    expect(['a', 'c', '_dm', '', 'dchat'].map((room) => store.posts.keeps(room))).toEqual([true, false, true, true, true])
    await store.rooms.join('c')
    expect(store.posts.keeps('c')).toBe(true)
    await store.rooms.join('a')
    expect(fatesOf(await fillPosts(store, [newPost('y', { room: 'd' })]))).toEqual(['stored'])
  })

  test('keep "joined" takes no other room; what is stored stays', async () => {
    await using store = open()
    await fillPosts(store, [newPost('x', { room: 'other' })])
    store.posts.setKeep('joined')
    expect(fatesOf(await fillPosts(store, [newPost('y', { room: 'other' }), newPost('z')]))).toEqual(['unkept', 'stored'])
    expect(offeredBodies(store, 'other')).toEqual(['x'])
  })

  test('rooms tell the newest time, the low-water time and how many, over restarts', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db') }
    const first = open(options)
    const low = first.posts.lowWater('dchat')
    expect(first.posts.rooms()).toEqual([{ room: 'dchat', joined: true, newest: 0, low, posts: 0 }])
    await fillPosts(first, [newPost('a', { time: RECEIVED_MS + 9 }), newPost('b'), newPost('c', { room: 'other' })])
    const rooms = [
      { room: 'dchat', joined: true, newest: RECEIVED_MS + 9, low, posts: 2 },
      { room: 'other', joined: false, newest: RECEIVED_MS, low, posts: 1 },
    ]
    expect(first.posts.rooms()).toEqual(rooms)
    await first.close()
    await using second = open(options)
    expect(second.posts.rooms()).toEqual(rooms)
  })
})

describe('reading', () => {
  const posts = [1, 2, 3, 4, 5].map((number) => newPost(`${number}`, { time: RECEIVED_MS + Math.floor(number / 2) }))
  const inOrder = posts.toSorted((one, other) => one.time - other.time || one.id.compare(other.id))
  const order = inOrder.map(({ time, id }) => ({ time, id }))
  const bytesOf = (some: readonly { readonly bytes: Buffer }[]): Buffer[] => some.map(({ bytes }) => bytes)

  test('pages go from the newest on, in the order of time and id', async () => {
    await using store = open()
    await fillPosts(store, posts)
    const newestFirst = inOrder.toReversed()
    expect(store.posts.page('dchat', { limit: 2 })).toEqual({ posts: bytesOf(newestFirst.slice(0, 2)), more: true })
    const second = store.posts.page('dchat', { limit: 3, before: newestFirst[1]! })
    expect(second).toEqual({ posts: bytesOf(newestFirst.slice(2)), more: false })
    expect(store.posts.page('nowhere', { limit: 3 })).toEqual({ posts: [], more: false })
  })

  test('places come in order after a place, the newest up to a time', async () => {
    await using store = open()
    await fillPosts(store, posts)
    expect(store.posts.places('dchat', { limit: 9 })).toEqual(order)
    expect(store.posts.places('dchat', { limit: 2, after: order[1]! })).toEqual(order.slice(2, 4))
    expect(store.posts.newest('dchat', { count: 2, notAfter: RECEIVED_MS + 1 })).toEqual([order[2], order[1]])
  })

  test('what is not here is undefined, by position', async () => {
    await using store = open()
    await fillPosts(store, posts)
    const read = store.posts.read([posts[2]!.id, idOf(77), posts[0]!.id])
    expect(read).toEqual([posts[2]!.bytes, undefined, posts[0]!.bytes])
  })

  test('bounds of what is asked at once are held', async () => {
    await using store = open()
    expect(() => store.posts.page('dchat', { limit: 201 })).toThrow(RangeError)
    expect(() => store.posts.places('dchat', { limit: 4097 })).toThrow(RangeError)
    expect(() => store.posts.newest('dchat', { count: 0, notAfter: 0 })).toThrow(RangeError)
    expect(() => store.posts.read(Array.from({ length: 257 }, () => idOf(1)))).toThrow(RangeError)
  })
})

describe('own posts', () => {
  const own = newPost('mine', { own: true })

  test('wait as pending until their delivery says more', async () => {
    await using store = open()
    await fillPosts(store, [newPost('theirs'), own, newPost('elsewhere', { own: true, room: 'other' })])
    const seq = store.ownSeq(own.id)
    expect(seq).toBe(2)
    expect(store.ownSeq(newPost('theirs').id)).toBeUndefined()
    expect(store.pending()).toMatchObject([{ seq, text: 'mine', delivery: { state: 'stored', written: 0, held: 0 } }])
    store.setDelivery(seq!, { state: 'sent', written: 2, held: 0 })
    await store.flush()
    expect(store.pending()).toEqual([])
  })

  test('can be withdrawn: not offered any more, the line stays and has failed, later deliveries of it are void', async () => {
    await using store = open()
    await fillPosts(store, [own])
    const told: unknown[] = []
    store.posts.onSetChange((changes) => told.push(...changes))
    store.onDelivery((seq, delivery) => told.push([seq, delivery.state]))
    store.setDelivery(1, { state: 'sent', written: 1, held: 0 })
    expect(store.posts.withdraw(own.id)).toBe(true)
    expect(told).toEqual([{ room: 'dchat', added: [], removed: [{ time: own.time, id: own.id }] }, [1, 'failed']])
    expect([store.posts.holds(own.id), store.posts.withdraw(own.id)]).toEqual([false, false])
    await store.flush()
    expect(store.history({ limit: 9 }).messages).toMatchObject([{ text: 'mine', delivery: { state: 'failed' } }])
    expect(store.pending()).toEqual([])
  })

  test('that come back from a peer after they were withdrawn are stored without a second line, and held', async () => {
    await using store = open()
    await fillPosts(store, [own])
    store.posts.withdraw(own.id)
    expect(await fillPosts(store, [{ ...own, own: false }])).toMatchObject([{ fate: 'stored', line: null }])
    expect(store.history({ limit: 9 }).messages).toMatchObject([
      { text: 'mine', own: true, delivery: { state: 'held', held: 1 } },
    ])
  })

  test('of others are not withdrawn', async () => {
    await using store = open()
    const theirs = newPost('theirs')
    await fillPosts(store, [theirs])
    expect(store.posts.withdraw(theirs.id)).toBe(false)
    expect(store.posts.holds(theirs.id)).toBe(true)
  })
})
