/** What every message store has to do, wherever it keeps its lines. */
import { ManualClock, MemoryLogger, SystemClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { StoredMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import type { StoreOptions } from '../open-store.ts'
import { RECEIVED_MS, allTexts, fill, line, ownLine, post, textsOf } from './builders.ts'

type Open = (options: Pick<StoreOptions, 'clock' | 'logger'> & Partial<StoreOptions>) => MessageStore

/** `make` gives an `open` that starts a new, empty store at each call. */
export function describeMessageStore(name: string, make: () => { open: Open } & Disposable): void {
  describe(`message store: ${name}`, () => {
    describeWriting(make)
    describeQueue(make)
    describeHistory(make)
    describeSmallThings(make)
  })
}

function describeWriting(make: () => { open: Open } & Disposable): void {
  test('append answers with the line as it was given and its seq', async () => {
    using setup = make()
    await using store = open(setup)
    const first = post('héllo\0\u{1f600}\n', 'aa', { kind: 'action', nick: 'ann', received: RECEIVED_MS + 7 })
    const own = ownLine('mine', { delivery: { state: 'sent', written: 3, held: 1 } })
    expect(await store.append(first)).toEqual({ seq: 1, ...first, retracted: false, mention: false, member: null })
    expect(await store.append(own)).toEqual({ seq: 2, ...own, retracted: false, mention: false, member: null })
    expect(store.history({ since: 0, limit: 10 })).toEqual({
      messages: [
        { seq: 1, ...first, retracted: false, mention: false, member: null },
        { seq: 2, ...own, retracted: false, mention: false, member: null },
      ],
      more: false,
      lastSeq: 2,
    })
  })

  test('listeners hear each commit in order, before append resolves', async () => {
    using setup = make()
    await using store = open(setup)
    const heard: number[] = []
    store.onCommitted((messages) => heard.push(...messages.map((message) => message.seq)))
    store.add(line('one'))
    store.add(line('two'))
    expect(heard).toEqual([])
    const third = await store.append(ownLine('three'))
    expect(third.seq).toBe(3)
    expect(heard).toEqual([1, 2, 3])
  })

  test('what listeners hear can be read back', async () => {
    using setup = make()
    await using store = open(setup)
    const read: StoredMessage[][] = []
    store.onCommitted(() => read.push(store.history({ since: 0, limit: 10 }).messages))
    await fill(store, [line('one'), line('two')])
    expect(read.map(textsOf)).toEqual([['one', 'two']])
  })

  test('a listener that throws is logged and keeps nobody else from hearing', async () => {
    using setup = make()
    const logger = new MemoryLogger()
    await using store = setup.open({ clock: new SystemClock(), logger })
    let heard = 0
    store.onCommitted(() => {
      throw new Error('listener')
    })
    const unsubscribe = store.onCommitted(() => (heard += 1))
    await store.append(line('one'))
    unsubscribe()
    await store.append(line('two'))
    expect(heard).toBe(1)
    expect(logger.records.filter((record) => record.level === 'error')).toHaveLength(2)
  })

  test.each([
    ['a lone surrogate', line('\ud800')],
    ['a time that is not whole', line('x', { received: 1.5 })],
    ['an unknown kind', line('x', { kind: 'shout' as 'text' })],
    ['an empty id', line('x', { id: '' })],
    ['a delivery of a line that is not own', line('x', { delivery: { state: 'sent', written: 0, held: 0 } })],
    ['a text above 4 MiB by one byte', line('x'.repeat(4 * 1024 * 1024 + 1))],
    ['a room of 1,025 units', line('x', { room: 'r'.repeat(1025) })],
  ])('refuses %s and keeps the rest', async (_, message) => {
    using setup = make()
    await using store = open(setup)
    store.add(line('before'))
    expect(() => store.add(message)).toThrow(TypeError)
    await expect(store.append(message)).rejects.toThrow(TypeError)
    await store.append(line('after'))
    expect(allTexts(store)).toEqual(['before', 'after'])
  })

  test('close commits what waits, is idempotent, and ends the rest with STORE_CLOSED', async () => {
    using setup = make()
    const store = open(setup)
    const waiting = store.append(line('last'))
    const closing = store.close()
    expect(() => store.add(line('late'))).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
    await Promise.all([closing, store.close(), store.flush()])
    expect(await waiting).toMatchObject({ seq: 1, text: 'last' })
    await expect(store.append(line('late'))).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    expect(() => store.history({ limit: 1 })).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
    expect(() => store.getSetting('nick')).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }))
  })
}

function describeQueue(make: () => { open: Open } & Disposable): void {
  test('a full queue answers false, then tells when it has room', async () => {
    using setup = make()
    await using store = open(setup)
    let drained = 0
    store.onDrain(() => (drained += 1))
    for (let count = 1; count < 1024; count += 1) expect(store.add(line(`line ${count}`))).toBe(true)
    expect(store.add(line('the 1,024th'))).toBe(false)
    expect(drained).toBe(0)
    await store.flush()
    expect(drained).toBe(1)
    expect(store.stats().messages).toBe(1024)
    expect(store.add(line('room again'))).toBe(true)
  })

  test('4 MiB fill the queue as well', async () => {
    using setup = make()
    await using store = open(setup)
    const half = 'x'.repeat(2 * 1024 * 1024)
    expect([store.add(line(half)), store.add(line(half))]).toEqual([true, false])
  })

  test('who feeds on has the queue written in place', async () => {
    using setup = make()
    await using store = open(setup)
    for (let count = 0; count < 2048; count += 1) store.add(line('x'))
    expect(store.stats().messages).toBe(2048)
  })

  test('lines that come in numbers wait for company, a lone one does not', async () => {
    using setup = make()
    const clock = new ManualClock()
    await using store = setup.open({ clock, logger: new MemoryLogger() })
    const commits: number[] = []
    store.onCommitted((messages) => commits.push(messages.length))
    await store.append(line('alone'))
    await store.append(line('alone again'))
    await Promise.all([store.append(line('one of two')), store.append(line('two of two'))])
    store.add(line('waits'))
    await clock.advance(4)
    expect(commits).toEqual([1, 1, 2])
    store.add(line('joins'))
    await clock.advance(1)
    expect(commits).toEqual([1, 1, 2, 2])
  })

  test('flush does not wait for company', async () => {
    using setup = make()
    await using store = setup.open({ clock: new ManualClock(), logger: new MemoryLogger() })
    await fill(store, [line('a'), line('b')])
    await fill(store, [line('c')])
    expect(store.stats().messages).toBe(3)
  })
}

function describeHistory(make: () => { open: Open } & Disposable): void {
  const at = (ms: number): number => RECEIVED_MS + ms

  test('since pages in order of storing; lastSeq is the newest', async () => {
    using setup = make()
    await using store = open(setup)
    await fill(store, [line('a'), line('b'), line('c')])
    const first = store.history({ since: 0, limit: 2 })
    expect(first).toMatchObject({ messages: [{ text: 'a' }, { text: 'b' }], more: true, lastSeq: 3 })
    expect(store.history({ since: 2, limit: 2 })).toMatchObject({ messages: [{ text: 'c' }], more: false, lastSeq: 3 })
    expect(store.history({ since: 3, limit: 2 })).toEqual({ messages: [], more: false, lastSeq: 3 })
    expect(store.history({ since: 99, limit: 2 })).toEqual({ messages: [], more: false, lastSeq: 3 })
  })

  test('pages stand in room order: time of the author, then id; unsigned lines by receiving, then seq', async () => {
    using setup = make()
    await using store = open(setup)
    const lines = [
      post('5b', 'bb', { time: at(5) }),
      line('3', { received: at(3) }),
      post('5a', 'aa', { time: at(5) }),
      line('5 first', { received: at(5) }),
      line('5 second', { received: at(5) }),
      post('1', 'ff', { time: at(1), received: at(9) }),
    ]
    await fill(store, lines)
    const order = ['1', '3', '5 first', '5 second', '5a', '5b']
    expect(textsOf(store.history({ limit: 10 }).messages)).toEqual(order)
    const newest = store.history({ limit: 2 })
    expect(newest).toMatchObject({ more: true, lastSeq: 6 })
    expect(textsOf(newest.messages)).toEqual(order.slice(4))
    const middle = store.history({ before: newest.messages[0]!.seq, limit: 3, room: 'dchat' })
    expect(textsOf(middle.messages)).toEqual(order.slice(1, 4))
    const oldest = store.history({ before: middle.messages[0]!.seq, limit: 3 })
    expect(oldest).toMatchObject({ messages: [{ text: '1' }], more: false })
    expect(store.history({ before: 77, limit: 3 })).toEqual({ messages: [], more: false, lastSeq: 6 })
  })

  test('a room holds its own lines only', async () => {
    using setup = make()
    await using store = open(setup)
    await fill(store, [line('a'), line('b', { room: 'other' }), line('c'), line('d', { room: 'other' })])
    expect(textsOf(store.history({ limit: 9, room: 'other' }).messages)).toEqual(['b', 'd'])
    expect(textsOf(store.history({ since: 2, limit: 9, room: 'other' }).messages)).toEqual(['d'])
    expect(textsOf(store.history({ before: 4, limit: 9, room: 'other' }).messages)).toEqual(['b'])
    expect(store.history({ limit: 9, room: 'nowhere' })).toEqual({ messages: [], more: false, lastSeq: 4 })
  })

  test('a page ends before the byte that is too much, but holds one line', async () => {
    using setup = make()
    await using store = open(setup)
    await fill(store, [line('x'.repeat(1000)), line('y'.repeat(1000)), line('z'.repeat(1000))])
    const two = (store.stats().bytes / 3) * 2
    expect(store.history({ since: 0, limit: 9, maxBytes: two })).toMatchObject({ more: true, messages: [{ seq: 1 }, { seq: 2 }] })
    expect(store.history({ since: 0, limit: 9, maxBytes: two - 1 })).toMatchObject({ more: true, messages: [{ seq: 1 }] })
    expect(store.history({ since: 0, limit: 9, maxBytes: 1 }).messages).toHaveLength(1)
    expect(store.history({ limit: 9, maxBytes: two - 1 }).messages).toMatchObject([{ seq: 3 }])
  })

  test.each([
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { limit: 1, since: -1 },
    { limit: 1, before: 0.5 },
    { limit: 1, since: 1, before: 1 },
    { limit: 1, maxBytes: 0 },
  ])('refuses the query %j', async (query) => {
    using setup = make()
    await using store = open(setup)
    expect(() => store.history(query)).toThrow(RangeError)
  })

  test('recent texts are those of others, the newest that fit', async () => {
    using setup = make()
    await using store = open(setup)
    const lines = [line('aaa'), ownLine('own'), post('bb', 'aa'), line('topic', { kind: 'topic' }), line('é', { kind: 'action' })]
    await fill(store, lines)
    expect(store.recentTexts()).toEqual(['aaa', 'bb', 'é'])
    expect(store.recentTexts({ maxMessages: 2 })).toEqual(['bb', 'é'])
    expect(store.recentTexts({ maxBytes: 7 })).toEqual(['aaa', 'bb', 'é'])
    expect(store.recentTexts({ maxBytes: 6 })).toEqual(['bb', 'é'])
    expect(store.recentTexts({ maxBytes: 1 })).toEqual([])
    expect(store.recentTexts({ room: 'nowhere' })).toEqual([])
  })
}

function describeSmallThings(make: () => { open: Open } & Disposable): void {
  test('a delivery is noted for own lines only and told once committed', async () => {
    using setup = make()
    await using store = open(setup)
    await fill(store, [line('theirs'), ownLine('mine')])
    const told: unknown[] = []
    store.onDelivery((seq, delivery) => told.push([seq, delivery]))
    const sent = { state: 'sent', written: 2, held: 0 } as const
    for (const seq of [1, 2, 99]) store.setDelivery(seq, sent)
    expect(told).toEqual([])
    await store.flush()
    expect(told).toEqual([[2, sent]])
    expect(store.history({ since: 0, limit: 9 }).messages.map((message) => message.delivery)).toEqual([null, sent])
  })

  test('settings are kept, replaced and removed', async () => {
    using setup = make()
    await using store = open(setup)
    expect(store.getSetting('nick')).toBeUndefined()
    store.setSetting('nick', 'ann')
    store.setSetting('nick', 'bob')
    expect(store.getSetting('nick')).toBe('bob')
    store.setSetting('nick', undefined)
    expect(store.getSetting('nick')).toBeUndefined()
    expect(() => store.setSetting('', 'x')).toThrow(RangeError)
    expect(() => store.setSetting('long', 'x'.repeat(65_537))).toThrow(RangeError)
  })

  test('stats count lines, bytes and the newest seq', async () => {
    using setup = make()
    await using store = open(setup)
    expect(store.stats()).toEqual({ messages: 0, bytes: 0, lastSeq: 0 })
    await store.append(line('x'))
    const one = store.stats().bytes
    await store.append(line('xé€'))
    expect(store.stats()).toEqual({ messages: 2, bytes: 2 * one + 5, lastSeq: 2 })
  })
}

function open(setup: { open: Open }): MessageStore {
  return setup.open({ clock: new SystemClock(), logger: new MemoryLogger() })
}
