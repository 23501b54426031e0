import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeAdvisoryFile } from './advisory-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'advisory-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('is there whole, replaces an older one, and goes', () => {
  const path = join(folder, 'deep/pid')
  writeAdvisoryFile(path, 'old\n', 0o600)
  const file = writeAdvisoryFile(path, 'new\n', 0o600)
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new\n', 0o600])
  file.remove()
  file.remove()
  expect(readdirSync(join(folder, 'deep'))).toEqual([])
})

test('what a process that was killed has left half written is replaced', () => {
  const path = join(folder, 'pid')
  writeFileSync(`${path}.new`, 'half', { mode: 0o644 })
  writeAdvisoryFile(path, 'whole\n', 0o600)
  expect(readdirSync(folder)).toEqual(['pid'])
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['whole\n', 0o600])
})

test('that of somebody else stays', () => {
  const path = join(folder, 'pid')
  const file = writeAdvisoryFile(path, 'ours\n', 0o600)
  writeFileSync(path, 'theirs\n')
  file.remove()
  expect(readFileSync(path, 'utf8')).toBe('theirs\n')
})

test('leaves nothing behind where it cannot be written', () => {
  mkdirSync(join(folder, 'pid'))
  expect(() => writeAdvisoryFile(join(folder, 'pid'), 'x', 0o600)).toThrow(/EISDIR/)
  expect(readdirSync(folder)).toEqual(['pid'])
})
