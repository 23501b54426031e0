import { expect, test } from 'vitest'
import { HELP_COLUMNS, helpEntries, helpParagraphs, optionEntries } from './help.ts'

test('entries have their meaning beside them, long ones below', () => {
  const lines = helpEntries([
    ['a', 'one'],
    ['bcd', `${'word '.repeat(30)}end`],
    ['e'.repeat(50), 'below'],
  ])
  expect(lines[0]).toBe('  a    one')
  expect(lines[1]).toMatch(/^ {2}bcd {2}word /)
  expect(lines[2]).toMatch(/^ {7}word /)
  expect(lines.slice(-2)).toEqual([`  ${'e'.repeat(50)}`, '       below'])
  expect(lines.filter((line) => line.length > HELP_COLUMNS)).toEqual([])
})

test('options are aligned whether they have a letter or not', () => {
  const follow = { name: 'follow', short: 'f', help: 'go on' }
  const since = { name: 'since', value: 'SEQ', help: 'from where' }
  expect(optionEntries([follow, since])).toEqual([
    ['-f, --follow', 'go on'],
    ['    --since SEQ', 'from where'],
  ])
  expect(optionEntries([since])).toEqual([['--since SEQ', 'from where']])
})

test('paragraphs are wrapped, but those that are indented are kept', () => {
  expect(helpParagraphs(`one\ntwo\n\n  kept  as\n    it is\n\n${'long '.repeat(40)}`)).toEqual([
    'one two',
    '',
    '  kept  as',
    '    it is',
    '',
    expect.stringMatching(/^(long ?){20}$/),
    expect.stringMatching(/^(long ?){20}$/),
  ])
})
