import { SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { ByteMutator } from './byte-mutator.ts'

const CORPUS = [Buffer.from('abcdefgh'), Buffer.alloc(0), Buffer.alloc(300, 'x')]

function inputs(seed: number, count: number): Buffer[] {
  const mutator = new ByteMutator({ random: new SeededRandom(seed), corpus: CORPUS, maxBytes: 200 })
  return Array.from({ length: count }, () => mutator.next())
}

test('the same seed gives the same inputs, another one others', () => {
  expect(inputs(1, 2_000)).toEqual(inputs(1, 2_000))
  expect(inputs(2, 2_000)).not.toEqual(inputs(1, 2_000))
})

test('no input is longer than may be, some are as long, and the corpus stays as it was', () => {
  const lengths = inputs(3, 5_000).map(({ length }) => length)
  expect(Math.max(...lengths)).toBe(200)
  expect(Math.min(...lengths)).toBe(0)
  expect(CORPUS).toEqual([Buffer.from('abcdefgh'), Buffer.alloc(0), Buffer.alloc(300, 'x')])
})

test('most inputs are new', () => {
  const made = new Set(inputs(4, 1_000).map((input) => input.toString('hex')))
  expect(made.size).toBeGreaterThan(700)
})

test('what is kept is made use of', () => {
  const mutator = new ByteMutator({ random: new SeededRandom(5), corpus: [Buffer.from('a')], maxBytes: 50 })
  mutator.keep(Buffer.from('unheard of'))
  const made = Array.from({ length: 200 }, () => mutator.next().toString('latin1'))
  expect(made.some((input) => input.includes('heard'))).toBe(true)
})
