import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { markSuspect, openDatabase } from './database.ts'
import type { MessageStore } from './message-store.ts'
import { openStore } from './open-store.ts'
import { allTexts, fill, fillPosts, line, newPost, ownLine, temporaryFolder } from './testing/builders.ts'

function open(path: string, logger = new MemoryLogger()): MessageStore {
  return openStore({ path, clock: new ManualClock(), logger })
}

/** Copies the files of a store that is open, as a crash would leave them. */
function crashCopy(path: string, to: string): string {
  for (const end of ['', '-wal']) cpSync(path + end, to + end)
  return to
}

/** When the manual clock sets files aside. */
const STAMP = '20261118T110640Z'

const modeOf = (path: string): number => statSync(path).mode & 0o777

describe('keeping', () => {
  test('lines, deliveries, settings and counters are there after a restart; seq goes on', async () => {
    using folder = temporaryFolder()
    const first = open(folder.file('m.db'))
    expect(first.opened).toEqual({ isNew: true, afterUncleanStop: false, setAside: null })
    await fill(first, [line('theirs'), ownLine('mine')])
    first.setDelivery(2, { state: 'sent', written: 4, held: 0 })
    first.setSetting('nick', 'ann')
    const stats = first.stats()
    const before = first.history({ since: 0, limit: 9 })
    await first.flush()
    await first.close()
    expect(existsSync(folder.file('m.db-wal'))).toBe(false)
    await using second = open(folder.file('m.db'))
    expect(second.opened).toEqual({ isNew: false, afterUncleanStop: false, setAside: null })
    expect(second.history({ since: 0, limit: 9 })).toEqual({
      ...before,
      messages: [before.messages[0], { ...before.messages[1], delivery: { state: 'sent', written: 4, held: 0 } }],
    })
    expect([second.stats(), second.getSetting('nick')]).toEqual([stats, 'ann'])
    expect(second.fileBytes()).toBe(statSync(folder.file('m.db')).size)
    expect((await second.append(line('next'))).seq).toBe(3)
    expect(second.fileBytes()).toBe(statSync(folder.file('m.db')).size + statSync(folder.file('m.db-wal')).size)
  })

  test('a seq is not used again when the newest lines went before the restart', async () => {
    using folder = temporaryFolder()
    const options = { path: folder.file('m.db'), clock: new ManualClock(), logger: new MemoryLogger(), maxBytes: 1 }
    const first = openStore(options)
    await fill(first, [line('a'), line('b')])
    expect(first.stats()).toEqual({ messages: 0, bytes: 0, lastSeq: 2 })
    await first.close()
    await using second = openStore({ ...options, maxBytes: 1000 })
    expect((await second.append(line('c'))).seq).toBe(3)
  })

  test('after an unclean stop what was committed is there', async () => {
    using folder = temporaryFolder()
    await using running = open(folder.file('m.db'))
    await fill(running, [line('a'), line('b')])
    const copy = crashCopy(folder.file('m.db'), folder.file('copy.db'))
    await using after = open(copy)
    expect(after.opened).toEqual({ isNew: false, afterUncleanStop: true, setAside: null })
    expect(allTexts(after)).toEqual(['a', 'b'])
  })
})

test('a commit is on the disk before it is told: the log is synced each time', () => {
  const FULL = 2
  using folder = temporaryFolder()
  const { db } = openDatabase(folder.file('m.db'), { clock: new ManualClock(), logger: new MemoryLogger() })
  const modes = [db.prepare('PRAGMA journal_mode').get(), db.prepare('PRAGMA synchronous').get()]
  db.close()
  expect(modes).toEqual([{ journal_mode: 'wal' }, { synchronous: FULL }])
})

describe('privacy', () => {
  test('folder 0700 and files 0600 while it runs', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'data', 'dchat', 'm.db')
    await using store = open(path)
    await store.append(line('a'))
    expect(modeOf(join(folder.path, 'data'))).toBe(0o700)
    expect(modeOf(join(folder.path, 'data', 'dchat'))).toBe(0o700)
    const files = readdirSync(join(folder.path, 'data', 'dchat'))
    expect(files.map((name) => modeOf(join(folder.path, 'data', 'dchat', name)))).toEqual([0o600, 0o600, 0o600])
  })

  test('files that were left open to others are closed to them', async () => {
    using folder = temporaryFolder()
    await open(folder.file('m.db')).close()
    chmodSync(folder.file('m.db'), 0o644)
    await using store = open(folder.file('m.db'))
    await store.append(line('a'))
    expect([modeOf(folder.file('m.db')), modeOf(folder.file('m.db-wal'))]).toEqual([0o600, 0o600])
  })
})

describe('files of newer versions', () => {
  test('are refused untouched', async () => {
    using folder = temporaryFolder()
    await open(folder.file('m.db')).close()
    const db = new DatabaseSync(folder.file('m.db'))
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 7')
    db.close()
    const before = readFileSync(folder.file('m.db'))
    expect(() => open(folder.file('m.db'))).toThrow(
      expect.objectContaining({ code: 'STORE_TOO_NEW', data: { path: folder.file('m.db'), version: 7, known: 6 } }),
    )
    expect(readFileSync(folder.file('m.db')).equals(before)).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['m.db'])
  })

  test('are refused untouched when the version is in the write-ahead log only', async () => {
    using folder = temporaryFolder()
    await open(folder.file('m.db')).close()
    const db = new DatabaseSync(folder.file('m.db'))
    db.exec('PRAGMA user_version = 8')
    const copy = crashCopy(folder.file('m.db'), folder.file('copy.db'))
    db.close()
    const before = [readFileSync(copy), readFileSync(`${copy}-wal`)]
    expect(() => open(copy)).toThrow(expect.objectContaining({ code: 'STORE_TOO_NEW' }))
    expect([readFileSync(copy), readFileSync(`${copy}-wal`)]).toEqual(before)
  })
})

describe('damage', () => {
  /** Opens a damaged file; answers with the reason once everything but the reason was found right. */
  async function openSetAside(path: string): Promise<string> {
    const before = readFileSync(path)
    const logger = new MemoryLogger()
    await using store = open(path, logger)
    const { setAside } = store.opened
    const movedTo = `${path}.damaged-${STAMP}`
    expect(setAside).toMatchObject({ code: 'STORE_DAMAGED_SET_ASIDE', path, movedTo })
    expect(readFileSync(movedTo).equals(before)).toBe(true)
    expect(logger.records).toContainEqual(expect.objectContaining({ level: 'warn', fields: setAside }))
    expect((await store.append(line('goes on'))).seq).toBe(1)
    expect(modeOf(path)).toBe(0o600)
    return setAside?.reason ?? ''
  }

  /** Replaces a text by one as long. */
  function replaceIn(bytes: Buffer, text: string, by: string): void {
    const at = bytes.indexOf(text)
    expect([at > 0, by.length]).toEqual([true, text.length])
    bytes.write(by, at, 'latin1')
  }

  test('a file that is no database is set aside', async () => {
    using folder = temporaryFolder()
    writeFileSync(folder.file('m.db'), 'to whom it may concern')
    expect(await openSetAside(folder.file('m.db'))).toMatch(/not a database/)
  })

  test('the database of another program is set aside', async () => {
    using folder = temporaryFolder()
    const db = new DatabaseSync(folder.file('m.db'))
    db.exec('CREATE TABLE bookmarks (url TEXT)')
    db.close()
    expect(await openSetAside(folder.file('m.db'))).toMatch(/another program/)
  })

  test('a file cut short is set aside', async () => {
    using folder = temporaryFolder()
    const store = open(folder.file('m.db'))
    await fill(
      store,
      Array.from({ length: 500 }, (_, index) => line(`line ${index} ${'x'.repeat(200)}`)),
    )
    await store.close()
    truncateSync(folder.file('m.db'), 30_000)
    markSuspect(folder.file('m.db'))
    expect(await openSetAside(folder.file('m.db'))).toMatch(/./)
    await using next = open(folder.file('m.db'))
    expect(next.opened.setAside).toBeNull()
  })

  test.each([
    ['is to be written in a way that does not exist', (bytes: Buffer) => void (bytes[18] = 7), /formats/],
    ['has a schema of a format that does not exist', (bytes: Buffer) => void (bytes[46] = 9), /formats/],
    ['is of a version that cannot be', (bytes: Buffer) => void bytes.writeInt32BE(12_845_062, 60), /version 12845062/],
    ['is of a version below none', (bytes: Buffer) => void bytes.writeInt32BE(-3, 60), /version -3/],
    [
      'has a column under another name',
      (bytes: Buffer) => replaceIn(bytes, 'first_seen INTEGER', 'first_sXen INTEGER'),
      /first_seen|malformed/,
    ],
  ])('a file whose header or schema says that it %s is set aside', async (_, change, reason) => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    const store = open(path)
    await fill(store, [line('a')])
    await store.close()
    const bytes = readFileSync(path)
    change(bytes)
    writeFileSync(path, bytes)
    expect(await openSetAside(path)).toMatch(reason)
  })

  test('an index that does not fit its table is found after damage was met', async () => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    const store = open(path)
    await fill(store, [line('a'), line('b')])
    await store.close()
    const db = new DatabaseSync(path, { defensive: false })
    db.exec(`
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, '(room, at, id)', '(room, seq, id)') WHERE name = 'messages_by_room_place'`)
    db.close()
    markSuspect(path)
    expect(await openSetAside(path)).toMatch(/messages_by_room_place/)
  })

  test('an index that has lost its entries ends no start: the sweep waited for ever for the posts that are counted', async () => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    const store = open(path)
    await fillPosts(store, [newPost('a')])
    await store.close()
    const db = new DatabaseSync(path, { defensive: false })
    const index = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'posts_by_place'").get()
    db.close()
    const bytes = readFileSync(path)
    const at = (Number(index?.['rootpage']) - 1) * 16_384
    bytes.writeUInt16BE(0, at + 3) // the number of cells
    writeFileSync(path, bytes)
    const clock = new ManualClock()
    const second = openStore({ path, clock, logger: new MemoryLogger() })
    await clock.advance(1)
    expect(allTexts(second)).toEqual(['a'])
    await second.close()
    expect(await openSetAside(path)).toMatch(/posts_by_place|Fragmentation/)
  })

  test('a file whose counters cannot be read is set aside without a check of the whole', async () => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    await open(path).close()
    const db = new DatabaseSync(path)
    db.exec('DELETE FROM totals')
    db.close()
    expect(await openSetAside(path)).toMatch(/counters/)
  })

  test('damage is looked for after an unclean stop, and met copies keep their names apart', async () => {
    using folder = temporaryFolder()
    const path = folder.file('copy.db')
    await using running = open(folder.file('m.db'))
    await fill(
      running,
      Array.from({ length: 2000 }, (_, index) => line(`line ${index} ${'x'.repeat(200)}`)),
    )
    writeFileSync(`${path}.damaged-${STAMP}`, 'an earlier one')
    const db = new DatabaseSync(folder.file('m.db'))
    db.exec('PRAGMA wal_checkpoint(PASSIVE)')
    db.close()
    await fill(running, [line('the log begins anew')])
    crashCopy(folder.file('m.db'), path)
    const bytes = readFileSync(path)
    for (let page = 3; page < 30; page += 1) bytes.fill(0xee, page * 16384, page * 16384 + 64)
    writeFileSync(path, bytes)
    await using after = open(path)
    expect(after.opened).toMatchObject({ isNew: true, afterUncleanStop: true })
    expect(after.opened.setAside?.movedTo).toBe(`${path}.damaged-${STAMP}-2`)
    expect(existsSync(`${path}.damaged-${STAMP}-2`)).toBe(true)
  })

  test('damage met while running is an error for the caller and a check at the next start', async () => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    const first = open(path)
    await fill(
      first,
      Array.from({ length: 2000 }, (_, index) => line(`line ${index} ${'x'.repeat(200)}`)),
    )
    await first.close()
    const bytes = readFileSync(path)
    for (let page = 60; page < bytes.length / 16384; page += 1) bytes.fill(0xee, page * 16384, page * 16384 + 64)
    writeFileSync(path, bytes)
    const second = open(path)
    expect(second.opened.setAside).toBeNull()
    expect(() => second.history({ since: 1000, limit: 1000 })).toThrow(expect.objectContaining({ code: 'STORE_IO' }))
    await second.close()
    await using third = open(path)
    expect(third.opened.setAside?.code).toBe('STORE_DAMAGED_SET_ASIDE')
  })
})

test('a folder in the place of the file is STORE_IO', () => {
  using folder = temporaryFolder()
  mkdirSync(folder.file('m.db'))
  expect(() => open(folder.file('m.db'))).toThrow(expect.objectContaining({ code: 'STORE_IO' }))
})
