import { expect, test } from 'vitest'
import { parseToml } from '../toml-document.ts'
import type { TomlTable } from '../toml-document.ts'
import { readKeys } from './config-key.ts'
import { TEST_KEYS, TEST_SECTIONS } from './keys.test-util.ts'
import type { TestValues } from './keys.test-util.ts'
import { flagsOfKeys, placedKeys, readOverrides, variableOf } from './overrides.ts'
import type { VariableNames } from './overrides.ts'

const VARIABLES: VariableNames = { prefix: 'DCHAT_', others: ['DCHAT_HOME', 'DCHAT_RPC'], foreign: ['DCHAT_OTHER_'] }

interface Given {
  readonly env?: NodeJS.ProcessEnv
  readonly flags?: Readonly<Record<string, unknown>>
  readonly text?: string
}

function rootOf({ env = {}, flags = {}, text = '' }: Given): TomlTable {
  return parseToml(text, 'f.toml', readOverrides(TEST_SECTIONS, { flags, env, variables: VARIABLES, cwd: '/cwd' }).overrides)
}

const read = (given: Given): TestValues => readKeys(rootOf(given).section('own'), TEST_KEYS, { home: '/home/u', base: '/etc' })

test.each<[NodeJS.ProcessEnv, Partial<TestValues>]>([
  [{ DCHAT_OWN_ON: 'true' }, { on: true }],
  [{ DCHAT_OWN_ON: '0' }, { on: false }],
  [{ DCHAT_OWN_COUNT: '7' }, { count: 7 }],
  [{ DCHAT_OWN_WAIT: '0.5' }, { wait: 500 }],
  [{ DCHAT_OWN_NAMES: 'ann, bob,' }, { names: ['ann', 'bob'] }],
  [{ DCHAT_OWN_NAMES: '' }, { names: [] }],
  [{ DCHAT_OWN_COLOUR: 'blue' }, { colour: 'blue' }],
  [{ DCHAT_OWN_FILE: 'x/y' }, { file: '/cwd/x/y' }],
  [{ DCHAT_OWN_FILE: '~/y' }, { file: '/home/u/y' }],
  [{ DCHAT_OWN_SOCKET: '' }, { socket: undefined }],
  [{ DCHAT_OWN_PAIRS: '["a", 1], ["b"]' }, { pairs: [['a', 1], ['b']] }],
  [{ DCHAT_OWN_PAIRS: '[["a", 1]]' }, { pairs: [['a', 1]] }],
  [{}, { on: false, count: 3, wait: 1500, names: [], colour: 'red', file: undefined }],
])('the variable %j', (env, values) => {
  expect(read({ env })).toMatchObject(values)
})

test.each([
  [{ DCHAT_OWN_ON: 'yes' }, 'DCHAT_OWN_ON: must be true or false, is "yes"'],
  [{ DCHAT_OWN_COUNT: 'many' }, 'DCHAT_OWN_COUNT: must be a whole number from 0 to 9, is "many"'],
  [{ DCHAT_OWN_COUNT: '' }, 'DCHAT_OWN_COUNT: must be a whole number from 0 to 9, is ""'],
  [{ DCHAT_OWN_COUNT: '10' }, 'DCHAT_OWN_COUNT: must be a whole number from 0 to 9, is 10'],
  [{ DCHAT_OWN_WAIT: '1h' }, 'DCHAT_OWN_WAIT: must be 0.1 to 60 seconds, is "1h"'],
  [{ DCHAT_OWN_COLOUR: 'green' }, 'DCHAT_OWN_COLOUR: must be "red" or "blue", is "green"'],
  [{ DCHAT_OWN_PAIRS: '[' }, 'DCHAT_OWN_PAIRS: "[" is no value of TOML'],
  [{ DCHAT_OWN_PAIRS: '1\nother = 2' }, 'DCHAT_OWN_PAIRS: '],
  [{ DCHAT_OWN_FILE: '' }, 'DCHAT_OWN_FILE: a path cannot be empty'],
])('%j is refused by its name', (env, message) => {
  expect(() => read({ env })).toThrow(message)
})

test('a flag wins over a variable, a variable over the file', () => {
  const text = '[own]\ncount = 1\nnames = ["file"]\nfile = "file"'
  const env = { DCHAT_OWN_COUNT: '2', DCHAT_OWN_NAMES: 'env' }
  const flags = { count: 4, on: true, names: undefined, file: 'flag' }
  expect(read({ text, env, flags })).toMatchObject({ count: 4, names: ['env'], file: '/cwd/flag', on: true })
  expect(read({ text, env, flags: { on: false } })).toMatchObject({ count: 2, names: ['env'], file: '/etc/file', on: false })
  expect(read({ text })).toMatchObject({ count: 1, names: ['file'] })
})

test('what a flag says wrong is said by the flag', () => {
  expect(() => read({ text: '[own]\nfile = "x"', flags: { file: 'a\0b' } })).toThrow(/^--file: a path cannot hold a NUL$/)
})

test('a table that is there under several names has a variable for each', () => {
  const root = rootOf({ env: { DCHAT_NET_PROFILES_TCP_TLS_WAIT: '2' } })
  const profiles = root.section('net').section('profiles')
  expect([profiles.isOverridden('tcp'), profiles.isOverridden('tcp+tls')]).toEqual([false, true])
  const [section] = TEST_SECTIONS.slice(-1)
  const values = (name: string): unknown => readKeys(profiles.section(name), section!.keys, { home: '/', base: '/', name })
  expect([values('tcp'), values('tcp+tls')]).toEqual([{ wait: 1_000 }, { wait: 2_000 }])
  expect(readKeys(profiles.section('x'), section!.keys, { home: '/', base: '/', name: 'tcp+tls' })).toEqual({ wait: 9_000 })
})

test('variables that are no key are warned of, with what was meant', () => {
  const env = { DCHAT_OWN_COUNTS: '1', DCHAT_XYZ: '', DCHAT_HOME: '/h', DCHAT_OTHER_X: '', HOME: '/', DCHAT_OWN_ITEM_SECRET: 'x' }
  expect(readOverrides(TEST_SECTIONS, { flags: {}, env, variables: VARIABLES }).warnings).toEqual([
    'DCHAT_OWN_COUNTS: unknown variable, ignored; did you mean DCHAT_OWN_COUNT?',
    'DCHAT_XYZ: unknown variable, ignored',
    'DCHAT_OWN_ITEM_SECRET: unknown variable, ignored; did you mean DCHAT_OWN_SECRET?',
  ])
})

test('no two keys share a variable', () => {
  const names = placedKeys(TEST_SECTIONS).map((key) => variableOf('DCHAT_', key))
  expect(new Set(names).size).toBe(names.length)
})

test('flags come from the keys, and say which', () => {
  expect(flagsOfKeys(TEST_SECTIONS)).toMatchObject({
    on: { kind: 'boolean', help: 'Turn it on (own.on)' },
    count: { kind: 'integer', min: 0, max: 9, value: 'N' },
    file: { kind: 'string', value: 'FILE' },
  })
})
