/** docs/errors.md says what the code says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CONFIG_ERROR_CODES } from './errors.ts'

test('docs/errors.md has each code, with what it means and who acts, and no other', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `CONFIG_/.test(line))
  const listed = rows.map((row) => row.slice(2, -2).split(' | '))
  expect(listed.map(([code]) => code)).toEqual(CONFIG_ERROR_CODES.map((code) => `\`${code}\``))
  for (const cells of listed) expect(cells.map((cell) => cell.length > 3)).toEqual([true, true, true])
})
