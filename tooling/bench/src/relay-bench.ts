/** Posts through a node in this process: what a new one and one that comes again cost, from the socket to the store. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { POSTS_FEATURE, PostNetwork } from '@dchat/chat'
import type { HistoryHandler } from '@dchat/chat'
import { SeededSigner, silentHistory } from '@dchat/chat/testing'
import { P2p } from '@dchat/net'
import { openStore } from '@dchat/store'
import { SystemClock, SystemRandom, silentLogger } from '@dchat/system'
import type { PostsRow } from './posts-bench.ts'
import type { RelayJob } from './relay-sender.ts'

const SENDERS = 2
const POSTS = 10_000
const REPLAYS = 10

export async function relayRows(): Promise<PostsRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-bench-'))
  const clock = new SystemClock()
  const random = new SystemRandom()
  const store = openStore({ path: join(folder, 'store.db'), clock, logger: silentLogger })
  const p2p = P2p.create({ inbound: ['tcp://127.0.0.1:0'], outboundConnections: 0, localnet: true, features: [POSTS_FEATURE] })
  const signer = new SeededSigner('bench')
  // As if they all were of a page: what comes unasked is held to 20 posts a second.
  const history = (): HistoryHandler => silentHistory(true)
  const network = new PostNetwork({ keep: 'all' }, { p2p, store, signer, clock, random, logger: silentLogger, history })
  network.register()
  network.start()
  await p2p.start()
  const running = p2p.run()
  while (p2p.listenUrls.length === 0) await new Promise(setImmediate)
  const workers = await Promise.all(Array.from({ length: SENDERS }, (_, index) => connect(p2p.listenUrls[0]!, `sender ${index}`)))
  try {
    const total = SENDERS * POSTS
    const fresh = await timed(workers, network, total)
    if (network.counts.stored !== total) throw new Error(`${network.counts.stored} of ${total} posts were stored`)
    let cpuUs = Infinity
    for (let round = 1; round <= REPLAYS; round += 1)
      cpuUs = Math.min(cpuUs, (await timed(workers, network, total * (1 + round))).cpuUs)
    return [
      { label: 'new posts of 300 B from two peers, verified and stored', value: total / fresh.seconds, unit: '/s', aim: 4_000 },
      { label: 'a post that comes again, from the socket to the seen-cache', value: cpuUs / total, unit: 'µs', aim: 5 },
    ]
  } finally {
    for (const worker of workers) worker.postMessage('stop')
    await p2p.stop()
    await running
    await network.stop()
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

async function connect(url: string, name: string): Promise<Worker> {
  const job: RelayJob = { url, posts: POSTS, name }
  const worker = new Worker(new URL('./relay-sender.ts', import.meta.url), { workerData: job, execArgv: process.execArgv })
  await once(worker, 'message')
  return worker
}

/** Sends all posts once. @returns what it took until `received` have come and been decided on */
async function timed(
  workers: readonly Worker[],
  { counts }: PostNetwork,
  received: number,
): Promise<{ seconds: number; cpuUs: number }> {
  const cpu = process.threadCpuUsage()
  const startMs = performance.now()
  for (const worker of workers) worker.postMessage('go')
  while (counts.stored + counts.duplicate < received) await new Promise((resolve) => setTimeout(resolve, 1))
  const { user, system } = process.threadCpuUsage(cpu)
  return { seconds: (performance.now() - startMs) / 1000, cpuUs: user + system }
}
