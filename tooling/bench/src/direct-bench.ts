/**
 * Direct messages through whole daemons: what trying those of others takes of a core while a flood of them waits, beside the same
 * daemon with as many posts that need no try; and how soon a message is durable, and read at the other side.
 */
import { performance } from 'node:perf_hooks'
import { exportIdentity, newBoxSecret, newIdentity } from '@dchat/chat'
import { BenchDaemon } from './bench-daemon.ts'
import { fillDirect } from './fill-posts.ts'

export interface DirectRow {
  readonly label: string
  readonly value: number
  readonly unit: '%' | 'ms'
  /** At most. */
  readonly aim?: number
}

/** What a node has after five weeks. */
const LIVE_KEYS = 5
const FLOOD = 3_000
const WATCH_MS = 30_000
const SETTLE_MS = 3_000
/** Below the 60 of a minute of an author. */
const MESSAGES = 55
const DAY_MS = 86_400_000
/** enc, the smallest inner message and its tag; and what can be no direct message, as it is shorter. */
const SIZES = { tried: 32 + 256 + 16, passedOver: 32 + 200 + 16 }
const PASSPHRASE = 'of the bench alone'

export async function* directBench(): AsyncGenerator<DirectRow> {
  const [idle, tried] = [await watch(SIZES.passedOver), await watch(SIZES.tried)]
  const many = FLOOD.toLocaleString('en-US')
  yield { label: `CPU beside ${many} posts that need no try`, value: idle.percent, unit: '%' }
  yield { label: `CPU while ${many} direct messages of others wait, 5 box keys`, value: tried.percent, unit: '%' }
  yield { label: 'what trying takes of a core: the difference', value: tried.percent - idle.percent, unit: '%', aim: 5 }
  yield { label: 'the same by what the daemon counts itself', value: tried.ownPercent, unit: '%', aim: 5 }
  yield { label: `one try, of ${tried.tries} in ${WATCH_MS / 1000} s: CPU`, value: tried.tryMs(idle), unit: 'ms' }
  yield* await latencyRows()
}

interface Watched {
  readonly percent: number
  /** What the daemon says that trying took of the time. */
  readonly ownPercent: number
  readonly tries: number
  /** CPU of a try in ms, above what a daemon takes without. */
  tryMs(idle: Watched): number
}

/** The CPU of a daemon whose store holds a flood of posts in `_dm` with bodies of so many bytes. */
async function watch(bodyBytes: number): Promise<Watched> {
  const daemon = new BenchDaemon()
  await using _ = daemon
  await withBoxKeys(daemon)
  const now = Date.now()
  await fillDirect(daemon.storePath, { count: FLOOD, from: now - DAY_MS, until: now - 60_000, name: 'flood', bodyBytes })
  await daemon.start()
  await pause(SETTLE_MS)
  const before = { ...(await countsOf(daemon)), cpuMs: daemon.cpuMs(), atMs: performance.now() }
  await pause(WATCH_MS)
  const tookMs = performance.now() - before.atMs
  const usedMs = daemon.cpuMs() - before.cpuMs
  const after = await countsOf(daemon)
  const tries = after.tries - before.tries
  return {
    percent: (100 * usedMs) / tookMs,
    ownPercent: (100 * (after.tryingMs - before.tryingMs)) / tookMs,
    tries,
    tryMs: (idle) => (usedMs - (idle.percent * tookMs) / 100) / tries,
  }
}

/** Gives a daemon an identity with box keys as a node has after weeks. It is stopped again. */
async function withBoxKeys(daemon: BenchDaemon): Promise<void> {
  const now = Date.now()
  const secrets = await Promise.all(Array.from({ length: LIVE_KEYS }, newBoxSecret))
  const boxes = secrets.map((secret, index) => ({ secret, made: now - 7 * DAY_MS * (LIVE_KEYS - 1 - index) }))
  const data = await exportIdentity({ identity: newIdentity(), boxes, rooms: [] }, PASSPHRASE)
  await daemon.start()
  await daemon.client.call('identity.import', { data, passphrase: PASSPHRASE })
  await daemon.stop()
}

/** What the daemon has tried, and how long that took, by its metrics. */
async function countsOf({ client }: BenchDaemon): Promise<{ tries: number; tryingMs: number }> {
  const text = await client.call('node.metrics', [])
  const sumOf = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:{.*})? (.+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0)
  return { tries: sumOf('dchat_direct_tried_total'), tryingMs: 1_000 * sumOf('dchat_direct_trying_seconds_total') }
}

/** Between two daemons, one message after the other. */
async function latencyRows(): Promise<DirectRow[]> {
  await using ann = await new BenchDaemon().start()
  await using bob = await new BenchDaemon().start()
  const { key: to } = await bob.client.call('identity.get', [])
  await ann.client.call('p2p.connect', { url: await bob.listenUrl() })
  const heard = Promise.withResolvers<void>()
  let onText: (text: string) => void = () => heard.resolve()
  bob.client.onNotification((method, params) => {
    if (method === 'chat.message') onText((params as { message: { text: string } }).message.text)
  })
  await bob.client.call('chat.subscribe', {})
  await ann.client.call('chat.send', { to, text: 'hello', hold: true })
  await heard.promise
  const durable: number[] = []
  const read: number[] = []
  for (let index = 0; index < MESSAGES; index += 1) {
    const text = `message ${index}`
    const there = Promise.withResolvers<void>()
    onText = (came) => came === text && there.resolve()
    const startMs = performance.now()
    await ann.client.call('chat.send', { to, text })
    durable.push(performance.now() - startMs)
    await there.promise
    read.push(performance.now() - startMs)
  }
  return [
    { label: 'chat.send to a person until it is durable: median', value: quantile(durable, 0.5), unit: 'ms', aim: 20 },
    { label: 'the same: p99', value: quantile(durable, 0.99), unit: 'ms', aim: 100 },
    { label: 'from chat.send to the line at the other: median', value: quantile(read, 0.5), unit: 'ms', aim: 100 },
    { label: 'the same: p99', value: quantile(read, 0.99), unit: 'ms', aim: 1_000 },
  ]
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
