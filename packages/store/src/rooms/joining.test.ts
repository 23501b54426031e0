import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import { RECEIVED_MS, fillPosts, idOf, newPost, temporaryFolder, testStore, textsOf } from '../testing/builders.ts'

const textsOfRoom = (store: MessageStore, room: string): string[] => textsOf(store.history({ room, limit: 1000 }).messages)

/** Posts of a room by 250 authors, told in no order. */
function crowd(room: string, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const place = (index * 7919) % count
    return newPost(`${place}`, { room, author: 1 + (place % 250), time: RECEIVED_MS + place })
  })
}

describe('joining', () => {
  test('dchat is joined from the start, other rooms are when they are joined, over restarts', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db'), clock: new ManualClock() }
    const first = testStore(options)
    expect([first.rooms.isJoined('dchat'), first.rooms.isJoined('other')]).toEqual([true, false])
    const heard: string[] = []
    first.rooms.onChange((room) => heard.push(room))
    expect([await first.rooms.join('other'), await first.rooms.join('other')]).toEqual([true, false])
    expect([first.rooms.leave('dchat'), first.rooms.leave('dchat'), first.rooms.leave('never')]).toEqual([true, false, false])
    expect(heard).toEqual(['other', 'dchat'])
    await first.close()
    await using second = testStore(options)
    expect([second.rooms.isJoined('dchat'), second.rooms.isJoined('other')]).toEqual([false, true])
  })

  test('makes lines of the posts that are here, in the order of the room, and tells them', async () => {
    await using store = testStore({ clock: new ManualClock() })
    await fillPosts(store, crowd('other', 3000))
    expect(store.stats().messages).toBe(0)
    const heard: string[] = []
    store.onCommitted((messages) => heard.push(...textsOf(messages)))
    await store.rooms.join('other')
    expect(heard).toEqual(Array.from({ length: 3000 }, (_, index) => `${index}`))
    expect(store.stats()).toMatchObject({ messages: 3000, lastSeq: 3000 })
  })

  test('makes no second line of what was shown before, and none while it is left', async () => {
    await using store = testStore({ clock: new ManualClock() })
    await store.rooms.join('other')
    await fillPosts(store, [newPost('a', { room: 'other', time: RECEIVED_MS })])
    store.rooms.leave('other')
    await fillPosts(store, [newPost('b', { room: 'other', time: RECEIVED_MS + 1 })])
    expect(textsOfRoom(store, 'other')).toEqual(['a'])
    await store.rooms.join('other')
    expect(textsOfRoom(store, 'other')).toEqual(['a', 'b'])
    expect(store.stats().messages).toBe(2)
  })

  test('posts that come while the lines are made get theirs, once', async () => {
    await using store = testStore({ clock: new ManualClock() })
    await fillPosts(store, crowd('other', 3000))
    const joined = store.rooms.join('other')
    expect(store.rooms.isJoined('other')).toBe(true)
    const decided = await fillPosts(store, [newPost('new', { room: 'other', time: RECEIVED_MS + 1500, id: idOf(1) })])
    expect(decided).toMatchObject([{ fate: 'stored', line: { text: 'new' } }])
    await joined
    expect(store.stats().messages).toBe(3001)
  })

  test('goes on at the next start when it was cut short, without doubles', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db'), clock: new ManualClock(), logger: new MemoryLogger() }
    const first = openStore(options)
    await fillPosts(first, crowd('other', 5000))
    let made = 0
    first.onCommitted((messages) => (made += messages.length))
    const joined = first.rooms.join('other')
    joined.catch(() => undefined)
    while (made === 0) await new Promise(setImmediate)
    await first.close()
    await expect(joined).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    expect(made).toBeLessThan(5000)
    await using second = openStore(options)
    expect([second.rooms.isJoined('other'), second.stats().messages]).toEqual([true, made])
    await second.flush()
    expect(second.stats().messages).toBe(5000)
    expect(new Set(textsOfRoom(second, 'other')).size).toBe(1000)
  })

  test('leaving ends it', async () => {
    await using store = testStore({ clock: new ManualClock() })
    await fillPosts(store, crowd('other', 5000))
    const joined = store.rooms.join('other')
    store.rooms.leave('other')
    expect(await joined).toBe(true)
    await store.flush()
    expect(store.stats().messages).toBe(0)
    expect(store.rooms.isJoined('other')).toBe(false)
  })

  test('the rooms of everybody are not joined', async () => {
    await using store = testStore()
    expect([await store.rooms.join(''), await store.rooms.join('_dm')]).toEqual([false, false])
  })
})
