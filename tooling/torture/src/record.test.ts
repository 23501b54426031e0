import { expect, test } from 'vitest'
import { promise } from './experiment.ts'
import { mergeRuns, recordTable } from './record.ts'
import type { RecordedRun } from './record.ts'

const run = (name: string, outcome: string): RecordedRun => ({
  part: 'faults',
  name,
  claim: 'it holds',
  reference: 'forgets | all',
  form: 'long',
  date: '2026-01-01',
  commit: 'abc',
  node: 'v24',
  seed: 1,
  seconds: 2,
  findings: [
    promise('done', { outcome, aim: 'none lost', isMet: outcome === 'none' }),
    promise('more', { outcome: 'none', aim: 'none', isMet: true }),
  ],
})

test('a fresh run takes the place of the one of its name; what is no experiment any more goes', () => {
  const merged = mergeRuns([run('a', 'none'), run('b', '1 lost'), run('old', 'none')], [run('b', 'none')], ['b', 'a'])
  expect(merged).toEqual([run('b', 'none'), run('a', 'none')])
})

test('a row for each finding; what is not met stands out, and nothing ends a cell', () => {
  expect(
    recordTable([run('a', '1\nlost')], 'faults')
      .split('\n')
      .slice(2),
  ).toEqual([String.raw`| ${'`a`'} | done | **1 lost** | none lost | forgets \| all |`, '|  | more | none | none |  |'])
  expect(recordTable([run('a', 'none')], 'peers').split('\n')).toHaveLength(2)
})
