/**
 * What posts cost the message store: how many a second it takes into a file, with and without their lines, in a full room and in
 * one where every post is new to a quota; and what is read of a room of 100,000.
 * Run: node --conditions=@dchat/source tooling/bench/src/post-bench.ts [folder]; the folder decides which disk is measured.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openStore } from '@dchat/store'
import type { MessageStore, NewMessage, NewPost, Quotas } from '@dchat/store'
import { SystemClock, silentLogger } from '@dchat/system'
import { feedStore } from './feed-store.ts'

const POST_BYTES = 300
const POSTS = 100_000
const AUTHORS = 200
/** A post of each author every 5 seconds, up to now. */
const STEP_MS = 5000

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'dchat-bench-'))

function open(name: string, quotas: Partial<Quotas> = {}): MessageStore {
  return openStore({ path: join(folder, name), quotas, clock: new SystemClock(), logger: silentLogger, searchIndex: false })
}

/** Posts of `authors` by turns, each `POST_BYTES` long. */
function makePosts(room: string, count: number, authors = AUTHORS): NewPost[] {
  const keys = Array.from({ length: authors }, (_, index) => createHash('sha256').update(`author ${index}`).digest())
  const beginMs = Date.now() - Math.ceil(count / authors) * STEP_MS
  return Array.from({ length: count }, (_, index) => {
    const author = keys[index % authors]!
    const time = beginMs + Math.floor(index / authors) * STEP_MS + (index % authors)
    const body = `${room} ${index} `.padEnd(POST_BYTES - 64 - 60, 'x')
    const bytes = Buffer.concat([Buffer.alloc(60, author), Buffer.from(body), Buffer.alloc(64, index)])
    const id = createHash('sha256').update(bytes).digest()
    return { id, author, room, kind: 0, time, body, bytes, received: Date.now(), own: false }
  })
}

/** Feeds as the relay does: until told to stop, then again after the drain. */
async function feed(store: MessageStore, posts: readonly NewPost[]): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const start = performance.now()
  let decided = 0
  const unsubscribe = store.posts.onCommitted((committed) => (decided += committed.length))
  await feedStore(store, posts, (post) => store.posts.add(post))
  unsubscribe()
  delay.disable()
  if (decided !== posts.length) throw new Error(`${decided} of ${posts.length} posts were decided`)
  const rate = Math.round(posts.length / ((performance.now() - start) / 1000))
  const { user, system } = process.cpuUsage(cpu)
  const cost = `${((user + system) / posts.length).toFixed(1)} us of a core each`
  return `${rate.toLocaleString('en')} posts/s, ${cost}, longest block ${(delay.max / 1e6).toFixed(0)} ms`
}

/** The median of `rounds` runs, ms. */
function medianMs(rounds: number, run: (round: number) => void): string {
  const took = Array.from({ length: rounds }, (_, round) => {
    const start = performance.now()
    run(round)
    return performance.now() - start
  }).toSorted((a, b) => a - b)
  return `${took[rounds >> 1]!.toFixed(2)} ms`
}

/** A room of 1,000,000 lines and `POSTS` posts: what a start on it costs. */
async function measureLarge(): Promise<void> {
  const store = open('large.db')
  const unsigned = { id: null, authorKey: null, nick: null, time: null, from: 'tcp://127.0.0.1:51000' }
  for (let count = 1; count <= 900_000; count += 1) {
    const text = `an unsigned line ${count}`
    const line: NewMessage = { ...unsigned, room: 'dchat', kind: 'text', text, received: Date.now(), own: false, delivery: null }
    if (!store.add(line)) await new Promise(setImmediate)
  }
  await feed(store, makePosts('dchat', POSTS))
  await store.close()
  const start = performance.now()
  const again = open('large.db')
  const took = performance.now() - start
  const { messages, bytes } = again.stats()
  const megabytes = (count: number): string => `${(count / 2 ** 20).toFixed(0)} MiB`
  console.log(
    `opening ${messages} lines and ${POSTS} posts: ${took.toFixed(1)} ms (aim 50); ` +
      `${megabytes(bytes)} counted, ${megabytes(again.fileBytes())} in the file`,
  )
  await again.close()
}

try {
  const shown = makePosts('dchat', POSTS)
  const store = open('shown.db')
  console.log(`with their lines: ${await feed(store, shown)} (aim 20,000)`)
  console.log(`the same again, all known: ${await feed(store, shown)}`)
  await store.close()
  const start = performance.now()
  const again = open('shown.db')
  console.log(`opening ${POSTS} posts and lines: ${(performance.now() - start).toFixed(1)} ms`)
  const places = again.posts.places('dchat', { limit: 4096 })
  const newest = again.posts.newest('dchat', { count: 1, notAfter: Date.now() })[0]!
  const byId = shown.slice(0, 256).map(({ id }) => id)
  console.log(
    `page of 200: ${medianMs(99, (round) => again.posts.page('dchat', { before: shown[1000 * round + 500]!, limit: 200 }))} (aim 1); ` +
      `places of 4,096: ${medianMs(19, () => again.posts.places('dchat', { after: places[100]!, limit: 4096 }))} (aim 2); ` +
      `read of 256: ${medianMs(19, () => again.posts.read(byId))}; ` +
      `rooms: ${medianMs(19, () => again.posts.rooms())}; holds: ${medianMs(99, () => again.posts.holds(newest.id))}`,
  )
  await again.close()
  const unjoined = open('unjoined.db')
  const elsewhere = makePosts('elsewhere', POSTS)
  console.log(`of a room that is not joined: ${await feed(unjoined, elsewhere)}`)
  const joining = performance.now()
  await unjoined.rooms.join('elsewhere')
  console.log(`joining it then: ${((performance.now() - joining) / 1000).toFixed(1)} s`)
  await unjoined.close()
  await measureLarge()
  const full = open('full.db', { perRoom: 20_000 })
  console.log(`into a full room: ${await feed(full, makePosts('dchat', POSTS))}`)
  await full.close()
  const crowd = open('crowd.db', { perRoom: 20_000 })
  console.log(`of as many authors as posts, into a full room: ${await feed(crowd, makePosts('dchat', POSTS, POSTS))}`)
  await crowd.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
