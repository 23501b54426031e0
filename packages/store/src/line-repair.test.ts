/** Lines of which the disk has made others: the file is sound for SQLite, and what it says is not what was stored. */
import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { LINES_MENDED } from './limits.ts'
import type { MessageStore } from './message-store.ts'
import { openStore } from './open-store.ts'
import { RECEIVED_MS, allTexts, fill, fillPosts, line, newPost, ownLine, temporaryFolder } from './testing/builders.ts'

interface Stage extends AsyncDisposable {
  readonly path: string
  readonly clock: ManualClock
  readonly logger: MemoryLogger
  store: MessageStore
  /** Closes the store, changes its file, and opens it again. */
  damage(sql: string): Promise<void>
}

function stage(): Stage {
  const folder = temporaryFolder()
  const path = folder.file('m.db')
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const open = (): MessageStore => openStore({ path, clock, logger })
  return {
    path,
    clock,
    logger,
    store: open(),
    async damage(sql) {
      await this.store.close()
      const db = new DatabaseSync(path)
      db.exec(sql)
      db.close()
      this.store = open()
    },
    async [Symbol.asyncDispose]() {
      await this.store.close()
      folder[Symbol.dispose]()
    },
  }
}

const POSTS = ['first', 'second', 'third'].map((text, index) => newPost(text, { time: RECEIVED_MS + index }))
const SPOILT = expect.objectContaining({ code: 'STORE_IO' }) as Error

describe('a spoilt line is never shown', () => {
  test.each([
    ['text', "text = 'forged'"],
    ['author', "author_key = replace(author_key, '0', '2')"],
    ['place', 'at = at + 5'],
    ['time', 'time = time + 5'],
    ['kind', 'kind = 1'],
    ['whose it is', 'class = 2'],
    ['room', "room = (SELECT id FROM rooms WHERE name = 'other')"],
  ])('%s: it is an error once, then the line is made anew from its post', async (_, change) => {
    await using it = stage()
    await fillPosts(it.store, [...POSTS, newPost('elsewhere', { room: 'other' })])
    await it.damage(`UPDATE messages SET ${change} WHERE seq = 2`)
    expect(() => allTexts(it.store)).toThrow(SPOILT)
    await it.clock.runUntil(() => it.store.stats().lastSeq === 4 && it.store.stats().messages === 3)
    expect(it.store.history({ limit: 9, room: 'dchat' }).messages.map(({ text, seq }) => [text, seq])).toEqual([
      ['first', 1],
      ['second', 4],
      ['third', 3],
    ])
    expect(it.store.stats()).toMatchObject({ messages: 3 })
    expect((await it.store.check()).problems).toEqual([])
  })

  test('one without a post is taken out, and the rest stays', async () => {
    await using it = stage()
    await fill(it.store, [line('a'), ownLine('b'), line('c')])
    await it.damage("UPDATE messages SET text = 'x' WHERE seq = 2")
    expect(() => it.store.recentTexts()).not.toThrow() // it is an own line
    expect(() => it.store.pending()).not.toThrow() // and has no post
    expect(() => allTexts(it.store)).toThrow(SPOILT)
    await it.clock.advance(1)
    expect(allTexts(it.store)).toEqual(['a', 'c'])
    expect(it.logger.records.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { seq: 2 } }])
    expect((await it.store.check()).problems).toEqual([])
  })

  test('nor told to clients of the reference', async () => {
    await using it = stage()
    await fill(it.store, [line('a'), line('b')])
    await it.damage("UPDATE messages SET text = 'x' WHERE seq = 2")
    expect(() => it.store.recentTexts()).toThrow(SPOILT)
    await it.clock.advance(1)
    expect(it.store.recentTexts()).toEqual(['a'])
  })

  test('nor found by a search', async () => {
    await using it = stage()
    await fill(it.store, [line('needle a'), line('needle b')])
    await it.damage("UPDATE messages SET text = 'needle x' WHERE seq = 2")
    await expect(it.store.search({ query: 'needle' })).rejects.toThrow(SPOILT)
    await it.clock.advance(1)
    expect((await it.store.search({ query: 'needle' })).map(({ text }) => text)).toEqual(['needle a'])
  })
})

test('a spoilt line is taken out by a close right after it was met: a daemon that cannot start without it starts the next time', async () => {
  await using it = stage()
  await fillPosts(it.store, POSTS)
  await it.damage("UPDATE messages SET text = 'x' WHERE seq = 2")
  expect(() => allTexts(it.store)).toThrow(SPOILT)
  await it.damage('SELECT 1')
  await it.clock.advance(1)
  expect(allTexts(it.store)).toEqual(['first', 'third', 'second'])
})

test('a spoilt line stays a reason for errors while the disk is full, and is taken out once there is room', async () => {
  await using it = stage()
  await fill(it.store, [line('a'), line('b')])
  await it.damage(`
    UPDATE messages SET text = 'x' WHERE seq = 2;
    CREATE TRIGGER full BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'no room'); END`)
  expect(() => allTexts(it.store)).toThrow(SPOILT)
  await it.clock.advance(1)
  expect(() => allTexts(it.store)).toThrow(SPOILT)
  await it.damage('DROP TRIGGER full')
  expect(it.store.opened.setAside).toBeNull()
  expect(() => allTexts(it.store)).toThrow(SPOILT)
  await it.clock.advance(1)
  expect(allTexts(it.store)).toEqual(['a'])
})

test('a file with many spoilt lines is set aside at the next start', async () => {
  await using it = stage()
  await fillPosts(
    it.store,
    Array.from({ length: LINES_MENDED + 1 }, (_, index) => newPost(`${index}`, { author: index, time: RECEIVED_MS + index })),
  )
  await it.damage("UPDATE rooms SET name = 'dchau' WHERE name = 'dchat'")
  for (let read = 0; read < LINES_MENDED; read += 1) {
    expect(() => it.store.history({ limit: 1 })).toThrow(SPOILT)
    await it.clock.advance(1)
  }
  expect(() => it.store.history({ limit: 1 })).toThrow(SPOILT)
  await it.damage('SELECT 1')
  expect(it.store.opened.setAside).toMatchObject({ reason: 'many lines are not what was stored' })
  await it.damage('SELECT 1')
  expect(it.store.opened.setAside).toBeNull()
})
