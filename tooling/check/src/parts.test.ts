import { expect, test } from 'vitest'
import { formatPart, runParts } from './parts.ts'
import type { PartResult } from './parts.ts'

const says = (text: string, code: number): [string, ...string[]] => [
  process.execPath,
  '-e',
  `console.error(${JSON.stringify(text)}); process.exitCode = ${code}`,
]

async function run(...commands: [string, ...string[]][]): Promise<{ isGreen: boolean; ended: Map<string, PartResult> }> {
  const ended = new Map<string, PartResult>()
  const parts = commands.map((command, index) => ({ name: `part ${index}`, command }))
  return { isGreen: await runParts(parts, (result) => ended.set(result.name, result)), ended }
}

test('all that pass are green', async () => {
  const { isGreen, ended } = await run(says('fine', 0), says('fine', 0))
  expect([isGreen, ended.size]).toEqual([true, 2])
})

test('one that fails, or is not there, fails the whole, and what it said is shown', async () => {
  const { isGreen, ended } = await run(says('fine', 0), says('a.ts:3: wrong', 1), ['/nowhere/at-all'])
  expect([isGreen, ...Array.from(ended.values(), (part) => part.isGreen)].filter(Boolean)).toHaveLength(1)
  expect(formatPart(ended.get('part 1')!)).toMatch(/^a\.ts:3: wrong\nFAILED part 1 +\d+\.\d s$/)
  expect(formatPart(ended.get('part 2')!)).toContain('ENOENT')
  expect(formatPart(ended.get('part 0')!)).toMatch(/^ok {5}part 0 +\d+\.\d s$/)
})
