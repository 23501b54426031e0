import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { promise } from './experiment.ts'
import { EXPERIMENTS } from './experiments.ts'
import { keepRun, readRecord, recordTable } from './record.ts'
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

test('a fresh run takes the place of the one of its name', () => {
  const folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'dchat-record-'))}/kept/`)
  try {
    expect(readRecord(folder)).toEqual([])
    for (const each of [run('b', '1 lost'), run('a', 'none'), run('b', 'none')]) keepRun(each, folder)
    expect(readRecord(folder)).toEqual([run('a', 'none'), run('b', 'none')])
  } finally {
    rmSync(new URL('..', folder), { recursive: true })
  }
})

test('what is recorded is of experiments that there are, and says what they claim today', () => {
  const listed = new Map(EXPERIMENTS.map(({ name, part, claim, reference }) => [name, { name, part, claim, reference }]))
  for (const { name, part, claim, reference } of readRecord()) expect({ name, part, claim, reference }).toEqual(listed.get(name))
})

test('a row for each finding; what is not met stands out, and nothing ends a cell', () => {
  expect(
    recordTable([run('a', '1\nlost')], 'faults')
      .split('\n')
      .slice(2),
  ).toEqual([String.raw`| ${'`a`'} | done | **1 lost** | none lost | forgets \| all |`, '|  | more | none | none |  |'])
  const { findings, ...rest } = run('a', 'none')
  const beside = findings.map((finding) => ({ ...finding, reference: `loses ${finding.done}` }))
  expect(recordTable([{ ...rest, findings: beside }], 'faults')).toMatch(/loses done \|\n.* loses more \|$/)
  expect(recordTable([run('a', 'none')], 'peers').split('\n')).toHaveLength(2)
})
