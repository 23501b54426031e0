import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noticesText, thirdPartiesOf } from '@dchat/scripts/third-party'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-licences-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** @returns a file of the package, as a bundle names it */
function pack(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const path = join(folder, 'node_modules', name)
  mkdirSync(path, { recursive: true })
  const all = { 'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }), ...files }
  for (const [file, text] of Object.entries(all)) writeFileSync(join(path, file), text)
  return `node_modules/${name}/index.js`
}

test('each package is named once, with its licence and its notices', () => {
  const one = pack('@scope/one', { license: 'Apache-2.0' }, { LICENSE: 'the licence', 'NOTICE.txt': 'the notice' })
  const parties = thirdPartiesOf(['src/main.ts', one, one.replace('index', 'other')], folder)
  expect(parties).toEqual([{ name: '@scope/one', version: '1.0.0', licence: 'Apache-2.0', notice: 'the licence\n\nthe notice' }])
  expect(noticesText(parties)).toContain('\n@scope/one@1.0.0 (Apache-2.0)\n\nthe licence\n\nthe notice\n')
})

test('a package under the MIT licence without its text has the usual one, in the name of its author', () => {
  const [party] = thirdPartiesOf([pack('one', { license: 'MIT', author: { name: 'Ann' } })], folder)
  expect(party!.notice).toMatch(/^MIT License\n\nCopyright \(c\) Ann\n\nPermission is hereby granted/)
})

test.each([
  [{}, 'one@1.0.0 has no licence'],
  [{ license: 'GPL-3.0' }, 'one@1.0.0 has the licence GPL-3.0'],
  [{ license: 'ISC' }, 'without the text of its licence'],
])('%o goes into no program', (manifest, message) => {
  expect(() => thirdPartiesOf([pack('one', manifest)], folder)).toThrow(message)
})
