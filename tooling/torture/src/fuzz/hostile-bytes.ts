/** Bytes and texts that are almost right, for everything that reads what others wrote. */
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { fuzzCrew } from './fuzz-crew.ts'
import type { CrewReport } from './fuzz-crew.ts'
import { INPUT_MAX_MS } from './fuzz-job.ts'
import type { FuzzJob, FuzzResult } from './fuzz-job.ts'
import { BYTE_JOBS, MADE_JOBS } from './jobs.ts'

/** A million within a minute. */
const RATE = 1_000_000 / 60
/** What is alive more after all inputs than after the first. */
const GROWTH_MIB = 16
/** Of a process that tries inputs, and holds what it makes them of. */
const RSS_MIB = 768

async function fuzz(trial: Trial, jobs: readonly FuzzJob[], inputs: number): Promise<Finding[]> {
  const report = await fuzzCrew({ jobs, inputs, seed: trial.seed, say: (text) => trial.say(text) })
  return [...report.results.map(findingOf), memoryFinding(report)]
}

async function timed(work: () => Promise<Finding[]>, inputs: number): Promise<Finding[]> {
  const startMs = performance.now()
  const findings = await work()
  const seconds = (performance.now() - startMs) / 1_000
  const outcome = `${count(inputs)} inputs in ${seconds.toFixed(1)} s, ${count(inputs / seconds)}/s`
  return [...findings, figure('all of them', { outcome, aim: `≥ ${count(RATE)}/s`, isMet: inputs / seconds >= RATE })]
}

function findingOf({ name, inputs, taken, outcomes, slowestMs, flaw }: FuzzResult): Finding {
  const isMade = outcomes === 0
  const tried = isMade
    ? `${count(taken)} came back as they were`
    : `${count(taken)} taken, ${count(outcomes)} ways to end, the slowest ${slowestMs.toFixed(1)} ms of CPU`
  return promise(`${name}: ${count(inputs)} inputs`, {
    outcome: flaw ?? tried,
    aim: isMade ? 'all' : `some taken, no error but those it names, each within ${INPUT_MAX_MS} ms`,
    isMet: flaw === undefined && taken > 0,
  })
}

function memoryFinding({ grownBytes, maxRssBytes }: CrewReport): Finding {
  const [grown, rss] = [grownBytes / 2 ** 20, maxRssBytes / 2 ** 20]
  return promise('memory', {
    outcome: `${grown.toFixed(1)} MiB more alive after all inputs than after the first, at most ${count(rss)} MiB used`,
    aim: `at most ${GROWTH_MIB} MiB more, ${RSS_MIB} MiB used`,
    isMet: grown <= GROWTH_MIB && rss <= RSS_MIB,
  })
}

export const HOSTILE_BYTES: Experiment = {
  part: 'fuzz',
  name: 'hostile-bytes',
  claim:
    'Bytes that are almost right end in what the format says: a value that comes back the same, or an error with a name, in bounded time and memory.',
  reference:
    'decoders are fuzzed for serial and zkas only; left-over bytes of a payload are not looked at, and the frame sync is lost',
  run: (trial) => {
    const inputs = trial.of(860_000, 18_000_000)
    return timed(() => fuzz(trial, BYTE_JOBS, inputs), inputs)
  },
}

export const MADE_VALUES: Experiment = {
  part: 'fuzz',
  name: 'made-values',
  claim: 'Whatever a format can say comes back from it as it was said.',
  run: (trial) => fuzz(trial, MADE_JOBS, trial.of(100_000, 1_000_000)),
}
