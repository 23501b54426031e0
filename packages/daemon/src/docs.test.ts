/** docs/errors.md says what the code says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FLAG_ERROR_CODES } from './errors.ts'
import { FolderError } from './own-folder.ts'

test('docs/errors.md has each code, with what it means and who acts, and no other', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `(?:FLAG|FOLDER)_/.test(line))
  const listed = rows.map((row) => row.slice(2, -2).split(' | '))
  const codes = [...FLAG_ERROR_CODES, new FolderError('/', undefined).code]
  expect(listed.map(([code]) => code)).toEqual(codes.map((code) => `\`${code}\``))
  for (const cells of listed) expect(cells.map((cell) => cell.length > 3)).toEqual([true, true, true])
})
