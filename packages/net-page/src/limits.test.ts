import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import * as limits from './limits.ts'

test('docs/limits.md has each limit, as the code has it, and no other', () => {
  const page = docsPage('limits.md')
  const section = page.split('## The page of the network:')[1]!.split('\n## ')[0]!
  const rows = Array.from(section.matchAll(/^\| `(\w+)` \| ([0-9,]+) /gmu), ([, name, value]) => [name, value])
  expect(rows).toHaveLength(Object.keys(limits).length)
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, value.toLocaleString('en-US')])),
  )
})
