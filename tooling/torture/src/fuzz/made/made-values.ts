/** Values that a format can say, made by fast-check: tried a number at a time. */
import { inspect } from 'node:util'
import fc from 'fast-check'
import type { FuzzJob, FuzzJobOptions, FuzzResult } from '../fuzz-job.ts'

/** Anything that fast-check can run; it throws for a value that breaks it. */
export type MadeProperty = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>

/** Values that are tried between two words about it. */
const AT_A_TIME = 1_000

/** @param property is made once a run */
export function madeJob(name: string, share: number, property: () => MadeProperty): FuzzJob {
  return { name, share, run: (options) => check(name, property(), options) }
}

async function check(name: string, property: MadeProperty, { inputs, seed, onProgress }: FuzzJobOptions): Promise<FuzzResult> {
  const result = { name, inputs: 0, taken: 0, outcomes: 0, slowestMs: 0 }
  while (result.inputs < inputs) {
    const numRuns = Math.min(AT_A_TIME, inputs - result.inputs)
    const part = (seed + result.inputs) | 0
    // Of one type for both kinds: what answers at once can be awaited too.
    const details = await fc.check(property as fc.IAsyncProperty<unknown>, { numRuns, seed: part })
    result.inputs += details.numRuns
    if (details.failed) return { ...result, flaw: flawOf(details) }
    result.taken = result.inputs
    onProgress?.(result.inputs)
  }
  return result
}

function flawOf({ counterexample, errorInstance, seed, counterexamplePath }: fc.RunDetailsCommon<unknown>): string {
  const value = inspect(counterexample, { depth: 8, maxStringLength: 2_000 })
  return `${inspect(errorInstance)}\nvalue: ${value}\nseed ${seed}, path ${counterexamplePath}`
}
