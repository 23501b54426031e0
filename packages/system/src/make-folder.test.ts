import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dchat-folder-'))
})

afterEach(() => rmSync(root, { recursive: true }))

test('makes every missing level for the owner alone, and leaves what is there', () => {
  const before = statSync(root)
  makeFolder(join(root, 'a/b/c'))
  makeFolder(join(root, 'a/b/c'))
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(root, path)).mode & 0o777).toBe(0o700)
  expect(statSync(root).mode).toBe(before.mode)
})

test('opens what it makes to the group when it is to, whatever the mask is', () => {
  const before = process.umask(0o077)
  try {
    makeFolder(join(root, 'a/b'), 0o750)
  } finally {
    process.umask(before)
  }
  for (const path of ['a', 'a/b']) expect(statSync(join(root, path)).mode & 0o777).toBe(0o750)
})

test('a file in the way is an error', () => {
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }))
  expect(() => makeFolder(join(root, 'file/deep/er'))).toThrow(expect.objectContaining({ code: 'EEXIST' }))
})

test.each(['/proc/none', '/proc/none/deep/er'])('%s cannot be made, and says so', (path) => {
  expect(() => makeFolder(path)).toThrow('mkdir')
})
