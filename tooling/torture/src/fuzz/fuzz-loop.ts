/** Tries a number of inputs on one target, and sums up what became of them. */
import { inspect } from 'node:util'
import { SeededRandom } from '@dchat/system'
import type { Random } from '@dchat/system'
import { ByteMutator } from './byte-mutator.ts'
import { readCorpus } from './corpus.ts'
import { INPUT_MAX_MS } from './fuzz-job.ts'
import type { FuzzJob, FuzzJobOptions, FuzzResult } from './fuzz-job.ts'
import { TAKEN } from './fuzz-target.ts'
import type { FuzzTarget, FuzzTrial } from './fuzz-target.ts'

/** What takes longer is tried twice more, to know what of it was the machine's. */
const LOOKED_AT_MS = 20
/** Progress is told after so many inputs. */
const TOLD_AFTER = 2_000

export function jobOf(target: FuzzTarget): FuzzJob {
  return { name: target.name, share: target.share, run: (options) => fuzzTarget(target, options) }
}

/** The saved inputs first, then those made of them. */
export async function fuzzTarget(target: FuzzTarget, options: FuzzJobOptions): Promise<FuzzResult> {
  const random = new SeededRandom(options.seed)
  const trial = target.open(random)
  try {
    return await tryAll(target, trial, { ...options, random })
  } finally {
    trial.close?.()
  }
}

async function tryAll(
  target: FuzzTarget,
  trial: FuzzTrial,
  { inputs, random, onProgress }: FuzzJobOptions & { readonly random: Random },
): Promise<FuzzResult> {
  const { name, maxBytes, pieces = [] } = target
  const saved = [...readCorpus(name), ...target.seeds()]
  const mutator = new ByteMutator({ random, corpus: saved, maxBytes, pieces, mutations: trial.mutations ?? [] })
  const outcomes = new Set<string>()
  const result = { name, inputs: 0, taken: 0, slowestMs: 0 }
  while (result.inputs < inputs) {
    const input = saved[result.inputs] ?? mutator.next()
    result.inputs += 1
    const tried = await tryInput(trial, input)
    if ('flaw' in tried) return { ...result, outcomes: outcomes.size, flaw: `${tried.flaw}\ninput: ${input.toString('hex')}` }
    if (!outcomes.has(tried.outcome)) mutator.keep(input)
    outcomes.add(tried.outcome)
    if (tried.outcome.startsWith(TAKEN)) result.taken += 1
    result.slowestMs = Math.max(result.slowestMs, tried.ms)
    if (result.inputs % TOLD_AFTER === 0) onProgress?.(result.inputs)
  }
  return { ...result, outcomes: outcomes.size }
}

async function tryInput(trial: FuzzTrial, input: Buffer): Promise<{ outcome: string; ms: number } | { flaw: string }> {
  try {
    const start = performance.now()
    const tried = trial.tryOut(input)
    const outcome = typeof tried === 'string' ? tried : await tried
    const ms = performance.now() - start
    if (ms <= LOOKED_AT_MS) return { outcome, ms }
    const cpuMs = Math.min(ms, await cpuMsOf(trial, input), await cpuMsOf(trial, input))
    return cpuMs <= INPUT_MAX_MS ? { outcome, ms: cpuMs } : { flaw: `it takes ${Math.round(cpuMs)} ms` }
  } catch (error) {
    return { flaw: inspect(error) }
  }
}

/** What other programs of the machine take is not counted. */
async function cpuMsOf(trial: FuzzTrial, input: Buffer): Promise<number> {
  const before = process.threadCpuUsage()
  await trial.tryOut(input)
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
