import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'
import type { Experiment } from './experiment.ts'

const experiment = (part: Experiment['part'], name: string, isLongOnly?: true): Experiment => ({
  part,
  name,
  claim: 'it holds',
  ...(isLongOnly === undefined ? {} : { isLongOnly }),
  run: () => Promise.resolve([]),
})
const ALL = [experiment('peers', 'slow-frame'), experiment('faults', 'power-cut'), experiment('long', 'days', true)]

function names(...args: string[]): string[] {
  const parsed = parseArguments(args, ALL)
  if (parsed === 'help') throw new Error('help')
  return parsed.experiments.map(({ name }) => name)
}

test('without a word every experiment that has the form is chosen', () => {
  expect(names()).toEqual(['slow-frame', 'power-cut'])
  expect(names('--long')).toEqual(['slow-frame', 'power-cut', 'days'])
  expect(names('--list')).toEqual(['slow-frame', 'power-cut', 'days'])
})

test('parts and experiments are chosen by name, in the order of the list', () => {
  expect(names('power-cut', 'peers')).toEqual(['slow-frame', 'power-cut'])
  expect(names('--', 'faults')).toEqual(['power-cut'])
})

test.each([
  [['nonsense'], 'unknown part or experiment "nonsense"; try --list'],
  [['days'], 'days has no short form: add --long'],
  [['--minutes', '5'], '--minutes is an option of the long form: add --long'],
  [['--long', '--minutes', '0'], '--minutes "0": must be a whole number, 1 to 100000'],
  [['--seed', '1e3'], '--seed "1e3": must be a whole number, 0 to 4294967295'],
  [['--quick'], "Unknown option '--quick'"],
])('%j is refused', (args, message) => {
  expect(() => parseArguments(args, ALL)).toThrow(expect.objectContaining({ name: 'UsageError', message }) as Error)
})

test('the defaults', () => {
  expect(parseArguments([], ALL)).toMatchObject({ form: 'short', seed: 1, minutes: 60, isRecorded: false, isList: false })
  expect(parseArguments(['--help'], ALL)).toBe('help')
})
