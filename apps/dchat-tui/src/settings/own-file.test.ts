import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_OWN_FILE_BYTES } from '../limits.ts'
import { NOTHING_OWN, OwnFile } from './own-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tui-own-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('keeps what is set, for its user only', () => {
  const path = join(folder, 'state', 'own.json')
  expect(new OwnFile(path).load()).toEqual(NOTHING_OWN)
  new OwnFile(path).update((data) => ({ ...data, settings: { theme: 'light' } }))
  new OwnFile(path).update((data) => ({ ...data, isFirstRunSeen: true }))
  expect(new OwnFile(path).load()).toEqual({ ...NOTHING_OWN, settings: { theme: 'light' }, isFirstRunSeen: true })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('leaves what another version has kept', () => {
  const path = join(folder, 'own.json')
  writeFileSync(path, '{"settings": {"theme": "mono"}, "later": [1]}')
  new OwnFile(path).update((data) => ({ ...data, isFirstRunSeen: true }))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ settings: { theme: 'mono' }, later: [1], isFirstRunSeen: true })
})

test.each([
  ['damaged', '{"settings": {'],
  ['no object', '[]'],
  ['of other types', '{"settings": 5, "isFirstRunSeen": "yes"}'],
  ['too large', `{"isFirstRunSeen": true, "x": "${'x'.repeat(MAX_OWN_FILE_BYTES)}"}`],
])('a file that is %s says nothing', (_, text) => {
  const path = join(folder, 'own.json')
  writeFileSync(path, text)
  expect(new OwnFile(path).load()).toMatchObject(NOTHING_OWN)
})

test("a file that cannot be read is the caller's to tell", () => {
  mkdirSync(join(folder, 'own.json'))
  expect(() => new OwnFile(join(folder, 'own.json')).load()).toThrow('EISDIR')
})
