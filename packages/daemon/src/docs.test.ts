/** docs/errors.md says what the code says. */
import { codeRows, docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { FLAG_ERROR_CODES } from './errors.ts'
import { FolderError } from './own-folder.ts'

test('docs/errors.md has each code, with what it means and who acts, and no other', () => {
  const rows = codeRows(docsPage('errors.md')).filter(([code]) => /^`(?:FLAG|FOLDER)_/.test(code!))
  const codes = [...FLAG_ERROR_CODES, new FolderError('/', undefined).code]
  expect(rows.map(([code]) => code)).toEqual(codes.map((code) => `\`${code}\``))
  for (const cells of rows) expect(cells.map((cell) => cell.length > 3)).toEqual([true, true, true])
})
