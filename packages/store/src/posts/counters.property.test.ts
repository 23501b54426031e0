import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import type { OfferedRoom } from '../post-store.ts'
import { fillPosts, idOf, line, newPost, temporaryFolder } from '../testing/builders.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** What is counted as it goes, and the same counted anew from the rows. */
const COUNTS: Readonly<Record<string, readonly [kept: string, counted: string]>> = {
  bytes: [
    'SELECT bytes FROM totals',
    'SELECT (SELECT ifnull(sum(size), 0) FROM messages) + (SELECT ifnull(sum(size), 0) FROM posts) AS bytes',
  ],
  lines: ['SELECT messages FROM totals', 'SELECT count(*) AS messages FROM messages'],
  rooms: [
    'SELECT id, posts, newest FROM rooms WHERE posts > 0 ORDER BY id',
    'SELECT room AS id, count(*) AS posts, max(time) AS newest FROM posts GROUP BY room ORDER BY room',
  ],
  authors: [
    'SELECT n, room, posts FROM post_authors ORDER BY n',
    'SELECT author AS n, room, count(*) AS posts FROM posts GROUP BY author ORDER BY author',
  ],
  minutes: [
    'SELECT author, minute, posts FROM post_minutes ORDER BY author, minute',
    'SELECT author, time / 60000 AS minute, count(*) AS posts FROM posts GROUP BY author, minute ORDER BY author, minute',
  ],
  retractions: ['SELECT post FROM retractions ORDER BY post', 'SELECT n AS post FROM posts WHERE kind = 4 ORDER BY n'],
  untried: [
    'SELECT post, time FROM untried ORDER BY post',
    'SELECT n AS post, time FROM posts WHERE kind = 16 AND own = 0 ORDER BY n',
  ],
  doubles: [
    "SELECT id FROM messages WHERE id <> '' GROUP BY id HAVING count(*) > 1",
    'SELECT id FROM posts GROUP BY id HAVING count(*) > 1',
  ],
}

const room = fc.constantFrom('dchat', 'a', 'b', 'c', '', '_dm')
const draft = fc.record({
  room,
  author: fc.integer({ min: 1, max: 3 }),
  id: fc.nat(60),
  time: fc.nat(3 * MINUTE_MS),
  own: fc.boolean(),
  kind: fc.constantFrom(0, 2, 4, 16),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ at: fc.constant('add' as const), drafts: fc.array(draft, { minLength: 1, maxLength: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('line' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constantFrom('join' as const, 'leave' as const), room }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('withdraw' as const), id: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('bytes' as const), maxBytes: fc.integer({ min: 1, max: 12_000 }) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('age' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('reopen' as const) }) },
)

test('what is counted as it goes equals what the tables hold, over any steps', async () => {
  const quotas = { perAuthorMinute: 3, perRoom: 8, perAuthor: 5, unjoinedRooms: 2, maxAgeDays: 1 }
  const run = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    using folder = temporaryFolder()
    const path = folder.file('m.db')
    const clock = new ManualClock()
    const open = () => openStore({ path, quotas, clock, logger: new MemoryLogger(), commitDelayMs: 0, searchIndex: false })
    let store = open()
    for (const one of steps) {
      if (one.at === 'add') {
        const posts = one.drafts.map((with_) => {
          const body = with_.kind === 4 ? idOf(with_.id + 1).toString('hex') : `${with_.id}`
          return newPost(body, { ...with_, id: idOf(with_.id), time: clock.nowMs() + with_.time })
        })
        await fillPosts(store, posts)
      }
      if (one.at === 'line') await store.append(line('x'))
      if (one.at === 'join') await store.rooms.join(one.room)
      if (one.at === 'leave') store.rooms.leave(one.room)
      if (one.at === 'withdraw') store.posts.withdraw(idOf(one.id))
      if (one.at === 'bytes') store.setBounds({ maxBytes: one.maxBytes, maxAgeDays: 365 })
      if (one.at === 'age') await clock.advance(DAY_MS)
      if (one.at === 'reopen') {
        await store.close()
        store = open()
      }
      await store.flush()
    }
    const told = store.posts.rooms()
    await store.close()
    expectTrue(path)
    await using again = open()
    expect(byName(again.posts.rooms())).toEqual(byName(told))
  })
  await fc.assert(run, { numRuns: 60 })
}, 120_000)

function byName(rooms: readonly OfferedRoom[]): OfferedRoom[] {
  return rooms.toSorted((a, b) => (a.room < b.room ? -1 : 1))
}

function expectTrue(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true })
  for (const [name, [kept, counted]] of Object.entries(COUNTS))
    expect([name, db.prepare(kept).all()]).toEqual([name, db.prepare(counted).all()])
  db.close()
}
