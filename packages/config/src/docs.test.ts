/** docs/errors.md says what the code says. */
import { codeRows, docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { CONFIG_ERROR_CODES } from './errors.ts'

test('docs/errors.md has each code, with what it means and who acts, and no other', () => {
  const rows = codeRows(docsPage('errors.md')).filter(([code]) => code!.startsWith('`CONFIG_'))
  expect(rows.map(([code]) => code)).toEqual(CONFIG_ERROR_CODES.map((code) => `\`${code}\``))
  for (const cells of rows) expect(cells.map((cell) => cell.length > 3)).toEqual([true, true, true])
})
