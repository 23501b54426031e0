import { DaemonNode } from '@dchat/e2e'
import { SeededRandom } from '@dchat/system'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { MortalDaemon } from './mortal-daemon.ts'
import { quantile } from './quantile.ts'

/** Daemons at a time, each with a home of its own. */
const DAEMONS = 3
/** Every so many lives a start is cut short too. */
const START_CUTS = 4
const READY_AIM_MS = 2_000

/** A promise is an answer to `chat.send`, and a line that a subscriber was told. */
export const killUnderLoad: Experiment = {
  part: 'faults',
  name: 'kill-under-load',
  claim:
    'After kill -9, 10 to 500 ms into a load of three clients and a peer, each promised line is there under its number, none is there twice, and nothing left behind keeps the daemon from starting.',
  reference: 'It keeps no messages: what was said is gone with the process.',
  run: runKills,
}

async function runKills(trial: Trial): Promise<readonly Finding[]> {
  const kills = trial.of(200, 1_000)
  let lives = 0
  let cuts = 0
  await using homes = new AsyncDisposableStack()
  const config = { chat: ['rate_limit = 0'], net: ['outbound_connections = 0'] }
  const mortals = Array.from({ length: DAEMONS }, (_, index) => {
    const node = homes.use(new DaemonNode({ hasTcpRpc: true, config }))
    return new MortalDaemon(node, `daemon-${index}`, new SeededRandom(trial.seed * DAEMONS + index))
  })
  await Promise.all(
    mortals.map(async (mortal, index) => {
      for (let life = index; life < kills; life += DAEMONS) {
        if (life % START_CUTS === index) {
          await mortal.stillbirth()
          cuts += 1
        }
        await mortal.live()
        lives += 1
        if (lives % 100 === 0) trial.say(`${lives} kills`)
      }
      await mortal.rest()
    }),
  )
  return findingsOf(mortals, { lives, cuts })
}

function findingsOf(mortals: readonly MortalDaemon[], { lives, cuts }: { lives: number; cuts: number }): Finding[] {
  const sum = (of: (mortal: MortalDaemon) => number): number => mortals.reduce((total, mortal) => total + of(mortal), 0)
  const promises = sum(({ book }) => book.promises)
  const faults = mortals.flatMap(({ book }) => book.faults)
  const startsMs = mortals.flatMap((mortal) => mortal.startsMs)
  const slowest = Math.max(...startsMs)
  return [
    promise(`${count(lives)} kills under load, ${count(cuts)} starts cut short`, {
      outcome: `${count(sum(({ book }) => book.missing))} of ${count(promises)} promised lines missing, ${count(sum(({ book }) => book.doubled))} doubled${faults.length > 0 ? `: ${faults[0]}` : ''}`,
      aim: 'none missing, none doubled',
      isMet: faults.length === 0 && promises > lives,
    }),
    promise('the database after them, looked over by SQLite', {
      outcome: `sound, ${count(sum(({ book }) => book.stored))} lines`,
      aim: 'sound, and all of them there',
      isMet: true, // it would have thrown
    }),
    figure('starts after a kill, until the RPC answers', {
      outcome: `${count(quantile(startsMs, 0.5))} ms in the median, ${count(slowest)} ms at most`,
      aim: `≤ ${count(READY_AIM_MS)} ms`,
      isMet: slowest <= READY_AIM_MS,
    }),
  ]
}
