import { DatabaseSync } from 'node:sqlite'
import { SeededRandom, SystemClock, silentLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { MessageStore } from './message-store.ts'
import { openStore } from './open-store.ts'
import type { Place } from './post-store.ts'
import { allTexts, temporaryFolder, textsOf } from './testing/builders.ts'
import { startChild } from './testing/child.ts'
import { talkWith, tried } from './testing/sealed-builders.ts'

const ROUNDS = 20

test('after kill -9 every acknowledged line and post is there, and none twice', async () => {
  using folder = temporaryFolder()
  const random = new SeededRandom(7)
  const path = folder.file('m.db')
  const acknowledged: string[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    await using child = startChild('append-forever.ts', path, `${round * 100_000}`)
    const count = 1 + random.int(100)
    for (let read = 0; read < count; read += 1) acknowledged.push((await child.nextLine())!)
    acknowledged.push(...(await child.kill()))
    await using store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
    expect(store.opened).toMatchObject({ isNew: false, setAside: null })
    const texts = allTexts(store)
    expect(new Set(texts).size).toBe(texts.length)
    expect(store.stats().messages).toBe(texts.length)
    const stored = new Set(texts)
    expect(acknowledged.filter((text) => !stored.has(text))).toEqual([])
    expect(offered(store)).toEqual(texts.filter((text) => text.startsWith('post')))
  }
  const db = new DatabaseSync(path, { readOnly: true })
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  db.close()
}, 60_000)

/** Bodies of all offered posts, in order; the store's own count of them has to agree. */
function offered(store: MessageStore): string[] {
  const bodies: string[] = []
  for (let after: Place | undefined; ;) {
    const places = store.posts.places('dchat', after === undefined ? { limit: 256 } : { limit: 256, after })
    const bytes = store.posts.read(places.map(({ id }) => id))
    bodies.push(...bytes.map((one) => one!.toString('latin1').match(/post \d+/)![0]))
    after = places.at(-1)
    if (after === undefined) break
  }
  expect(store.posts.rooms()).toMatchObject([{ room: 'dchat', posts: bodies.length }])
  return bodies
}

test('after kill -9 the search index goes on where it was, and a search finds every line once', async () => {
  using folder = temporaryFolder()
  const random = new SeededRandom(8)
  const path = folder.file('m.db')
  const indexed: number[] = []
  for (let round = 0; round < 8; round += 1) {
    await using child = startChild('index-forever.ts', path, `${round * 100_000}`)
    const count = 50 + random.int(150)
    for (let read = 0; read < count; read += 1) await child.nextLine()
    await child.kill()
    await using store = openStore({ path, clock: new SystemClock(), logger: silentLogger, searchBounds: { newestLines: 1 } })
    const { problems, counts } = await store.check({ full: true })
    expect(problems).toEqual([])
    indexed.push(counts.messages - counts.unindexed)
    expect(textsOf(await store.search({ query: 'line', limit: 1000 }))).toEqual(allTexts(store))
  }
  expect(Math.max(...indexed)).toBeGreaterThan(0)
}, 60_000)

test('after kill -9 every direct message that was opened has its line, and none has two', async () => {
  using folder = temporaryFolder()
  const random = new SeededRandom(9)
  const path = folder.file('m.db')
  const acknowledged: string[] = []
  let untriedAfterKill = 0
  for (let round = 0; round < 12; round += 1) {
    await using child = startChild('settle-forever.ts', path, `${round * 10_000}`)
    const count = 1 + random.int(60)
    for (let read = 0; read < count; read += 1) acknowledged.push((await child.nextLine())!)
    acknowledged.push(...(await child.kill()))
    await using store = openStore({ path, clock: new SystemClock(), logger: silentLogger })
    untriedAfterKill += store.posts.untriedCount()
    const texts = allTexts(store)
    const stored = new Set(texts)
    expect(acknowledged.filter((text) => !stored.has(text))).toEqual([])
    store.posts.tryAgain()
    store.posts.settle(store.posts.untried(1024).map(tried))
    const after = store.history({ room: talkWith(2), limit: 1000 }).messages
    expect(new Set(after.map(({ text }) => text)).size).toBe(after.length)
    const waiting = store.waiting().map(({ text }) => text)
    expect(after.flatMap(({ id, text }) => (id === null ? [text] : []))).toEqual(waiting)
    expect(after.filter(({ id }) => id !== null).map(({ id }) => store.posts.holds(Buffer.from(id!, 'hex')))).not.toContain(false)
    expect((await store.check({ full: true })).problems).toEqual([])
  }
  expect(untriedAfterKill).toBeGreaterThan(0)
}, 60_000)
