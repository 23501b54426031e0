import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { permissionsOf } from '@dchat/system/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeCookie } from './cookie.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-cookie-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a new secret in a file for its owner only, in a folder for its owner only', () => {
  const path = join(folder, 'run', 'cookie')
  const before = process.umask(0)
  try {
    const first = writeCookie(path)
    expect(first.cookie).toMatch(/^[0-9a-f]{64}$/)
    expect(readFileSync(path, 'utf8').trim()).toBe(first.cookie)
    expect([permissionsOf(path), permissionsOf(join(folder, 'run'))]).toEqual(['600', '700'])
    expect(writeCookie(path).cookie).not.toBe(first.cookie)
    expect(readdirSync(join(folder, 'run'))).toEqual(['cookie'])
  } finally {
    process.umask(before)
  }
})

test('an old file that others could read is replaced, not written into', () => {
  const path = join(folder, 'cookie')
  writeFileSync(path, 'old', { mode: 0o644 })
  writeCookie(path)
  expect(permissionsOf(path)).toBe('600')
})

test('what a process that was killed has left half written is replaced', () => {
  const path = join(folder, 'cookie')
  writeFileSync(`${path}.new`, 'half', { mode: 0o644 })
  const { cookie } = writeCookie(path)
  expect(readdirSync(folder)).toEqual(['cookie'])
  expect([readFileSync(path, 'utf8').trim(), permissionsOf(path)]).toEqual([cookie, '600'])
})

test('removing takes away the own file only, once or twice', () => {
  const path = join(folder, 'cookie')
  const first = writeCookie(path)
  const second = writeCookie(path)
  first.remove()
  expect(readFileSync(path, 'utf8').trim()).toBe(second.cookie)
  second.remove()
  second.remove()
  expect(readdirSync(folder)).toEqual([])
})

test('a failure leaves no temporary file', () => {
  const path = join(folder, 'cookie')
  rmSync(path, { force: true })
  writeFileSync(join(folder, 'file'), '')
  expect(() => writeCookie(join(folder, 'file', 'cookie'))).toThrow(/EEXIST|ENOTDIR/)
  expect(readdirSync(folder)).toEqual(['file'])
})
