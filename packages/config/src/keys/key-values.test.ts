import { expect, test } from 'vitest'
import { parseToml } from '../toml-document.ts'
import type { TomlTable, TomlValue } from '../toml-document.ts'
import { changedKeys, keyValues, tomlText } from './key-values.ts'
import type { KeyValue } from './key-values.ts'
import { TEST_SECTIONS } from './keys.test-util.ts'
import { readOverrides } from './overrides.ts'

function rootOf(text: string, env: NodeJS.ProcessEnv = {}): TomlTable {
  const { overrides } = readOverrides(TEST_SECTIONS, {
    flags: { on: true },
    env,
    variables: { prefix: 'DCHAT_', others: [], foreign: [] },
    cwd: '/cwd',
  })
  return parseToml(text, 'f.toml', overrides)
}

const short = (values: readonly KeyValue[]): unknown[] => values.map(({ key, value, source }) => [key, value, source.kind])

test('every key has its value and its source', () => {
  const text = '[own]\ncount = 5\nsecret = "s"\n[[own.item]]\n[[own.item]]\nsecret = "t"\n[net.profiles."tcp+tls"]\nwait = 2'
  const values = keyValues(rootOf(text, { DCHAT_OWN_NAMES: 'a' }), TEST_SECTIONS, { 'own.socket': '/run/s' })
  expect(short(values)).toEqual([
    ['own.on', true, 'flag'],
    ['own.count', 5, 'file'],
    ['own.wait', 1.5, 'default'],
    ['own.names', ['a'], 'env'],
    ['own.colour', 'red', 'default'],
    ['own.file', undefined, 'default'],
    ['own.socket', '/run/s', 'default'],
    ['own.secret', 's', 'file'],
    ['own.pairs', [], 'default'],
    ['own.item[0].secret', undefined, 'default'],
    ['own.item[1].secret', 't', 'file'],
    ['net.profiles."tcp+tls".wait', 2, 'file'],
  ])
  expect(values[1]!.source).toEqual({ kind: 'file', file: 'f.toml', line: 2 })
  expect(values[3]!.source).toEqual({ kind: 'env', name: 'DCHAT_OWN_NAMES' })
  expect(values.filter(({ isSecret }) => isSecret).map(({ key }) => key)).toEqual([
    'own.secret',
    'own.item[0].secret',
    'own.item[1].secret',
  ])
})

test('a table that only a variable has is there too', () => {
  const values = keyValues(rootOf('', { DCHAT_NET_PROFILES_TCP_WAIT: '3' }), TEST_SECTIONS)
  expect(short(values).at(-1)).toEqual(['net.profiles.tcp.wait', 3, 'env'])
})

test('what differs is named, also what came and went', () => {
  const of = (text: string): KeyValue[] => keyValues(rootOf(text), TEST_SECTIONS)
  const keys = (before: string, after: string): string[] => changedKeys(of(before), of(after)).map(({ key }) => key)
  expect(keys('[own]\ncount = 3\n', '')).toEqual([])
  expect(keys('[own]\ncount = 3\nnames = ["a"]', '[own]\ncount = 4\nnames = ["a"]')).toEqual(['own.count'])
  expect(keys('[[own.item]]\nsecret = "a"', '')).toEqual(['own.item[0].secret'])
  expect(keys('', '[[own.item]]\nsecret = "a"')).toEqual(['own.item[0].secret'])
})

test.each<TomlValue>([0, -1.5, true, 'a "b" \\ \n \u007f é', [], ['a', [1, false]], { a: 1, 'b c': ['x'] }, {}])(
  '%j is the same as TOML',
  (value) => {
    expect(parseToml(`v = ${tomlText(value)}`, 'f').value('v')).toEqual(value)
  },
)
