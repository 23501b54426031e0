import fc from 'fast-check'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { MARKER_SAVE_MS, MAX_READ_CLIENTS } from '../limits.ts'
import type { NewMessage, StoredMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import type { RoomState } from '../room-store.ts'
import { RECEIVED_MS, fill, fillPosts, line, newPost, ownLine, post, temporaryFolder, testStore } from '../testing/builders.ts'

const keyOf = (author: number): string => Buffer.alloc(32, author).toString('hex')
const isMention = (text: string): boolean => text.includes('@me')
const clock = (): ManualClock => new ManualClock(RECEIVED_MS)

function stateOf(store: MessageStore, room = 'dchat', client = 'tui'): RoomState | undefined {
  return store.rooms.list(client).find((state) => state.room === room)
}

describe('a list of rooms', () => {
  test('has joined rooms and those with posts or lines, by name', async () => {
    await using store = testStore({ clock: clock() })
    await store.rooms.join('rust')
    await fill(store, [line('a', { room: 'apples' })])
    await fillPosts(store, [
      newPost('b', { room: 'unjoined' }),
      newPost('ann', { kind: 2, room: '' }),
      newPost('eA', { kind: 16, room: '_dm' }),
    ])
    const rooms = store.rooms.list('tui').map(({ room, joined, lastSeq, posts }) => [room, joined, lastSeq, posts])
    expect(rooms).toEqual([
      ['apples', false, 1, 0],
      ['dchat', true, 0, 0],
      ['rust', true, 0, 0],
      ['unjoined', false, 0, 1],
    ])
  })

  test('counts the lines of others after the marker, and those that mention the user', async () => {
    await using store = testStore({ clock: clock(), isMention })
    store.rooms.list('tui')
    await fill(store, [line('a'), line('@me b'), ownLine('@me mine'), line('@me system', { kind: 'system' }), line('c')])
    expect(stateOf(store)).toMatchObject({ unread: 3, mentions: 1, lastSeq: 5, readSeq: 0 })
    store.rooms.markRead('dchat', { seq: 2, client: 'tui' })
    expect(stateOf(store)).toMatchObject({ unread: 1, mentions: 0, readSeq: 2 })
    store.rooms.markRead('dchat', { seq: 1, client: 'tui' })
    expect(stateOf(store)).toMatchObject({ unread: 2, mentions: 1, readSeq: 1 })
    store.rooms.markRead('dchat', { seq: 99, client: 'tui' })
    expect(stateOf(store)).toMatchObject({ unread: 0, mentions: 0, readSeq: 5 })
  })

  test('counts no mention from before the room was joined, though its line says that it is one', async () => {
    await using store = testStore({ clock: clock(), isMention })
    store.rooms.list('tui')
    await fillPosts(store, [newPost('@me old', { room: 'rust', time: RECEIVED_MS - 1 })])
    await store.rooms.join('rust')
    await fillPosts(store, [newPost('@me new', { room: 'rust', time: RECEIVED_MS })])
    expect(stateOf(store, 'rust')).toMatchObject({ unread: 1, mentions: 1 })
    const { messages } = store.history({ room: 'rust', limit: 9 })
    expect(messages.map(({ text, mention }) => [text, mention])).toEqual([
      ['@me old', true],
      ['@me new', true],
    ])
  })

  test('has nothing unread of the time before a client came, or before the room was joined', async () => {
    const time = clock()
    await using store = testStore({ clock: time })
    await fill(store, [line('before')])
    store.rooms.list('tui')
    expect(stateOf(store)).toMatchObject({ unread: 0, readSeq: 1 })
    await fillPosts(store, [newPost('old', { room: 'rust', time: RECEIVED_MS })])
    await time.advance(5000)
    await store.rooms.join('rust')
    await fillPosts(store, [
      newPost('older, and late', { room: 'rust', time: RECEIVED_MS + 4999 }),
      newPost('new', { room: 'rust', time: RECEIVED_MS + 5000 }),
    ])
    expect(stateOf(store, 'rust')).toMatchObject({ unread: 1, lastSeq: 4, readSeq: 1 })
  })

  test('of a room that is not joined has nothing unread', async () => {
    await using store = testStore({ clock: clock() })
    store.rooms.list('tui')
    await fill(store, [line('a')])
    store.rooms.leave('dchat')
    expect(stateOf(store)).toMatchObject({ joined: false, unread: 0, lastSeq: 1 })
  })

  test('does not count ignored keys, and counts them again later', async () => {
    await using store = testStore({ clock: clock(), isMention })
    store.rooms.list('tui')
    await fillPosts(store, [newPost('a', { author: 1 }), newPost('@me b', { author: 2 })])
    store.names.ignore(keyOf(2), true)
    expect(stateOf(store)).toMatchObject({ unread: 1, mentions: 0 })
    await fillPosts(store, [newPost('c', { author: 1 }), newPost('d', { author: 2 })])
    expect(stateOf(store)).toMatchObject({ unread: 2, mentions: 0 })
    store.names.ignore(keyOf(2), false)
    expect(stateOf(store)).toMatchObject({ unread: 4, mentions: 1 })
  })

  test('has the topic that is newest by time, not retracted, and of nobody who is ignored', async () => {
    await using store = testStore({ clock: clock() })
    const topic = (body: string, author: number, age: number) => newPost(body, { kind: 3, author, time: RECEIVED_MS - age })
    const newest = topic('newest', 1, 0)
    await fillPosts(store, [newest, topic('second', 2, 1), topic('third', 3, 2)])
    expect(stateOf(store)?.topic).toBe('newest')
    await fillPosts(store, [newPost(newest.id.toString('hex'), { kind: 4, author: 1 })])
    expect(stateOf(store)?.topic).toBe('second')
    store.names.ignore(keyOf(2), true)
    expect(stateOf(store)?.topic).toBe('third')
  })
})

describe('a line says whether it mentions the user', () => {
  test('when it is told and when it is read, also after it mentions nobody any more; until it is retracted', async () => {
    const now = { isMention }
    await using store = testStore({ clock: clock(), isMention: (text) => now.isMention(text) })
    const told: [string, boolean][] = []
    store.onCommitted((messages) => told.push(...messages.map(({ text, mention }): [string, boolean] => [text, mention])))
    const named = newPost('@me b')
    await fill(store, [line('a'), line('@me c'), ownLine('@me mine'), line('@me system', { kind: 'system' })])
    await fillPosts(store, [named])
    const expected = [
      ['a', false],
      ['@me c', true],
      ['@me mine', false],
      ['@me system', false],
      ['@me b', true],
    ]
    expect(told).toEqual(expected)
    now.isMention = () => false
    const read = () => store.history({ since: 0, limit: 9 }).messages.map(({ text, mention }) => [text, mention])
    expect(read()).toEqual(expected)
    const lines: StoredMessage[] = []
    store.onRetracted((taken) => lines.push(taken))
    await fillPosts(store, [newPost(named.id.toString('hex'), { kind: 4 })])
    expect(read().at(-1)).toEqual(['', false])
    expect(lines).toMatchObject([{ mention: false, retracted: true }])
  })
})

describe('markers and levels', () => {
  test('are there after a restart', async () => {
    using folder = temporaryFolder()
    const time = clock()
    const open = () => openStore({ path: folder.file('m.db'), clock: time, logger: new MemoryLogger() })
    const first = open()
    await fill(first, [line('a'), line('b'), line('c')])
    first.rooms.markRead('dchat', { seq: 2, client: 'tui' })
    first.rooms.markRead('dchat', { seq: 1, client: 'cli' })
    first.rooms.setLevel('dchat', 'mentions')
    await time.advance(MARKER_SAVE_MS)
    first.rooms.markRead('dchat', { seq: 3, client: 'cli' })
    await first.close()
    await using second = open()
    expect(stateOf(second)).toMatchObject({ readSeq: 2, unread: 1, level: 'mentions' })
    expect(stateOf(second, 'dchat', 'cli')).toMatchObject({ readSeq: 3, unread: 0 })
  })

  test('of the client that was used least recently go', async () => {
    await using store = testStore({ clock: clock() })
    await fill(store, [line('a'), line('b')])
    for (let client = 0; client < MAX_READ_CLIENTS; client += 1) store.rooms.markRead('dchat', { seq: 1, client: `c${client}` })
    expect(stateOf(store, 'dchat', 'c0')).toMatchObject({ readSeq: 1 })
    store.rooms.markRead('dchat', { seq: 1, client: 'one more' })
    expect(stateOf(store, 'dchat', 'c0')).toMatchObject({ readSeq: 1 })
    expect(stateOf(store, 'dchat', 'c1')).toMatchObject({ readSeq: 2 })
  })

  test('are told when they change', async () => {
    await using store = testStore({ clock: clock() })
    const heard: string[] = []
    store.rooms.onChange((room) => heard.push(room))
    await fill(store, [line('a')])
    store.rooms.markRead('dchat', { seq: 0, client: 'tui' })
    store.rooms.markRead('dchat', { seq: 0, client: 'tui' })
    store.rooms.setLevel('dchat', 'none')
    await fill(store, [post('topic', 'a1', { kind: 'topic' })])
    store.names.ignore(keyOf(1), true)
    expect(heard).toEqual(['dchat', 'dchat', 'dchat', 'dchat'])
  })

  test('of unknown rooms and names out of range', async () => {
    await using store = testStore()
    store.rooms.markRead('nowhere', { seq: 1, client: 'tui' })
    store.rooms.setLevel('nowhere', 'none')
    expect(store.rooms.list('tui').map(({ room }) => room)).toEqual(['dchat'])
    expect(() => store.rooms.list('')).toThrow(RangeError)
    expect(() => store.rooms.list('x'.repeat(129))).toThrow(RangeError)
    expect(() => store.rooms.markRead('dchat', { seq: -1, client: 'tui' })).toThrow(RangeError)
    expect(() => store.rooms.setLevel('dchat', 'some' as 'all')).toThrow(RangeError)
  })
})

describe('any course of things', () => {
  const lines = fc.array(
    fc.record({
      author: fc.constantFrom('01', '02', '03'),
      own: fc.boolean(),
      age: fc.integer({ min: -2, max: 3 }),
      text: fc.constantFrom('a', '@me'),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const step = fc.oneof(
    fc.record({ at: fc.constant('lines' as const), lines }),
    fc.record({ at: fc.constant('read' as const), client: fc.constantFrom('a', 'b'), seq: fc.nat(20) }),
    fc.record({ at: fc.constant('list' as const), client: fc.constantFrom('a', 'b') }),
    fc.record({ at: fc.constant('ignore' as const), author: fc.constantFrom('01', '02'), on: fc.boolean() }),
    fc.record({ at: fc.constant('reopen' as const) }),
  )
  let made = 0
  const signed = ({ author, own, age, text }: { author: string; own: boolean; age: number; text: string }): NewMessage =>
    post(text, `id${(made += 1)}`, { authorKey: author.repeat(32), own, time: RECEIVED_MS - age })

  test('has as many unread as counting gives', async () => {
    const runs = fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
      using folder = temporaryFolder()
      const open = () =>
        openStore({ path: folder.file('m.db'), clock: clock(), logger: new MemoryLogger(), isMention, commitDelayMs: 0 })
      let store = open()
      const all: StoredMessage[] = []
      const read = new Map<string, number>()
      const ignored = new Set<string>()
      try {
        for (const one of steps) {
          if (one.at === 'lines') for (const each of one.lines) all.push(await store.append(signed(each)))
          if (one.at === 'list') store.rooms.list(one.client)
          if (one.at === 'read') store.rooms.markRead('dchat', one)
          if (one.at === 'list') read.set(one.client, read.get(one.client) ?? all.length)
          if (one.at === 'read') read.set(one.client, Math.min(one.seq, all.length))
          if (one.at === 'ignore') store.names.ignore(one.author.repeat(32), one.on)
          if (one.at === 'ignore') ignored[one.on ? 'add' : 'delete'](one.author.repeat(32))
          if (one.at === 'reopen') {
            await store.close()
            store = open()
          }
          for (const [client, seq] of read) {
            const unread = all.filter(
              (each) => each.seq > seq && !each.own && each.time! >= RECEIVED_MS && !ignored.has(each.authorKey!),
            )
            const mentions = unread.filter(({ text }) => isMention(text)).length
            expect(stateOf(store, 'dchat', client)).toMatchObject({ unread: unread.length, mentions, readSeq: seq })
          }
        }
      } finally {
        await store.close()
      }
    })
    await fc.assert(runs, { numRuns: 60 })
  }, 60_000)
})
