import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { START_STAGES } from './start-stages.ts'

test('docs/operations.md has each stage of a start, in order, and no other', () => {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
  const table = page.slice(page.indexOf('<!-- start stages'), page.indexOf('<!-- end of start stages'))
  const listed = [...table.matchAll(/^\| `([a-z-]+)` \| .{10,} \|$/gm)].map(([, stage]) => stage)
  expect(listed).toEqual(START_STAGES)
})
