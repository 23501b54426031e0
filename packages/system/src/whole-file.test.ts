import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { permissionsOf } from './testing/permissions-of.ts'
import { readStart, removeIfHolds, writeWhole } from './whole-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-whole-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each([0o600, 0o644])('has mode %i whatever the umask, the folders made for it 0700', (wanted) => {
  const path = join(folder, 'deep/file')
  const before = process.umask(0o077)
  try {
    writeWhole(path, 'text\n', wanted)
  } finally {
    process.umask(before)
  }
  expect([permissionsOf(path), permissionsOf(join(folder, 'deep'))]).toEqual([wanted.toString(8), '700'])
  expect(readFileSync(path, 'utf8')).toBe('text\n')
})

test.each([0, 1, 65_536, 65_537, 100_000, 200_000])(
  'the first %i bytes of a file, and of a device without an end',
  (maxBytes) => {
    const path = join(folder, 'file')
    const content = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251))
    writeFileSync(path, content)
    expect(readStart(path, maxBytes).equals(content.subarray(0, maxBytes))).toBe(true)
    expect(readStart('/dev/zero', maxBytes)).toHaveLength(maxBytes)
  },
)

test('replaces an older file, and what was left half written', () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'old', { mode: 0o644 })
  writeFileSync(`${path}.new`, 'half', { mode: 0o644 })
  writeWhole(path, 'whole', 0o600)
  expect(readdirSync(folder)).toEqual(['file'])
  expect([readFileSync(path, 'utf8'), permissionsOf(path)]).toEqual(['whole', '600'])
})

test('leaves nothing behind where it cannot be written', () => {
  mkdirSync(join(folder, 'file'))
  expect(() => writeWhole(join(folder, 'file'), 'x', 0o600)).toThrow(/EISDIR/)
  expect(readdirSync(folder)).toEqual(['file'])
})

test('only what holds the text is removed', () => {
  const path = join(folder, 'file')
  writeWhole(path, 'ours', 0o600)
  removeIfHolds(path, 'theirs')
  expect(readFileSync(path, 'utf8')).toBe('ours')
  removeIfHolds(path, 'ours')
  removeIfHolds(path, 'ours')
  expect(readdirSync(folder)).toEqual([])
})

test('what cannot be read is an error', () => {
  expect(() => removeIfHolds(folder, 'x')).toThrow(/EISDIR/)
})
