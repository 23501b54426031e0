import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfigFile, writeConfigOnce } from './config-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-config-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('writes a file and its folders for their owner alone, and leaves nothing else behind', () => {
  const path = join(folder, 'a/b/x.toml')
  expect(writeConfigOnce(path, 'a = 1\n')).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(folder, 'a/b'))).toEqual(['x.toml'])
  expect(readConfigFile(path).integer('a', { min: 0, max: 9 })).toBe(1)
})

test('never touches what is there', () => {
  const path = join(folder, 'x.toml')
  writeFileSync(path, 'mine')
  chmodSync(path, 0o644)
  expect(writeConfigOnce(path, 'ours')).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('mine')
  expect(statSync(path).mode & 0o777).toBe(0o644)
  mkdirSync(join(folder, 'folder'))
  expect(writeConfigOnce(join(folder, 'folder'), 'ours')).toBe(false)
})

test("a folder that cannot be made is the caller's to handle, and nothing is left", () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => writeConfigOnce(join(folder, 'file/x.toml'), 'ours')).toThrow(/ENOTDIR|EEXIST/)
})

test.each<[string, (path: string) => void, RegExp]>([
  ['missing', () => undefined, /: there is no such file; look elsewhere$/],
  ['a folder', (path) => mkdirSync(path), /: is a folder, not a file; look elsewhere$/],
  ['no text', (path) => writeFileSync(path, Buffer.of(0x61, 0xff, 0xfe)), /: is not UTF-8 text; look elsewhere$/],
  ['without an end', (path) => symlinkSync('/dev/zero', path), /: is larger than 1024 KiB$/],
  ['too long, cut inside a character', (path) => writeFileSync(path, '€'.repeat(400_000)), /: is larger than 1024 KiB$/],
  ['no TOML', (path) => writeFileSync(path, 'a = 1\nb'), /:2: not valid TOML: /],
])('says what is wrong with a file: %s', (_, prepare, message) => {
  const path = join(folder, 'x.toml')
  prepare(path)
  expect(() => readConfigFile(path, { hint: 'look elsewhere' })).toThrow(message)
})
