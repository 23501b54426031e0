import { rpcError } from '@dchat/rpc'
import { expect, test } from 'vitest'
import { figure, promise } from './experiment.ts'
import type { Experiment, Trial } from './experiment.ts'
import { outcomeLines } from './report.ts'
import { holds, runExperiment } from './run-experiment.ts'

function experiment(run: Experiment['run']): Experiment {
  return { part: 'peers', name: 'one', claim: 'it holds', run }
}

async function outcomeOf(run: Experiment['run']) {
  return runExperiment(experiment(run), { form: 'short', seed: 7, say: () => {} })
}

test('a promise that is not met breaks it, a figure that is off does not', async () => {
  const off = await outcomeOf(() =>
    Promise.resolve([
      promise('a', { outcome: 'b', aim: 'c', isMet: true }),
      figure('d', { outcome: 'e', aim: 'f', isMet: false }),
    ]),
  )
  expect(holds(off)).toBe(true)
  expect(outcomeLines(off).slice(1)).toEqual(['  ok     a: b (aim: c)', '  MISSED d: e (aim: f)'])
  const broken = await outcomeOf(() => Promise.resolve([promise('a', { outcome: 'b', aim: 'c', isMet: false })]))
  expect(holds(broken)).toBe(false)
  expect(outcomeLines(broken).slice(1)).toEqual(['  BROKEN a: b (aim: c)'])
})

test('what cannot be tried to its end is a broken promise that names the seed', async () => {
  const outcome = await outcomeOf(() => Promise.reject(new Error('no daemon')))
  expect(holds(outcome)).toBe(false)
  expect(outcome.findings[0]!.outcome).toMatch(/^seed 7: Error: no daemon/)
})

test('what a daemon refused is told with its reason', async () => {
  const refused = await outcomeOf(() => Promise.reject(rpcError('too_many', 'a room takes 60 posts a minute of one author')))
  expect(refused.findings[0]!.outcome).toMatch(/^seed 7: a room takes 60 posts a minute of one author; RpcError: too many/)
})

test('an experiment that finds nothing out is a broken promise', async () => {
  expect(holds(await outcomeOf(() => Promise.resolve([])))).toBe(false)
})

test('the same seed gives the same numbers, and the form chooses', async () => {
  const drawn: number[] = []
  const draw = (trial: Trial) => {
    drawn.push(trial.of(1, 2), trial.random.int(1_000_000))
    return Promise.resolve([promise('a', { outcome: 'b', aim: 'c', isMet: true })])
  }
  await outcomeOf(draw)
  await outcomeOf(draw)
  await runExperiment(experiment(draw), { form: 'long', seed: 8, say: () => {} })
  expect(drawn.slice(0, 2)).toEqual(drawn.slice(2, 4))
  expect(drawn[4]).toBe(2)
  expect(drawn[5]).not.toBe(drawn[1])
})
