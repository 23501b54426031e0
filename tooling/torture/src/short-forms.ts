/** The short forms of experiments, as tests. */
import { expect, test } from 'vitest'
import { EXPERIMENTS } from './experiments.ts'
import type { Experiment } from './experiment.ts'
import { lacking } from './needs.ts'
import { outcomeLines } from './report.ts'
import { brokenPromises, runExperiment } from './run-experiment.ts'

/** An experiment has limits of its own: this one finds what hangs. */
const TIMEOUT_MS = 300_000
const SEED = 1

/** One test for each of `experiments`. Where the machine lacks what it needs it is skipped, which fails a run with CI set. */
export function shortForms(experiments: readonly Experiment[]): void {
  test('no two experiments have one name', () => {
    const names = EXPERIMENTS.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })
  for (const experiment of experiments) {
    if (experiment.isLongOnly) continue
    const { name, claim, needs = [] } = experiment
    test.skipIf(lacking(needs).length > 0)(
      `${name}: ${claim}`,
      async () => {
        const outcome = await runExperiment(experiment, { form: 'short', seed: SEED, say: () => {} })
        console.log(outcomeLines(outcome).join('\n'))
        expect(brokenPromises(outcome.findings)).toEqual([])
      },
      TIMEOUT_MS,
    )
  }
}
