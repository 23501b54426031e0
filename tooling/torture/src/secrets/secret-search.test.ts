import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SeededRandom } from '@dchat/system'
import { SecretSearch, keySecret, textSecret } from './secret-search.ts'

const KEY = Buffer.from(new SeededRandom(1).bytes(32))
const search = new SecretSearch([keySecret('key', KEY), textSecret('text', 'nobody reads this')])

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-search-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['bytes', Buffer.concat([Buffer.from('before'), KEY])],
  ['hex', `{"key":"${KEY.toString('hex')}"}`],
  ['capitals', KEY.toString('hex').toUpperCase()],
  ['base64', KEY.toString('base64')],
  ['base64url', KEY.toString('base64url')],
  ['the inside of a PEM file', Buffer.concat([Buffer.alloc(16), KEY]).toString('base64')],
  ['an array', JSON.stringify([...KEY])],
  ['memory of a program', Buffer.from(KEY.toString('hex'), 'utf16le')],
])('a key is found as %s', (_form, content) => {
  expect(search.in(content)).toEqual(['key'])
})

test('what is no secret is not found', () => {
  expect(search.in(KEY.subarray(0, 16).toString('hex'))).toEqual([])
  expect(search.in('everybody reads this')).toEqual([])
})

test('a secret is found wherever it lies in a large file', () => {
  const path = join(folder, 'core')
  const bytes = Buffer.alloc(3 * 1024 * 1024)
  for (const at of [0, 1024 * 1024 - 5, 2 * 1024 * 1024, bytes.length - 17]) {
    bytes.fill(0).write('nobody reads this', at)
    writeFileSync(path, bytes)
    expect([at, search.inFile(path)]).toEqual([at, ['text']])
  }
})

test('files of a folder are told with what they hold, by content and by name', () => {
  mkdirSync(join(folder, 'logs'))
  writeFileSync(join(folder, 'logs/one'), 'nobody reads this')
  writeFileSync(join(folder, 'logs', KEY.toString('hex')), '')
  writeFileSync(join(folder, 'clean'), 'nothing')
  expect(search.below(folder).toSorted()).toEqual([`logs/${KEY.toString('hex')}: key`, 'logs/one: text'])
})
