import { codeRows, docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { STORE_ERROR_CODES } from './errors.ts'

test('docs/errors.md lists every STORE_ code once, and no other, and says what it means and who acts', () => {
  const rows = codeRows(docsPage('errors.md')).filter(([code]) => code!.startsWith('`STORE_'))
  const listed = rows.map(([code]) => code)
  expect(listed).toEqual([...new Set(listed)])
  expect(new Set(listed)).toEqual(new Set(STORE_ERROR_CODES.map((code) => `\`${code}\``)))
  for (const row of rows) expect(row.map((cell) => cell.length > 3)).toEqual([true, true, true])
})
