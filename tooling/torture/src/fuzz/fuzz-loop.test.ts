/** That what is wrong is found: with a product that is broken on purpose. */
import { readdirSync } from 'node:fs'
import { METHODS } from '@dchat/rpc/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCorpus } from './corpus.ts'
import { fuzzTarget } from './fuzz-loop.ts'
import { TAKEN, must } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { JOBS } from './jobs.ts'
import { madeJob } from './made/made-values.ts'
import { requests, savedRequests } from './rpc/rpc-mutator.ts'
import { SeededRandom } from '@dchat/system'
import { TARGETS } from './targets.ts'

function target(tryOut: (input: Buffer) => string): FuzzTarget {
  return { name: 'none', share: 1, maxBytes: 100, seeds: () => [Buffer.from('seed')], open: () => ({ tryOut }) }
}

const OPTIONS = { inputs: 3_000, seed: 1 }

test('a sound reader is tried with all inputs', async () => {
  const result = await fuzzTarget(
    target((input) => (input.length > 50 ? 'long' : TAKEN)),
    OPTIONS,
  )
  expect(result).toMatchObject({ name: 'none', inputs: 3_000, outcomes: 2 })
  expect(result.taken).toBeGreaterThan(1_000)
  expect(result.flaw).toBeUndefined()
})

test('an error that is none of its own is a flaw, and ends it with the input', async () => {
  const reader = target((input) => (input.includes(0xff) ? String(input.readUInt32LE(98)) : TAKEN))
  const { flaw, inputs } = await fuzzTarget(reader, OPTIONS)
  expect(flaw).toMatch(/^RangeError[^]*\ninput: [0-9a-f]*ff/)
  expect(inputs).toBeLessThan(3_000)
})

test('a claim that does not hold is a flaw', async () => {
  const reader = target((input) => {
    must(!input.equals(Buffer.from('see')), 'it cannot see')
    return TAKEN
  })
  expect((await fuzzTarget(reader, { ...OPTIONS, inputs: 20_000 })).flaw).toMatch(/^Flaw: it cannot see[^]*input: 736565$/)
})

test('an input that takes long is a flaw, whatever else the machine does', async () => {
  const reader = target((input) => {
    const before = process.threadCpuUsage().user
    while (input.length > 60 && process.threadCpuUsage().user - before < 150_000);
    return TAKEN
  })
  expect((await fuzzTarget(reader, OPTIONS)).flaw).toMatch(/^it takes \d{3,} ms\ninput/)
})

test('a value that does not come back is a flaw, with the value', async () => {
  const job = madeJob('none', 1, () => fc.property(fc.nat(1_000), (value) => must(value < 900, 'too much')))
  expect((await job.run(OPTIONS)).flaw).toMatch(/too much[^]*value: \[ 900 \]\nseed \d+, path/)
  const sound = madeJob('none', 1, () => fc.property(fc.nat(), () => {}))
  expect(await sound.run(OPTIONS)).toMatchObject({ inputs: 3_000, taken: 3_000 })
})

test('names are unique, and each file of the corpus is of a target', () => {
  const names = JOBS.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
  const files = readdirSync(new URL('../../corpus/', import.meta.url)).map((file) => file.replace(/\.jsonl$/, ''))
  const targets = TARGETS.map(({ name }) => name)
  for (const file of files) {
    expect(targets).toContain(file)
    expect(readCorpus(file).length).toBeGreaterThan(0)
  }
})

test('each method of the contract is among the requests, and the same seed gives the same', () => {
  const texts = savedRequests().map(String)
  for (const name of METHODS.keys()) expect(texts.filter((text) => text.includes(`"${name}"`)).length).toBeGreaterThanOrEqual(2)
  const made = (): string[] => Array.from({ length: 1_000 }, requests(new SeededRandom(5))).map(String)
  expect(made()).toEqual(made())
  expect(made().some((each) => each.includes('\n'))).toBe(false)
})
