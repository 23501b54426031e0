/** Liars about history, all at once, beside one honest peer: what it holds comes all the same, and nobody else is harmed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fillPosts } from '@dchat/bench/fill-posts'
import type { PostPlan } from '@dchat/bench/fill-posts'
import { DaemonNode, until } from '@dchat/e2e'
import { count, figure, promise } from '../../experiment.ts'
import type { Experiment, Finding, Trial } from '../../experiment.ts'
import { PlanReader } from '../../long/plan-reader.ts'
import { ThreadWatch, forgetPeak, peakMib } from '../process-figures.ts'
import { Liars } from './liars.ts'
import { LIES } from './lies.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** A node whose memory is bounded stays below it, whatever it was told. */
const MEMORY_MIB = 384
/** Liars go on for so long after all posts are there. */
const WATCH_MS = { short: 500, long: 15_000 }
const AIM_OF_A_CORE = 0.2
/** The longest that one peer is waited for (docs/limits.md, `PAGING_FIRST_MS`), and as much again for the rest. */
const LIMIT_MS = 10 * MINUTE_MS
/** What the node gives a peer that holds back what it has claimed, and some for the posts themselves. */
const AIM_SEC = { short: 5, long: 30 }

/** What the node has at first, beside what it lacks. */
interface Scene {
  readonly done: string
  readonly held: readonly PostPlan[]
}

interface Plans {
  readonly old: PostPlan
  readonly gap: PostPlan
}

async function run(trial: Trial): Promise<readonly Finding[]> {
  const newestMs = Date.now() - 30 * MINUTE_MS
  const posts = trial.of(600, 6_000)
  const plans: Plans = {
    old: { name: 'old', count: posts, from: newestMs - DAY_MS, until: newestMs },
    gap: { name: 'gap', count: posts / 3, from: newestMs - DAY_MS / 2, until: newestMs - 2 * MINUTE_MS },
  }
  const lies = LIES.filter(({ isSlow = false }) => trial.form === 'long' || !isSlow).map(({ name }) => name)
  await using honest = new DaemonNode({ config: { net: ['outbound_connections = 0', 'inbound_connections = 16'] } })
  await fillPosts(honest.home.paths.storePath, [plans.old, plans.gap])
  await honest.start()
  await honest.reaches('run')
  const newcomer = { done: 'a newcomer that has nothing', held: [] }
  const holed = { done: 'a node that lacks a third, here and there', held: [plans.old] }
  const findings: Finding[] = []
  for (const scene of trial.of<readonly Scene[]>([newcomer], [newcomer, holed])) {
    trial.say(scene.done)
    findings.push(...(await tried({ trial, honest, plans, lies }, scene)))
  }
  return findings
}

interface Stage {
  readonly trial: Trial
  readonly honest: DaemonNode
  readonly plans: Plans
  readonly lies: readonly string[]
}

async function tried({ trial, honest, plans, lies }: Stage, { done, held }: Scene): Promise<readonly Finding[]> {
  await using liars = new Liars({ lies, gap: plans.gap, seed: trial.seed })
  const { urls } = await liars.report()
  await using node = new DaemonNode({ config: { net: [`peers = ${JSON.stringify(urls)}`, 'outbound_connections = 0'] } })
  if (held.length > 0) await fillPosts(node.home.paths.storePath, held)
  await node.start()
  await node.reaches('run')
  const { pid } = node.program
  forgetPeak(pid)
  await until('every liar was asked', async () => areAll(lies, (await liars.report()).asked), { timeoutMs: LIMIT_MS })
  const honestUrl = await honest.url()
  const startMs = performance.now()
  await node.client.call('p2p.connect', { url: honestUrl })
  const total = plans.old.count + plans.gap.count
  const reader = new PlanReader(node, [plans.old.name, plans.gap.name])
  await until(`all ${total} posts are there`, async () => (await reader.readOn()) === total, { timeoutMs: LIMIT_MS })
  const seconds = (performance.now() - startMs) / 1_000
  const watchMs = trial.of(WATCH_MS.short, WATCH_MS.long)
  const thread = new ThreadWatch(pid)
  await sleep(watchMs)
  const { ran } = thread.read()
  const { asked } = await liars.report()
  const questions = Object.values(asked).reduce((sum, each) => sum + each, 0)
  const { channels } = await node.client.call('p2p.get_info', [])
  const isThere = channels.some(({ url }) => url === honestUrl)
  const bans = (await Promise.all([node, honest].map(({ client }) => client.call('bans.list', [])))).flat().length
  const others = `${lies.length} liars of as many kinds, which were asked ${count(questions)} times, and one honest peer`
  return [
    promise(`${done}, ${others}: ${count(total)} posts`, {
      outcome: `${count(total - reader.times.size)} missing, ${reader.doubled} doubled; honest peer ${isThere ? 'kept' : 'dropped'}, ${bans} bans`,
      aim: 'none missing, honest peer kept, no bans',
      isMet: reader.times.size === total && reader.doubled + bans === 0 && isThere,
    }),
    promise('memory of the node', {
      outcome: `at most ${peakMib(pid).toFixed(0)} MiB`,
      aim: `at most ${MEMORY_MIB} MiB`,
      isMet: peakMib(pid) <= MEMORY_MIB,
    }),
    figure('until all posts were there', {
      outcome: `${seconds.toFixed(1)} s`,
      aim: `${trial.of(AIM_SEC.short, AIM_SEC.long)} s`,
      isMet: seconds <= trial.of(AIM_SEC.short, AIM_SEC.long),
    }),
    figure('how busy the event loop of the node was once it had all, while liars went on', {
      outcome: `${(100 * ran).toFixed(0)} % of a core`,
      aim: `at most ${100 * AIM_OF_A_CORE} %`,
      isMet: ran <= AIM_OF_A_CORE,
    }),
  ]
}

const areAll = (lies: readonly string[], asked: Readonly<Record<string, number>>): boolean =>
  lies.every((name) => asked[name] !== undefined)

export const syncLiars: Experiment = {
  part: 'peers',
  name: 'sync-liars',
  claim: 'who lies about history, in pages, reconciliations or posts, keeps nothing of it from a node that has one honest peer',
  run,
}
