import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeClones, readClones } from './duplicates.ts'
import type { Clone } from './duplicates.ts'
import { ROOT } from './repository.ts'

const clone = (a: string, b: string): Clone => ({
  lines: 8,
  firstFile: { name: a, start: 3, end: 10 },
  secondFile: { name: b, start: 5, end: 12 },
})

test('a pair that is not listed is told with both places', () => {
  const [finding, ...more] = judgeClones([clone('a.ts', 'b.ts')], [])
  expect([finding?.file, finding?.line, more]).toEqual(['a.ts', 3, []])
  expect(finding?.text).toContain('8 lines stand in b.ts:5-12 as well')
})

test('a listed pair is none, in whichever order; an entry that is left over is one', () => {
  const entry = { files: ['b.ts', 'a.ts'], because: 'they are two tables' } as const
  expect(judgeClones([clone('a.ts', 'b.ts'), clone('b.ts', 'a.ts')], [entry])).toEqual([])
  expect(judgeClones([clone('a.ts', 'c.ts')], [entry]).map(({ file }) => file)).toEqual(['a.ts', 'tooling/check/src/alike.ts'])
})

test('jscpd finds six lines that stand twice, with the settings of this repository', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'dchat-clones-'))
  const lines = Array.from({ length: 6 }, (_, index) => `  total = total * ${index + 2} + weigh(values[${index}], scale, limits)`)
  const body = (count: number): string => `export function sum() {\n${lines.slice(0, count).join('\n')}\n}\n`
  const found = (): number => readClones(folder.path, join(ROOT, '.jscpd.json')).length
  writeFileSync(join(folder.path, 'a.ts'), `const one = 1\n${body(6)}`)
  writeFileSync(join(folder.path, 'b.ts'), `let two = [2]\n${body(3)}`)
  expect(found()).toBe(0)
  writeFileSync(join(folder.path, 'b.ts'), `let two = [2]\n${body(6)}`)
  expect(found()).toBe(1)
})
