import { expect, test } from 'vitest'
import { parseToml } from '../toml-document.ts'
import { commentedFile, flagTable, keyTable } from './key-docs.ts'
import { keyValues } from './key-values.ts'
import { TEST_SECTIONS } from './keys.test-util.ts'

const TEXT = `# Mine.

[own]
# Of our own.
# Whether it is on.
#on = false
# How many things.
#count = 3
# How long.
#wait = 1.5
# Who.
#     names = ["ann", "bob"]
#names = []

# Which.
colour = "red"
# Where.
# file = "~/x"
# A socket.
# A secret.
# Pairs.
#pairs = []

# Items.
#     [[own.item]]
#     secret = "x"

[net.profiles."tcp"]
# How long.
#wait = 1
`

test('the commented file shows every key, and says nothing but defaults', () => {
  const text = commentedFile(['Mine.'], TEST_SECTIONS)
  expect(text).toBe(TEXT)
  for (const loaded of [text, text.replaceAll(/^#(?=\S)/gm, '')]) {
    const values = keyValues(parseToml(loaded, 'f'), TEST_SECTIONS).map(({ key, value }) => [key, value])
    const none = keyValues(parseToml('[net.profiles.tcp]', 'f'), TEST_SECTIONS).map(({ key, value }) => [key, value])
    expect(values).toEqual(none)
  }
})

test('keys at the top level have no header', () => {
  const section = { path: [], title: 'top level', keys: { on: TEST_SECTIONS[0]!.keys['on']! } }
  expect(commentedFile([], [section])).toBe('\n# Whether it is on.\n#on = false\n')
})

test('a program that does not know SIGHUP says nothing of it', () => {
  const { isLive, ...on } = TEST_SECTIONS[0]!.keys['on']!
  expect(isLive).toBe(true)
  expect(keyTable({ path: [], title: 'top level', keys: { on } }).split('\n')).toEqual([
    '| Key | Type | Default | Meaning |',
    '|---|---|---|---|',
    '| `on` | boolean | `false` | Whether it is on |',
  ])
})

test('a long text is wrapped', () => {
  const [section] = TEST_SECTIONS
  const text = commentedFile([], [{ ...section!, text: 'word '.repeat(60).trim() }])
  expect(text.split('\n').filter((line) => line.length > 118)).toEqual([])
})

test('the table of a section has a row a key', () => {
  const lines = keyTable(TEST_SECTIONS[0]!).split('\n')
  expect(lines).toHaveLength(11)
  expect(lines[3]).toBe('| `count` | things, 0 to 9 | `3` | How many `things` | restart |')
  expect(lines[7]).toBe('| `file` | path | none | Where | restart |')
  expect(lines[8]).toBe('| `socket` | path | – | A socket | restart |')
  expect(keyTable(TEST_SECTIONS[2]!)).toContain('| `1`, or `9` |')
})

test('the flags have a row each', () => {
  expect(flagTable(TEST_SECTIONS).split('\n').slice(2)).toEqual([
    '| `--on` | `own.on` |',
    '| `--count N` | `own.count` |',
    '| `--names NAME` | `own.names` |',
    '| `--file FILE` | `own.file` |',
  ])
})
