/** A newcomer fetches a long history while peers write to it without end: nothing blocks, and all of it comes. */
import { fillPosts } from '@dchat/bench/fill-posts'
import { DaemonNode, until } from '@dchat/e2e'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { loopDelay } from '../loop-delay.ts'
import type { LoopDelay } from '../loop-delay.ts'
import { latencyText, percentile } from '../peers/latencies.ts'
import { Flooders } from './flooders.ts'
import { PlanReader } from './plan-reader.ts'
import { waited } from './waited.ts'

const MINUTE_MS = 60_000
const FLOODERS = 3
const RPC_EVERY_MS = 20
/** Of a busy machine: what is aimed at is shown beside. */
const LIMIT_MS = 20 * MINUTE_MS
const AIM_SEC_PER_POST = 60 / 100_000
const NAME = 'old'

export const fullSync: Experiment = {
  part: 'long',
  name: 'full-sync',
  claim: 'A daemon that fetches a long history while peers write to it without end answers meanwhile, and gets all of it.',
  reference: 'keeps no history; the queue of lines for a client has no bound',
  run: runFullSync,
}

async function runFullSync(trial: Trial): Promise<readonly Finding[]> {
  const posts = trial.of(3_000, 100_000)
  await using full = new DaemonNode({ config: { net: ['outbound_connections = 0'] } })
  await fillPosts(full.home.paths.storePath, [
    { count: posts, name: NAME, from: Date.now() - posts * 1_000 - MINUTE_MS, until: Date.now() - MINUTE_MS },
  ])
  await full.start()
  const fullUrl = await full.url()
  await using empty = await DaemonNode.running({ config: { net: ['outbound_connections = 0'] } })
  await using flooders = new Flooders({ urls: Array<string>(FLOODERS).fill(await empty.url()) })
  await flooders.ask({ want: 'begin' })
  await empty.hasPeers(FLOODERS)
  for (const node of [full, empty]) await loopDelay(node) // measures from here on
  trial.say(`${count(posts)} posts are fetched`)
  const reader = new PlanReader(empty, [NAME])
  const startMs = performance.now()
  await empty.client.call('p2p.connect', { url: fullUrl })
  const over = new AbortController()
  const pinging = pingOften(empty, over.signal)
  try {
    await until('the whole history is here', async () => (await reader.readOn()) === posts, { timeoutMs: LIMIT_MS })
  } finally {
    over.abort()
  }
  const seconds = (performance.now() - startMs) / 1_000
  const pings = await pinging
  const delays = { fetches: await loopDelay(empty), serves: await loopDelay(full) }
  const { lines } = await flooders.ask({ want: 'report' })
  const bans = (await Promise.all([full, empty].map(({ client }) => client.call('bans.list', [])))).flat().length
  const { doubled } = reader
  return [
    promise(`${count(posts)} posts fetched from one peer, while ${FLOODERS} others wrote ${count(lines)} lines`, {
      outcome: `${count(posts - reader.times.size)} missing, ${doubled} doubled, ${bans} bans`,
      aim: 'none',
      isMet: reader.times.size === posts && doubled + bans === 0,
    }),
    promise(`${count(pings.length)} RPC pings meanwhile`, {
      outcome: `all answered, ${latencyText(pings)} (p50 / p99)`,
      aim: 'all answered',
      isMet: pings.length > 0,
    }),
    ...figures({ posts, seconds, pings, delays }),
  ]
}

interface Measured {
  readonly posts: number
  readonly seconds: number
  readonly pings: readonly number[]
  readonly delays: { readonly fetches: LoopDelay; readonly serves: LoopDelay }
}

function figures({ posts, seconds, pings, delays }: Measured): Finding[] {
  const aimSec = posts * AIM_SEC_PER_POST
  const loop = (whose: string, { p999Ms, maxMs }: LoopDelay): Finding =>
    figure(`event loop of the one that ${whose}: p99.9, longest block`, {
      outcome: `${p999Ms.toFixed(0)} ms, ${maxMs.toFixed(0)} ms`,
      aim: '20 ms, 50 ms',
      isMet: p999Ms <= 20 && maxMs <= 50,
    })
  return [
    figure('until all posts were there', {
      outcome: `${seconds.toFixed(1)} s`,
      aim: `${aimSec.toFixed(0)} s`,
      isMet: seconds <= aimSec,
    }),
    figure('RPC ping p99', {
      outcome: `${percentile(pings, 99).toFixed(0)} ms`,
      aim: '50 ms',
      isMet: percentile(pings, 99) <= 50,
    }),
    loop('fetches', delays.fetches),
    loop('serves', delays.serves),
  ]
}

/** @returns how long each took, ms */
async function pingOften({ client }: DaemonNode, signal: AbortSignal): Promise<number[]> {
  const pings: number[] = []
  while (!signal.aborted) {
    const beganMs = performance.now()
    await client.call('ping', [])
    pings.push(performance.now() - beganMs)
    await waited(RPC_EVERY_MS, signal)
  }
  return pings
}
