import { readFileSync } from 'node:fs'
import { START_STAGES as STAGES_OF_DCHATD } from 'dchatd/start-stages'
import { START_STAGES as STAGES_OF_LILITH } from 'lilith/start-stages'
import { expect, test } from 'vitest'

test.each([
  ['dchatd', STAGES_OF_DCHATD],
  ['lilith', STAGES_OF_LILITH],
])('docs/operations.md has each stage of a start of %s, in order, and no other', (program, stages) => {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
  const table = page.slice(
    page.indexOf(`<!-- start stages of ${program}:`),
    page.indexOf(`<!-- end of start stages of ${program}`),
  )
  const listed = [...table.matchAll(/^\| `([a-z-]+)` \| .{10,} \|$/gm)].map(([, stage]) => stage)
  expect(listed).toEqual(stages)
})
