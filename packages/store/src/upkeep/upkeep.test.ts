import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { MemoryLogger, SystemClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import { allTexts, fill, fillPosts, line, newPost, ownLine, temporaryFolder, testStore } from '../testing/builders.ts'

function open(path: string): MessageStore {
  return openStore({ path, clock: new SystemClock(), logger: new MemoryLogger() })
}

async function fillAll(store: MessageStore): Promise<void> {
  await fill(store, [line('unsigned'), ownLine('own')])
  await fillPosts(store, [
    newPost('a', { author: 1 }),
    newPost('b', { author: 2, room: 'rust' }),
    newPost('ann', { author: 1, kind: 2, room: '' }),
    newPost('ab'.repeat(32), { author: 2, kind: 4 }),
  ])
}

/** Changes the file of an open store behind its back. */
function change(path: string, sql: string): void {
  const db = new DatabaseSync(path, { defensive: false, enableForeignKeyConstraints: false })
  db.exec(sql)
  db.close()
}

describe('check', () => {
  test.each([{ full: false }, { full: true }])('finds nothing wrong with a sound store (%o)', async (options) => {
    using folder = temporaryFolder()
    await using store = open(folder.file('m.db'))
    await fillAll(store)
    const report = await store.check(options)
    expect(report).toMatchObject({ ok: true, problems: [], counts: { messages: 3, posts: 4 } })
    expect(report.tookMs).toBeGreaterThanOrEqual(0)
  })

  test('looks at a store in memory too', async () => {
    await using store = testStore()
    await fillAll(store)
    expect(await store.check()).toMatchObject({ ok: true, problems: [], counts: { messages: 3, posts: 4, unindexed: 3 } })
  })

  test.each([
    ['counters', 'UPDATE totals SET messages = 9', 'lines: kept as 9, counted 3'],
    ['counters', 'UPDATE totals SET bytes = bytes + 1', 'bytes: kept as'],
    ['counters', 'UPDATE totals SET last_seq = 1', 'a line has a seq that was not given out yet'],
    ['counters', "UPDATE rooms SET posts = 7 WHERE name = 'rust'", 'rooms with another number of posts'],
    ['counters', 'UPDATE post_authors SET posts = posts + 1', 'authors with another number of posts'],
    ['counters', 'UPDATE post_minutes SET posts = posts + 1', 'minutes of authors'],
    ['ids', "UPDATE posts SET bytes = x'00' WHERE n = 1", 'posts whose bytes do not give their id'],
    [
      'lines',
      "UPDATE messages SET text = 'unsignee' WHERE text = 'unsigned'",
      'lines that are not what was stored, the first: 1',
    ],
    ['lines', 'UPDATE messages SET time = 9223372036854775807 WHERE seq = 2', 'the first: 2'],
    ['lines', "UPDATE rooms SET name = 'dchau' WHERE name = 'dchat'", 'the first: 1'],
    ['dangling', 'UPDATE messages SET room = 99 WHERE seq = 1', 'rows of messages'],
    ['dangling', 'INSERT INTO deliveries VALUES (99, 0, 0, 0)', 'rows of deliveries'],
    ['dangling', 'DELETE FROM post_authors', 'rows of posts'],
    ['dangling', 'UPDATE retractions SET post = 99', 'rows of retractions'],
    ['dangling', 'INSERT INTO untried VALUES (99, 0, 0)', 'rows of untried'],
    ['dangling', "INSERT INTO members VALUES (99, 'a', 'b', 0, x'00')", 'rows of members'],
    ['dangling', "INSERT INTO rekeys VALUES (99, 1, 'p')", 'rows of rekeys'],
    ['dangling', "INSERT INTO waiting VALUES (99, 'a')", 'rows of waiting'],
  ])('finds %s wrong after %s', async (what, sql, detail) => {
    using folder = temporaryFolder()
    await using store = open(folder.file('m.db'))
    await fillAll(store)
    change(folder.file('m.db'), sql)
    const { ok, problems } = await store.check()
    expect(ok).toBe(false)
    expect(problems).toContainEqual(expect.objectContaining({ what, detail: expect.stringContaining(detail) as string }))
  })

  test('finds a line of which the disk has changed a bit', async () => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    const before = open(path)
    await fill(before, [line('alpha'), line('beta')])
    await before.close()
    const bytes = readFileSync(path)
    bytes[bytes.indexOf('beta') + 3]! ^= 1
    writeFileSync(path, bytes)
    await using store = open(path)
    const detail = 'lines that are not what was stored, the first: 2'
    expect(await store.check({ full: true })).toMatchObject({ ok: false, problems: [{ what: 'lines', count: 1, detail }] })
  })

  test('finds an index that lacks a row', async () => {
    using folder = temporaryFolder()
    await using store = open(folder.file('m.db'))
    await fillAll(store)
    change(
      folder.file('m.db'),
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX messages_by_room ON messages(room, at)' WHERE name = 'messages_by_room'`,
    )
    const { problems } = await store.check({ full: true })
    expect(problems).toContainEqual(expect.objectContaining({ what: 'pages' }))
  })

  test('is refused beside another, and ends when the store is closed', async () => {
    using folder = temporaryFolder()
    const store = open(folder.file('m.db'))
    const first = store.check()
    await expect(store.check()).rejects.toMatchObject({ code: 'STORE_BUSY', data: { work: 'check', allowed: 1 } })
    const closed = store.close()
    await expect(first).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await closed
    await expect(store.check()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })
})

describe('backup', () => {
  test('of a store that goes on storing opens as a store, private and whole', async () => {
    using folder = temporaryFolder()
    await using store = open(folder.file('m.db'))
    await fillAll(store)
    const lines = Array.from({ length: 3000 }, (_, n) => line(`line ${n}`))
    await fill(store, lines)
    const copied = store.backup(folder.file('copy.db'))
    let added = 0
    const feed = async (): Promise<void> => {
      for (; !existsSync(folder.file('copy.db')); added += 1) await store.append(line(`later ${added}`))
    }
    await Promise.all([copied, feed()])
    expect(statSync(folder.file('copy.db')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder.path).filter((name) => !name.startsWith('m.db'))).toEqual(['copy.db'])
    await using copy = open(folder.file('copy.db'))
    expect(copy.opened).toMatchObject({ isNew: false, afterUncleanStop: false, setAside: null })
    const texts = allTexts(copy)
    expect(allTexts(store).slice(0, texts.length)).toEqual(texts)
    expect(texts.length).toBeGreaterThanOrEqual(3003)
    expect(await copy.check()).toMatchObject({ ok: true })
    expect(await copy.search({ query: 'line 2999' })).toHaveLength(1)
  })

  test('of a store in memory is a file', async () => {
    using folder = temporaryFolder()
    await using store = testStore()
    await fillAll(store)
    await store.backup(folder.file('copy.db'))
    await using copy = open(folder.file('copy.db'))
    expect(allTexts(copy)).toEqual(allTexts(store))
  })

  test.each([
    ['a file that exists', 'there.db', 'STORE_FILE_EXISTS'],
    ['its own file', 'm.db', 'STORE_FILE_EXISTS'],
    ['a folder', 'folder', 'STORE_FILE_EXISTS'],
    ['a folder that is missing', 'missing/copy.db', 'STORE_NO_FOLDER'],
    ['a file in the place of its folder', 'there.db/copy.db', 'STORE_NO_FOLDER'],
  ])('to %s is refused', async (_, name, code) => {
    using folder = temporaryFolder()
    await using store = open(folder.file('m.db'))
    writeFileSync(folder.file('there.db'), 'mine')
    mkdirSync(folder.file('folder'))
    const before = readdirSync(folder.path)
    await expect(store.backup(folder.file(name))).rejects.toMatchObject({ code })
    expect(readdirSync(folder.path)).toEqual(before)
    expect(statSync(folder.file('there.db')).size).toBe(4)
  })

  test('ends when the store is closed and leaves nothing', async () => {
    using folder = temporaryFolder()
    const store = open(folder.file('m.db'))
    await fillAll(store)
    const first = store.backup(folder.file('copy.db'))
    await expect(store.backup(folder.file('other.db'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    const closed = store.close()
    await expect(first).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await closed
    expect(readdirSync(folder.path)).toEqual(['m.db'])
  })
})
