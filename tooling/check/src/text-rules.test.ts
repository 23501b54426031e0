import { describe, expect, test } from 'vitest'
import { breaches } from './text-rules.ts'

const SOURCE = 'packages/net/src/a.ts'
const TEST = 'packages/net/src/a.test.ts'
/** The rules that a line breaks. Lines are put together here, so that this file keeps the rules. */
const broken = (file: string, ...parts: string[]): string[] =>
  breaches(file, `first\n${parts.join('')}`).map(({ line, text }) => `${line} ${text.split(':', 1)[0]}`)

describe('a suppression', () => {
  test.each(['// oxlint-', '/* oxlint-', '// eslint-'])('%s… without a reason', (begin) => {
    expect(broken(SOURCE, begin, 'disable-next-line no-control-regex')).toEqual(['2 suppression'])
    expect(broken(SOURCE, begin, 'disable-next-line no-control-regex --')).toEqual(['2 suppression'])
    expect(broken(SOURCE, begin, 'disable-next-line no-control-regex -- they are looked for')).toEqual([])
  })

  test('of the compiler', () => {
    expect(broken(TEST, '// @ts-', 'expect-error')).toEqual(['2 suppression'])
    expect(broken(TEST, '// @ts-', 'expect-error -- no such key')).toEqual([])
    expect(broken(TEST, '// @ts-', 'ignore -- whatever it is')).toEqual(['2 suppression of all'])
    expect(broken(TEST, '// @ts-', 'nocheck')).toEqual(['2 suppression of all'])
  })

  test('of every rule at once', () => {
    expect(broken(SOURCE, '/* oxlint-', 'disable -- all of it */')).toEqual(['2 suppression of all'])
  })
})

test.each([SOURCE, 'docs/wire.md', '.ci/run', 'tooling/e2e/clients/peer.py'])('%s leaves nothing for later', (file) => {
  expect(broken(file, 'a TO', 'DO: the rest')).toEqual(['2 left for later'])
  expect(broken(file, 'FIX', 'ME')).toEqual(['2 left for later'])
  expect(broken(file, 'todos and ', 'TO', 'DOS')).toEqual([])
})

describe('a test', () => {
  const sleeps = [
    ['import { set', "Timeout as sleep } from 'node:timers/promises'"],
    ['await new Promise((resolve) => set', 'Timeout(resolve, 10))'],
    ['await new Promise<void>((done) => void set', 'Timeout(done, 10))'],
    ['Atomics.', 'wait(cells, 0, 0, 100)'],
  ]
  test.each(sleeps)('does not sleep: %s%s', (...parts) => {
    for (const file of [TEST, 'apps/dchatd/e2e/a.ts', 'packages/net/src/testing/a.ts', 'tooling/e2e/src/a.ts'])
      expect(broken(file, ...parts)).toEqual(['2 sleep in a test'])
    expect(broken('tooling/torture/e2e/a.test.ts', ...parts)).toEqual([])
    expect(broken(SOURCE, ...parts)).toEqual([])
  })

  test('may set a timer, and wait for the next turn', () => {
    expect(broken(TEST, 'const timer = setTimeout(() => {}, 60_000)')).toEqual([])
    expect(broken(TEST, "import { setImmediate as nextTurn } from 'node:timers/promises'")).toEqual([])
    expect(broken(TEST, 'await sleep(clock, 10)')).toEqual([])
  })
})

test('a plain Error is for tests and tools', () => {
  for (const file of [SOURCE, 'apps/dchatd/src/rpc/a.ts'])
    expect(broken(file, 'throw new Err', "or('why')")).toEqual(['2 plain Error'])
  for (const file of [TEST, 'packages/net/src/testing/a.ts', 'packages/net/src/a.test-util.ts', 'tooling/bench/src/a.ts'])
    expect(broken(file, 'throw new Err', "or('why')")).toEqual([])
  expect(broken(SOURCE, "throw new TypeError('a bug')")).toEqual([])
})

test('programs take nothing of the tests', () => {
  for (const from of ['@dchat/e2e', '@dchat/net/testing', './testing/pair.ts', './a.test-util.ts']) {
    expect(broken(SOURCE, 'import { a } from ', `'${from}'`)).toEqual(['2 test code in a program'])
    expect(broken(TEST, 'import { a } from ', `'${from}'`)).toEqual([])
  }
})
