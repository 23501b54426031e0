import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import * as limits from './limits.ts'

test('docs/limits.md has each limit, as the code has it, and no other', () => {
  const page = docsPage('limits.md')
  const [, section = ''] = page.split('\n## RPC contract and client:')
  const rows = [...section.split('\n## ')[0]!.matchAll(/^\| `(\w+)` \| ([\d,]+) /gm)].map(
    ([, name, value]) => [name!, value] as const,
  )
  expect(rows).toHaveLength(Object.keys(limits).length)
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, value.toLocaleString('en')])),
  )
})
