/** docs/limits.md says what the code says. */
import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { LOG_LIMITS } from './limits.ts'

test('docs/limits.md has the rows of LOG_LIMITS, as the code has them, and no other of the log', () => {
  const page = docsPage('limits.md')
  const rows = page.split('\n').filter((line) => line.startsWith('| `LOG_'))
  expect(rows).toEqual(
    Object.entries(LOG_LIMITS).map(
      ([name, { value, unit, why, then }]) => `| \`${name}\` | ${value.toLocaleString('en-US')} ${unit} | ${why} | ${then} |`,
    ),
  )
})
