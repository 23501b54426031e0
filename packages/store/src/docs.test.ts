/** docs/limits.md says of the store what the code says. */
import { codeRows, docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import * as limits from './limits.ts'

/** Each number of limits.ts by its name; those of a table by the name of the table and their own. */
const numbers = new Map(
  Object.entries(limits).flatMap(([name, value]: [string, number | Record<string, number>]) =>
    typeof value === 'number'
      ? [[name, value] as const]
      : Object.entries(value).map(([key, one]) => [`${name}.${key}`, one] as const),
  ),
)

test('docs/limits.md has a row for each limit of the store, with its value, and no other', () => {
  const sections = docsPage('limits.md').split('\n## ')
  const rows = codeRows(sections.find((section) => section.startsWith('Messages and posts that are kept')) ?? '')
  expect(new Set(rows.map(([name]) => name))).toEqual(new Set([...numbers.keys()].map((name) => `\`${name}\``)))
  expect(rows).toHaveLength(numbers.size)
  for (const [name, value, why, then] of rows) {
    expect([name, value!.split(' ')[0]]).toEqual([name, numbers.get(name!.slice(1, -1))!.toLocaleString('en-US')])
    expect([why, then].map((cell) => cell!.length > 3)).toEqual([true, true])
  }
})
