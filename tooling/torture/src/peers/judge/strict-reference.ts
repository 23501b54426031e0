/** Whether a node of the reference would ever ban ours: a judge that knows its rules, met often, and killed over. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DaemonNode, readExposition, until } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { count, promise } from '../../experiment.ts'
import type { Experiment, Finding, Trial } from '../../experiment.ts'
import { Judge } from './judge.ts'
import type { JudgeReport } from './judge.ts'
import { LineLoad } from './line-load.ts'

/** Peers that our node keeps, those that it finds by the addresses it is told, and lanes in which it is dialled. */
const KEPT = 16
const FOUND = 4
const LANES = 4
/** Peers that it keeps while it is killed. */
const KEPT_TO_DEATH = 3
/** What it says meanwhile: as much as a talk has, and as much as the reference was measured to survive. */
const TALK = { perSecond: 100, bytes: 300 }
const LOAD = { perSecond: 2_000, bytes: 300 }
/** How long it lives under load. */
const LIFE_MS = { least: 100, most: 500 }
const PATIENCE_MS = 300_000
const SESSIONS = ['inbound', 'outbound', 'manual', 'seed', 'refine'] as const

/** How much of it there is. */
interface Amount {
  readonly connections: number
  readonly kills: number
}

async function run(trial: Trial): Promise<readonly Finding[]> {
  const amount = trial.of<Amount>({ connections: 120, kills: 6 }, { connections: 1_000, kills: 100 })
  return [await met(amount, trial), await killed(amount, trial)]
}

/** Connections of every kind that begin and end, by whoever it is that ends them. */
async function met({ connections }: Amount, trial: Trial): Promise<Finding> {
  await using judge = new Judge(trial.seed)
  const { urls } = await judge.ask({ want: 'listen', count: 1 + KEPT + FOUND })
  await judge.ask({ want: 'hang up', does: true })
  const [seed, ...others] = urls
  await using node = await DaemonNode.running({
    config: {
      net: [
        `seeds = ["${seed}"]`,
        `peers = ${JSON.stringify(others.slice(0, KEPT))}`,
        'outbound_connections = 2',
        `inbound_connections = ${LANES}`,
        'greylist_refinery_interval = 0.5',
      ],
      // It is how long a kept peer that went is let be; a pong may take as long.
      'net.profiles."tcp"': ['outbound_connect_timeout = 0.5'],
    },
  })
  using load = new LineLoad(node.home.paths.socketPath, TALK)
  void load
  const times = Math.ceil(connections / LANES / 4)
  const [opened] = await Promise.all([
    hangUpUntil(node, trial.random, async () => {
      const bySession = await openedBySession(node)
      const areAllMet = SESSIONS.every((session) => (bySession.get(session) ?? 0) > 0)
      const report = await judge.report()
      return faultsOf(report) > 0 || (areAllMet && report.greeted >= connections) ? bySession : undefined
    }),
    judge.ask({ want: 'dial', url: await node.url(), lanes: LANES, times }),
  ])
  await node.kill('SIGTERM')
  const report = await allGone(judge)
  const kinds = SESSIONS.map((session) => `${count(opened.get(session) ?? 0)} ${session}`).join(', ')
  return verdict(`${count(report.greeted)} connections made and ended by either side while lines are sent (${kinds})`, report)
}

/** Our node ends connections too: those that came in, and those of its slots. */
async function hangUpUntil<T>(node: DaemonNode, random: Random, look: () => Promise<T | undefined>): Promise<T> {
  return (await until(
    'all have met',
    async () => {
      const { channels } = await node.client.call('p2p.get_info', [])
      const own = channels.filter(({ session }) => session === 'inbound' || session === 'outbound')
      const one = own[random.int(Math.max(1, own.length))]
      // It may be gone by now.
      if (one !== undefined) await node.client.call('p2p.disconnect', { channel: one.id }).catch(() => {})
      return look()
    },
    { timeoutMs: PATIENCE_MS },
  )) as T
}

/** Channels that the node has had so far. */
async function openedBySession(node: DaemonNode): Promise<ReadonlyMap<string, number>> {
  const family = readExposition(await node.client.call('node.metrics', [])).find(
    ({ name }) => name === 'dchat_channels_opened_total',
  )
  return new Map(family?.samples.map(({ labels, value }) => [labels['session'] ?? '', value]))
}

/** Kills in the midst of lines. */
async function killed({ kills }: Amount, trial: Trial): Promise<Finding> {
  await using judge = new Judge(trial.seed)
  const { urls } = await judge.ask({ want: 'listen', count: KEPT_TO_DEATH })
  await using node = new DaemonNode({ config: { net: [`peers = ${JSON.stringify(urls)}`, 'outbound_connections = 0'] } })
  let lifeMs = 0
  for (let round = 1; round <= kills && faultsOf(await judge.report()) === 0; round += 1) {
    trial.say(`kill ${round} of ${kills}`)
    await node.start()
    await node.reaches('run')
    await judge.ask({ want: 'hold', url: await node.url() })
    await until('the judge is met from both sides', async () => {
      const report = await judge.report()
      return faultsOf(report) > 0 || report.greeted >= round * (KEPT_TO_DEATH + 1)
    })
    using load = new LineLoad(node.home.paths.socketPath, LOAD)
    void load
    const startMs = performance.now()
    await sleep(LIFE_MS.least + trial.random.int(LIFE_MS.most - LIFE_MS.least))
    lifeMs += performance.now() - startMs
    await node.kill('SIGKILL')
    await allGone(judge)
  }
  const report = await judge.report()
  const perSecond = report.chatLines / (KEPT_TO_DEATH + 1) / (lifeMs / 1_000)
  const done = `${count(kills)} times kill -9 at ${count(LOAD.perSecond)} lines a second of ${LOAD.bytes} bytes (${count(perSecond)} were reached) to ${KEPT_TO_DEATH + 1} peers`
  return verdict(done, report)
}

async function allGone(judge: Judge): Promise<JudgeReport> {
  return until('the judge has seen every end', async () => {
    const report = await judge.report()
    return report.open === 0 && report
  })
}

function faultsOf({ bans, closes }: JudgeReport): number {
  return bans + closes
}

function verdict(done: string, { bans, closes, ended, frames, whys }: JudgeReport): Finding {
  const told = whys.length === 0 ? '' : ` (${whys.join('; ')})`
  const outcome = `${count(bans)} bans and ${count(closes)} closes for a fault in ${count(ended)} connections with ${count(frames)} frames${told}`
  return promise(done, { outcome, aim: 'none', isMet: bans + closes === 0 && frames > ended })
}

export const strictReference: Experiment = {
  part: 'peers',
  name: 'strict-reference',
  claim: 'a node of the reference, which bans for the smallest slip, has no reason to ban ours',
  reference:
    'bans for an end inside a frame, an unknown command, a spare byte, 29 control messages in 10 s; for all ports, until it restarts',
  run,
}
