import { expect, test } from 'vitest'
import { ConfigError } from './errors.ts'
import { MAX_CONFIG_BYTES } from './limits.ts'
import { parseToml } from './toml-document.ts'
import type { TomlTable } from './toml-document.ts'
import { refuseUnknownKeys, unknownKeyWarnings } from './unknown-keys.ts'
import type { Parsed } from './parsed.ts'

function failure(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const shout = (text: string): Parsed<string> =>
  text === text.toUpperCase() ? { value: text } : { reason: `"${text}" is too quiet`, hint: 'write it in capitals' }

const read = (text: string): TomlTable => parseToml(text, 'f.toml')

test('gives typed values, and undefined for what is not there', () => {
  const root = read('\uFEFFs = "x"\nb = true\ni = 7\nt = 1.5\nl = ["a", "b"]\n[sub]\nx = 1\n')
  expect(root.string('s')).toBe('x')
  expect(root.boolean('b')).toBe(true)
  expect(root.integer('i', { min: 0, max: 7 })).toBe(7)
  expect(root.seconds('t', { min: 0, max: 10 })).toBe(1500)
  expect(root.strings('l')).toEqual(['a', 'b'])
  expect(root.table('sub')?.integer('x', { min: 0, max: 1 })).toBe(1)
  expect(root.table('none')).toBeUndefined()
  expect(root.section('none').string('x')).toBeUndefined()
  expect(root.string('none')).toBeUndefined()
  expect(root.parsedList('l', (text) => ({ value: text.length }))).toEqual([1, 1])
  expect(root.parsedList('none', shout)).toBeUndefined()
})

test.each<[string, (root: TomlTable) => unknown, string]>([
  ['s = 1', (root) => root.string('s'), 'f.toml:1: s: must be a string, is a number'],
  ['\n\ns = []', (root) => root.string('s'), 'f.toml:3: s: must be a string, is a list'],
  ['b = "true"', (root) => root.boolean('b'), 'f.toml:1: b: must be true or false, is a string'],
  ['i = "8"', (root) => root.integer('i', { min: 0, max: 9 }), 'f.toml:1: i: must be a whole number, is a string'],
  ['i = 10', (root) => root.integer('i', { min: 0, max: 9 }), 'f.toml:1: i: must be a whole number from 0 to 9, is 10'],
  ['i = -1', (root) => root.integer('i', { min: 0, max: 9 }), 'f.toml:1: i: must be a whole number from 0 to 9, is -1'],
  ['i = 1.5', (root) => root.integer('i', { min: 0, max: 9 }), 'f.toml:1: i: must be a whole number from 0 to 9, is 1.5'],
  ['t = nan', (root) => root.seconds('t', { min: 0, max: 9 }), 'f.toml:1: t: must be 0 to 9 seconds, is NaN'],
  ['t = inf', (root) => root.seconds('t', { min: 0, max: 9 }), 'f.toml:1: t: must be 0 to 9 seconds, is Infinity'],
  ['l = "a"', (root) => root.strings('l'), 'f.toml:1: l: must be a list, is a string'],
  ['l = [\n"a",\n1]', (root) => root.strings('l'), 'f.toml:3: l: must be a list of strings, item 2 is a number'],
  ['x = 1979-05-27', (root) => root.table('x'), 'f.toml:1: x: must be a table, is a date'],
  ['x = 1', (root) => root.section('x'), 'f.toml:1: x: must be a table, is a number'],
  [
    '["a b".c]\ns = false',
    (root) => root.section('a b').section('c').string('s'),
    'f.toml:2: "a b".c.s: must be a string, is false',
  ],
  ['[sub]\n', (root) => root.section('sub').required('k', root.section('sub').string('k')), 'f.toml:1: sub.k: must be set'],
  ['', (root) => root.required('k', root.string('k')), 'f.toml: k: must be set'],
  ['l = ["a"]', (root) => root.parsedList('l', shout), 'f.toml:1: l: "a" is too quiet; write it in capitals'],
  [`l = [${'1,'.repeat(10_001)}]`, (root) => root.list('l'), 'f.toml:1: l: must have at most 10000 items, has 10001'],
])('%j', (text, use, message) => {
  expect(failure(() => use(read(text))).message).toBe(message)
})

test.each([
  ['a = 1\nb = ', 2],
  ['[net\n', 1],
  ['a = 1\na = 2', 2],
  ['a = 99999999999999999999', 1],
  [`a = ${'['.repeat(2000)}`, 1],
  ['a = "\u0001"', 1],
])('names the line of a syntax error: %j', (text, line) => {
  const error = failure(() => read(text))
  expect(error.code).toBe('CONFIG_SYNTAX')
  expect(error.data.line).toBe(line)
  expect(error.message).toMatch(/^f\.toml:\d+: not valid TOML: [^\n]+$/)
})

test('refuses a file that is no configuration by its size', () => {
  expect(failure(() => read('#'.repeat(MAX_CONFIG_BYTES + 1))).code).toBe('CONFIG_UNREADABLE')
  expect(() => read('#'.repeat(MAX_CONFIG_BYTES))).not.toThrow()
})

test('keys that nothing asked for are unknown, with their line and the nearest name', () => {
  const root = read('seds = 1\n[net]\nlocalnt = true\nlocalnet = true\n[net.deep]\nx = 1\n[other]\ny = 1')
  root.strings('seeds')
  const net = root.section('net')
  net.boolean('localnet')
  net.section('deep').string('xy')
  root.section('net')
  expect(unknownKeyWarnings(root)).toEqual([
    'f.toml:1: seds: unknown key, ignored; did you mean seeds?',
    'f.toml:7: other: unknown key, ignored',
    'f.toml:3: net.localnt: unknown key, ignored; did you mean localnet?',
    'f.toml:6: net.deep.x: unknown key, ignored; did you mean xy?',
  ])
  expect(unknownKeyWarnings(net)).toHaveLength(2)
  expect(failure(() => refuseUnknownKeys(net)).message).toBe('f.toml:3: net.localnt: unknown key; did you mean localnet?')
  net.ignore('localnt')
  net.section('deep').ignore('x')
  expect(() => refuseUnknownKeys(net)).not.toThrow()
})

test('names of Object are keys like any other', () => {
  const root = read('__proto__ = 1\nconstructor = 2')
  expect(root.has('toString')).toBe(false)
  expect(root.string('hasOwnProperty')).toBeUndefined()
  expect(failure(() => root.string('constructor')).data.line).toBe(2)
  expect(unknownKeyWarnings(root)).toEqual(['f.toml:1: __proto__: unknown key, ignored'])
})

test('a key of more parts than can be meant is refused with its line, wherever it stands', () => {
  const deep = Array.from({ length: 33 }, () => 'a').join('.')
  for (const text of [`x = 1\n[${deep}]\ny = 1\n`, `x = 1\n${deep} = 1\n`, `x = 1\ny = { ${deep} = 1 }\n`]) {
    expect(failure(() => read(text)).message).toBe('f.toml:2: a key has more than 32 parts')
  }
  expect(read(`[${deep.slice(2)}]\n`).keys).toEqual(['a'])
})

test('a name that many keys have in common is held once', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `k${index} = 1`)
  const root = read(`[${'a'.repeat(400_000)}]\n${keys.join('\n')}\n`)
  const [name] = root.keys
  expect(root.table(name!)?.lineOf('k19999')).toBe(20_001)
})
