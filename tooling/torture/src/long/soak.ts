/** Twenty daemons for an hour and more: people talk, half of the daemons come and go, and nothing grows or is lost. */
import { until } from '@dchat/e2e'
import { SeededRandom } from '@dchat/system'
import { count } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { Churn } from './churn.ts'
import type { ChurnOptions } from './churn.ts'
import { Crowd } from './crowd.ts'
import type { CrowdOptions } from './crowd.ts'
import { Holdings, PostLedger } from './post-ledger.ts'
import type { Shortcomings } from './post-ledger.ts'
import { lineFindings, soakFindings } from './soak-findings.ts'
import { SoakWatch } from './soak-watch.ts'
import type { SoakWatchOptions } from './soak-watch.ts'
import { Talk } from './talk.ts'
import type { TalkOptions } from './talk.ts'
import { together } from './together.ts'
import { waited } from './waited.ts'

const MINUTE_MS = 60_000
const SEC_MS = 1_000

/** One form of the run. */
interface Shape {
  readonly crowd: Omit<CrowdOptions, 'ledger'>
  readonly churn: Omit<ChurnOptions, 'random'>
  readonly talk: Pick<TalkOptions, 'linesPerSec' | 'visitsPerSec'>
  readonly watch: SoakWatchOptions
}

const SHORT: Shape = {
  crowd: { seeds: 1, stayers: 2, watched: 1, comers: 3 },
  churn: {
    upMs: [2 * SEC_MS, 5 * SEC_MS],
    awayMs: [SEC_MS / 2, 2 * SEC_MS],
    longAway: { oneOf: 4, times: 2 },
    killsOneOf: 2,
  },
  talk: { linesPerSec: 20, visitsPerSec: 4 },
  watch: { everyMs: SEC_MS, heapEveryMs: 5 * SEC_MS, warmUpMs: 4 * SEC_MS },
}
const SHORT_MINUTES = 0.2

const LONG: Shape = {
  crowd: { seeds: 2, stayers: 10, watched: 4, comers: 10 },
  churn: {
    upMs: [MINUTE_MS, 6 * MINUTE_MS],
    awayMs: [5 * SEC_MS, MINUTE_MS],
    longAway: { oneOf: 8, times: 15 },
    killsOneOf: 3,
  },
  talk: { linesPerSec: 5, visitsPerSec: 1 },
  watch: { everyMs: 10 * SEC_MS, heapEveryMs: 10 * MINUTE_MS, warmUpMs: 10 * MINUTE_MS },
}

/** Who was away asks others at once; what was just on its way then comes with the next repair. Source: docs/limits.md, REPAIR_SOON_MS. */
const SETTLE_AIM_SEC = 60
const SETTLE_LIMIT_MS = 300_000

export const soak: Experiment = {
  part: 'long',
  name: 'soak',
  claim: 'Daemons that run for hours while others come and go neither grow nor lose a line nor ban anybody.',
  reference: 'keeps no history: who was away has lost what was said; its black list and its lists are saved at a clean stop only',
  run: runSoak,
}

async function runSoak(trial: Trial): Promise<readonly Finding[]> {
  const { random } = trial
  const shape = trial.of(SHORT, LONG)
  const ledger = new PostLedger()
  await using crowd = await Crowd.gather({ ...shape.crowd, ledger })
  const minutes = trial.of(SHORT_MINUTES, trial.minutes)
  trial.say(`${crowd.nodes.length} daemons and ${crowd.seeds.length} seeds run, for ${minutes} minutes`)
  const churn = new Churn(
    crowd.nodes.filter(({ stays }) => !stays),
    { ...shape.churn, random: new SeededRandom(random.int(2 ** 32)) },
  )
  const talk = new Talk(crowd, { ...shape.talk, ledger, random: new SeededRandom(random.int(2 ** 32)) })
  const watch = new SoakWatch(crowd, shape.watch)
  await together(minutes * MINUTE_MS, [
    (signal) => talk.run(signal),
    (signal) => churn.run(signal),
    (signal) => watch.run(signal),
    (signal) => tell(signal, () => trial.say(progress({ ledger, churn, watch, crowd }))),
  ])
  const settledSec = await settled(crowd, ledger)
  await watch.read()
  await watch.look()
  const short = await compared(crowd, ledger)
  const done = `${crowd.nodes.length} daemons and ${crowd.seeds.length} seeds for ${minutes} min, ${leavings(churn)}`
  const said = `${count(ledger.promised)} lines in three rooms, a private one and between two; ${count(talk.visits)} clients that came and went`
  return [
    ...lineFindings(`${done}; ${said}`, { short, owed: ledger.owed, settledSec, aimSec: SETTLE_AIM_SEC }),
    ...soakFindings({ lives: [...watch.lives.values()], heaps: watch.heaps, isWarm: (atMs) => watch.isWarm(atMs) }),
  ]
}

function leavings({ cleanStops, kills }: Churn): string {
  return `${count(cleanStops)} clean stops and ${count(kills)} kill -9 with as many starts`
}

/** Waits until every line is everywhere. @returns how long that took, s; undefined when it did not happen in time */
async function settled(crowd: Crowd, ledger: PostLedger): Promise<number | undefined> {
  const startMs = performance.now()
  const held = new Map(crowd.nodes.map((node) => [node.number, node.held]))
  const look = async (): Promise<boolean> => {
    await Promise.all(crowd.nodes.map((node) => node.read()))
    return ledger.isEverywhere(held)
  }
  try {
    await until('every line is everywhere', look, { timeoutMs: SETTLE_LIMIT_MS })
  } catch {
    return undefined // what is missing is found by `compared`
  }
  return (performance.now() - startMs) / 1_000
}

/** What all nodes hold by now, read anew from the first line. */
async function compared(crowd: Crowd, ledger: PostLedger): Promise<Shortcomings> {
  const held = new Map<number, Holdings>()
  for (const node of crowd.nodes) {
    const all = new Holdings(ledger)
    await node.read(all)
    held.set(node.number, all)
  }
  return ledger.compare(held)
}

async function tell(signal: AbortSignal, say: () => void): Promise<void> {
  while (!signal.aborted) {
    await waited(MINUTE_MS, signal)
    say()
  }
}

function progress({ ledger, churn, watch, crowd }: { ledger: PostLedger; churn: Churn; watch: SoakWatch; crowd: Crowd }): string {
  const stays = [...watch.lives.values()].filter(({ kind }) => kind === 'stays')
  const rss = stays.map(({ vitals }) => ((vitals.at(-1)?.rssBytes ?? 0) / 2 ** 20).toFixed(0))
  return `${count(ledger.promised)} lines, ${leavings(churn)}, ${crowd.present.length} are here, MiB of those that stay: ${rss.join(' ')}`
}
