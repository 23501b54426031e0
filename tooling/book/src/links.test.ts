import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { brokenLinks } from './links.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

test('every link of the repository leads somewhere', () => {
  expect(brokenLinks(ROOT)).toEqual([])
})

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'dchat-links-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

const OTHER = '# One `two` & three\n\n## Again\n\n## Again\n\n<a id="mark"></a>\n'

test.each([
  ['[a](docs/other.md)', undefined],
  ['[a](docs/)', undefined],
  ['[a](docs/other.md#one-two--three)', undefined],
  ['[a](docs/other.md#again-1)', undefined],
  ['[a](docs/other.md#mark)', undefined],
  ['[a][b]\n\n[b]: docs/other.md', undefined],
  ['# Here\n\n[a](#here)', undefined],
  ['[a](https://example.org/x#y)', undefined],
  ['`[a](missing.md)`', undefined],
  ['[a](docs/missing.md)', '1: docs/missing.md: there is no such file'],
  ['[a](docs/other.md#again-2)', '1: docs/other.md#again-2: there is no such heading'],
  ['[a](#here)', '1: #here: there is no such heading'],
  ['[a](docs/#here)', '1: docs/#here: there is no such heading'],
  ['a\n\n| b |\n|---|\n| [c](d.md) |', '5: d.md: there is no such file'],
  ['![a](a.png)', '1: a.png: there is no such file'],
  ['<img src="a.png">', '1: a.png: there is no such file'],
  ['[a][b]\n\n[b]: c.md', '3: c.md: there is no such file'],
  ['[a](/docs/other.md)', '1: /docs/other.md: not in the repository'],
  ['[a](../x.md)', '1: ../x.md: not in the repository'],
  ['[a](node_modules/x.md)', '1: node_modules/x.md: not in the repository'],
  ['[a](htps://example.org)', '1: htps://example.org: no web address'],
  ['[a](https://)', '1: https://: no web address'],
])('%j', (text, fault) => {
  using folder = folderOf({ 'README.md': text, 'docs/other.md': OTHER })
  expect(brokenLinks(folder.path)).toEqual(fault === undefined ? [] : [`README.md:${fault}`])
})
