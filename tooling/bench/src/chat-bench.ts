/** Posts through whole daemons: verified and stored a second, a newcomer, a node that was away, and a room with a long history. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BenchDaemon } from './bench-daemon.ts'
import { ROOM, fillLines, fillPosts } from './fill-posts.ts'
import type { PostPlan } from './fill-posts.ts'
import type { FeedJob } from './chat-feeder.ts'
import { BenchError } from './rows.ts'

export interface ChatRow {
  readonly label: string
  readonly value: number
  readonly unit: 'posts/s' | 'ms' | 's'
  readonly aim: number
}

const FEED = { peers: 3, posts: 10_000 }
const ALL = 100_000
const MISSED = 5_000
const LINES = 1_000_000
const DAY_MS = 86_400_000
const POLL_MS = 10
const LIMIT_MS = 300_000

/** Rows as they come. */
export async function* chatBench(): AsyncGenerator<ChatRow> {
  yield await storedRow()
  yield* await newcomerRows()
  yield await awayRow()
  yield* await longHistoryRows()
}

/** Three peers tell of posts, the node asks for them, verifies and stores them. */
async function storedRow(): Promise<ChatRow> {
  await using daemon = await new BenchDaemon().start()
  const job: FeedJob = { url: await daemon.listenUrl(), ...FEED }
  const worker = new Worker(new URL('./chat-feeder.ts', import.meta.url), { workerData: job, execArgv: process.execArgv })
  const exited = once(worker, 'exit')
  await once(worker, 'message')
  const startMs = performance.now()
  worker.postMessage('go')
  await stores(daemon, FEED.peers * FEED.posts)
  const seconds = (performance.now() - startMs) / 1000
  worker.postMessage('stop')
  await exited
  const label = `${FEED.peers} peers tell of ${FEED.posts.toLocaleString('en-US')} posts each: verified and stored`
  return { label, value: (FEED.peers * FEED.posts) / seconds, unit: 'posts/s', aim: 4_000 }
}

async function newcomerRows(): Promise<ChatRow[]> {
  const now = Date.now()
  await using full = new BenchDaemon()
  await fillPosts(full.storePath, [{ count: ALL, from: now - 90 * DAY_MS, until: now - 60_000, name: 'old' }])
  await full.start()
  await using empty = await new BenchDaemon().start()
  const url = await full.listenUrl()
  const [newest] = (await full.client.call('chat.history', { room: ROOM, limit: 1 })).messages
  const startMs = performance.now()
  await empty.client.call('p2p.connect', { url })
  await until(async () => {
    const { messages } = await empty.client.call('chat.history', { room: ROOM, limit: 200 })
    return messages.length === 200 && messages.at(-1)!.id === newest!.id
  })
  const newestMs = performance.now() - startMs
  await stores(empty, ALL)
  const allMs = performance.now() - startMs
  return [
    { label: 'an empty node shows the newest 200 of 100,000 posts', value: newestMs, unit: 'ms', aim: 1_000 },
    { label: 'and holds all 100,000', value: allMs / 1000, unit: 's', aim: 60 },
  ]
}

async function awayRow(): Promise<ChatRow> {
  const now = Date.now()
  const shared: PostPlan = { count: 20_000, from: now - 30 * DAY_MS, until: now - DAY_MS - 60_000, name: 'shared' }
  await using stayed = new BenchDaemon()
  await fillPosts(stayed.storePath, [shared, { count: MISSED, from: now - DAY_MS, until: now - 60_000, name: 'missed' }])
  await stayed.start()
  await using away = new BenchDaemon()
  await fillPosts(away.storePath, [shared])
  await away.start()
  const url = await stayed.listenUrl()
  const startMs = performance.now()
  await away.client.call('p2p.connect', { url })
  await stores(away, shared.count + MISSED)
  return { label: '5,000 posts of a day away, over one link', value: (performance.now() - startMs) / 1000, unit: 's', aim: 5 }
}

async function longHistoryRows(): Promise<ChatRow[]> {
  const daemon = new BenchDaemon()
  await using _ = daemon
  await fillLines(daemon.storePath, LINES)
  await daemon.start()
  const startMs = daemon.firstAnswerMs
  const { client } = daemon
  const { messages } = await client.call('chat.history', { room: ROOM, limit: 200 })
  const middle = messages[0]!.seq - LINES / 2
  const page = await medianMs(() => client.call('chat.history', { room: ROOM, limit: 200 }))
  const earlier = await medianMs(() => client.call('chat.history', { room: ROOM, before: middle, limit: 200 }))
  const number = Math.floor(LINES / 3)
  const rare = await medianMs(() => client.call('chat.search', { query: `${number}`, room: ROOM, limit: 50 }))
  const phrase = await medianMs(() => client.call('chat.search', { query: `line ${number} of`, room: ROOM, limit: 50 }))
  const common = await medianMs(() => client.call('chat.search', { query: '東京の天気', room: ROOM, limit: 50 }))
  return [
    { label: 'start of dchatd on 1,000,000 lines: first answer', value: startMs, unit: 'ms', aim: 300 },
    { label: 'newest page of 200 of 1,000,000 lines', value: page, unit: 'ms', aim: 10 },
    { label: 'page of 200 in the middle of them', value: earlier, unit: 'ms', aim: 10 },
    { label: 'search for a number that is in one of them', value: rare, unit: 'ms', aim: 100 },
    { label: 'search for it between words that are in each', value: phrase, unit: 'ms', aim: 100 },
    { label: 'search for four characters that are in each', value: common, unit: 'ms', aim: 100 },
  ]
}

async function medianMs(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 11; round += 1) {
    const startMs = performance.now()
    await ask()
    times.push(performance.now() - startMs)
  }
  return times.toSorted((a, b) => a - b)[5]!
}

async function stores({ client }: BenchDaemon, count: number): Promise<void> {
  await until(async () => (await client.call('node.get_info', [])).store.messages >= count)
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS
  while (!(await isDone())) {
    if (performance.now() > endMs) throw new BenchError('BENCH_DAEMON_FAILED', `not done within ${LIMIT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
