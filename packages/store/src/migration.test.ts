import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { openStore } from './open-store.ts'
import type { NewPost } from './post-store.ts'
import { APPLICATION_ID, MIGRATIONS } from './schema.ts'
import { RECEIVED_MS, allTexts, fillPosts, line, newPost, ownLine, temporaryFolder } from './testing/builders.ts'
import { PRIVATE_ROOM, directPost, keyOf, openSealed, sealedPost, talkWith, text, tried } from './testing/sealed-builders.ts'

/** A file as version 1 of the program left it, with `count` lines of each sort, closed in order. */
function writeVersion1(path: string, count: number): void {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
  db.exec(MIGRATIONS[0]!)
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1`)
  db.exec("INSERT INTO rooms(name) VALUES ('dchat'), ('älter')")
  const add = db.prepare('INSERT INTO messages VALUES (?, ?, 0, ?, ?, ?, ?, NULL, ?, NULL, ?, ?, ?)')
  for (let index = 0; index < count; index += 1) {
    const at = RECEIVED_MS + index
    add.run(2 * index + 1, 0, 1 + (index % 2), at, at, 150, '', null, 'tcp://127.0.0.1:1', `theirs ${index}`)
    add.run(2 * index + 2, 2, 1, at, at, 130, '', 'ann', null, `own ${index}`)
    db.exec(`INSERT INTO deliveries VALUES (${2 * index + 2}, 1, 3, 0)`)
  }
  db.exec("INSERT INTO settings VALUES ('nick', 'ann')")
  db.exec(
    `UPDATE totals SET last_seq = ${2 * count + 5}, messages = ${2 * count}, bytes = ${280 * count}, swept_unsigned = 0, swept_signed = 3`,
  )
  db.close()
}

const options = (path: string) => ({ path, clock: new ManualClock(), logger: new MemoryLogger() })

function versionOf(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true })
  const row = db.prepare('PRAGMA user_version').get()
  db.close()
  return row?.['user_version']
}

test('a file of version 1 keeps all it had, and takes posts', async () => {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  writeVersion1(path, 40)
  const store = openStore(options(path))
  expect(store.opened).toEqual({ isNew: false, afterUncleanStop: false, setAside: null })
  const { messages } = store.history({ since: 0, limit: 1000 })
  expect(messages).toHaveLength(80)
  expect(messages[1]).toEqual({
    ...{ seq: 2, id: null, room: 'dchat', kind: 'text', authorKey: null, nick: 'ann', from: null, text: 'own 0', time: null },
    ...{
      received: RECEIVED_MS,
      own: true,
      delivery: { state: 'sent', written: 3, held: 0 },
      retracted: false,
      mention: false,
      member: null,
    },
  })
  expect(messages[2]).toMatchObject({ seq: 3, room: 'älter', from: 'tcp://127.0.0.1:1', text: 'theirs 1', own: false })
  expect(store.stats()).toEqual({ messages: 80, bytes: 280 * 40, lastSeq: 85 })
  expect(store.getSetting('nick')).toBe('ann')
  expect([store.rooms.isJoined('dchat'), store.rooms.isJoined('älter'), store.pending()]).toEqual([true, false, []])
  expect(await fillPosts(store, [newPost('first')])).toMatchObject([{ fate: 'stored', line: { seq: 86 } }])
  await store.close()
  expect(versionOf(path)).toBe(MIGRATIONS.length)
})

test('a migration that is cut short leaves version 1 as it was, and the next start makes it', async () => {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  writeVersion1(path, 10)
  // The last table of the step is there already: all before it was made and has to be undone.
  change(path, 'CREATE TABLE profiles (x)')
  expect(() => openStore(options(path))).toThrow(expect.objectContaining({ code: 'STORE_IO' }))
  expect(versionOf(path)).toBe(1)
  change(path, 'DROP TABLE profiles')
  await using store = openStore(options(path))
  expect(allTexts(store)).toHaveLength(20)
  expect((await store.append(line('goes on'))).seq).toBe(26)
})

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}

test('a new file of an empty version 1 is brought up too', async () => {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  writeVersion1(path, 0)
  await using store = openStore(options(path))
  expect(store.stats()).toEqual({ messages: 0, bytes: 0, lastSeq: 5 })
})

test('a file of version 2 keeps what it had: texts are found, nicks are claimed, nothing of it is unread', async () => {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  writeVersion1(path, 30)
  change(
    path,
    `${MIGRATIONS[1]!}; PRAGMA user_version = 2;
     INSERT INTO profiles(key, time, id, nick, folded) VALUES ('${'ab'.repeat(32)}', 5, x'01', 'Ann', 'ann');
     UPDATE messages SET retracted = 1 WHERE seq = 1;`,
  )
  const clock = new ManualClock()
  await using store = openStore({ ...options(path), clock, searchBounds: { batchLines: 1, newestLines: 1 } })
  for (const _ of ['before', 'after it was indexed']) {
    expect(await store.search({ query: 'their', limit: 1000 })).toHaveLength(29)
    expect(await store.search({ query: 'own 29' })).toHaveLength(1)
    await clock.advance(1)
  }
  expect((await store.check()).counts).toMatchObject({ messages: 60, unindexed: 0 })
  expect(store.names.claims('ANN')).toEqual([
    { key: 'ab'.repeat(32), firstSeen: 5, since: 5, lastSeen: 5, current: true, pinned: false },
  ])
  expect(store.rooms.list('tui')).toMatchObject([
    { room: 'dchat', unread: 0, lastSeq: 60, level: 'all' },
    { room: 'älter', unread: 0, joined: false },
  ])
  await store.append(line('new'))
  expect(store.rooms.list('tui')[0]).toMatchObject({ unread: 1 })
})

test('a file of version 3 keeps what it had; its direct messages are tried, those of pinned keys first', async () => {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  const posts = [
    directPost(text('known'), { author: 2, time: RECEIVED_MS }),
    directPost(text('stranger'), { author: 3, time: RECEIVED_MS + 1 }),
    directPost('closed', { author: 4, time: RECEIVED_MS + 2, own: true }),
    sealedPost(text('in a room'), { author: 5 }),
    newPost('public', { author: 6 }),
    newPost(`${'ab'.repeat(32)}`, { author: 6, kind: 4, time: RECEIVED_MS + 3 }),
  ]
  await writeVersion3(path, posts)
  const store = openStore({ ...options(path), reveal: openSealed, commitDelayMs: 0 })
  expect(store.opened).toEqual({ isNew: false, afterUncleanStop: false, setAside: null })
  expect(store.posts.untried(9).map(({ author }) => author[0])).toEqual([2, 3])
  store.posts.settle(store.posts.untried(9).map(tried))
  await store.rooms.join(PRIVATE_ROOM)
  expect(allTexts(store).toSorted()).toEqual(['in a room', 'known', 'old', 'public', 'stranger'])
  await fillPosts(store, [newPost(posts[4]!.id.toString('hex'), { author: 6, kind: 4, time: RECEIVED_MS + 9 })])
  expect(store.history({ room: 'dchat', limit: 9 }).messages).toMatchObject([{ text: 'old' }, { text: '', retracted: true }])
  await store.append(ownLine('answer', { room: talkWith(2) }))
  expect((await store.check({ full: true })).problems).toEqual([])
  await store.close()
  expect(versionOf(path)).toBe(MIGRATIONS.length)
  await using again = openStore(options(path))
  expect(again.names.isPinned(keyOf(2))).toBe(true)
})

/** A file as version 3 left it: what this version wrote, without what is new in it. `posts` have no lines but that of the last public one. */
async function writeVersion3(path: string, posts: readonly NewPost[]): Promise<void> {
  const store = openStore(options(path))
  store.names.pin(keyOf(2), true)
  await store.append(line('old', { received: RECEIVED_MS - 1 }))
  await fillPosts(store, posts)
  await store.close()
  change(
    path,
    `DROP TABLE hidden_posts; DROP TABLE untried; DROP TABLE members; DROP TABLE rekeys; DROP TABLE waiting;
     ALTER TABLE rooms DROP COLUMN answered; ALTER TABLE retractions DROP COLUMN room;
     ALTER TABLE messages DROP COLUMN sum; PRAGMA user_version = 3;`,
  )
  expect(schemaOf(path)).toEqual(schemaOfVersion(3))
}

test('a file of version 4 keeps what it had, and its rooms can be forgotten', async () => {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  const before = openStore(options(path))
  await fillPosts(before, [newPost('kept')])
  await before.close()
  change(path, 'DROP TABLE hidden_posts; ALTER TABLE messages DROP COLUMN sum; PRAGMA user_version = 4;')
  expect(schemaOf(path)).toEqual(schemaOfVersion(4))
  const clock = new ManualClock()
  await using store = openStore({ ...options(path), clock })
  expect(allTexts(store)).toEqual(['kept'])
  const forgetting = store.rooms.forget('dchat')
  await clock.runUntil(() => allTexts(store).length === 0)
  await clock.advance(1)
  expect(await forgetting).toBe(1)
  expect(versionOf(path)).toBe(MIGRATIONS.length)
})

/** The tables and indexes of a file, as they are written. */
function schemaOf(path: string): unknown[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').all()
  db.close()
  return rows.map(({ name, sql }) => [name, String(sql).replace(/\s+/g, ' ')])
}

function schemaOfVersion(version: number): unknown[] {
  using folder = temporaryFolder()
  const path = folder.file('m.db')
  change(path, MIGRATIONS.slice(0, version).join(''))
  return schemaOf(path)
}
