/** docs/limits.md says what the code says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LOG_LIMITS } from './limits.ts'

test('docs/limits.md has the rows of LOG_LIMITS, as the code has them, and no other of the log', () => {
  const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `LOG_'))
  expect(rows).toEqual(
    Object.entries(LOG_LIMITS).map(
      ([name, { value, unit, why, then }]) => `| \`${name}\` | ${value.toLocaleString('en-US')} ${unit} | ${why} | ${then} |`,
    ),
  )
})
