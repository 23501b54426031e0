/** docs/limits.md and docs/errors.md say what the code says. */
import { codeRows, docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { RPC_SERVER_ERROR_CODES } from './errors.ts'
import { DEFAULT_RPC_LIMITS } from './limits.ts'

/** The cells of the table rows below a heading of a page. */
function rowsOf(page: string, heading: string): string[][] {
  return codeRows(docsPage(page).split(`\n## ${heading}`)[1]!.split('\n## ')[0]!)
}

test('docs/limits.md has each limit, as the code has it, and no other', () => {
  const rows = rowsOf('limits.md', 'RPC:')
  expect(rows.map(([name, value]) => [name, /^[0-9,]+/.exec(value!)?.[0]])).toEqual(
    Object.entries(DEFAULT_RPC_LIMITS).map(([name, value]) => [`\`${name}\``, value.toLocaleString('en-US')]),
  )
  for (const row of rows) expect(row).toHaveLength(4)
})

test('docs/errors.md has each code, with what it means and who acts, and no other', () => {
  const rows = rowsOf('errors.md', 'packages/rpc-server')
  expect(rows.map(([code]) => code)).toEqual(RPC_SERVER_ERROR_CODES.map((code) => `\`${code}\``))
  for (const row of rows) expect(row).toHaveLength(3)
})
