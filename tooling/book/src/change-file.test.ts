import { expect, test } from 'vitest'
import { changeFile } from './change-file.ts'
import type { FileChange } from './chapter.ts'

const change = (how: FileChange, text: string, before?: string): string =>
  changeFile({ kind: 'file', file: 'a.ts', change: how, text, at: '01.md:5' }, before)

test('a file is made, replaced, added to', () => {
  expect(change('new', 'one')).toBe('one\n')
  expect(change('rewritten', 'two', 'one\n')).toBe('two\n')
  expect(change('at its end', 'two', 'one\n')).toBe('one\n\ntwo\n')
})

test('a diff replaces what it finds, in each of its parts', () => {
  const before = 'one\n  two\n\nthree\nfour\n'
  expect(change('changed', ' one\n-  two\n+  2\n+$&\n\n three', before)).toBe('one\n  2\n$&\n\nthree\nfour\n')
  expect(change('changed', '-one\n@@ the end\n+3½\n four', before)).toBe('  two\n\nthree\n3½\nfour\n')
})

test.each([
  ['makes what is there', () => change('new', 'x', 'one\n'), '01.md:5: a.ts is there already'],
  ['replaces what is not there', () => change('rewritten', 'x'), '01.md:5: a.ts is not there'],
  ['adds to what is not there', () => change('at its end', 'x'), '01.md:5: a.ts is not there'],
  ['changes what is not there', () => change('changed', '+x'), '01.md:5: a.ts is not there'],
  ['finds no place', () => change('changed', ' two\n+x', 'one\n'), 'in a.ts this is not there exactly once:\ntwo'],
  ['finds a part of a line', () => change('changed', ' ne\n+x', 'one\n'), 'not there exactly once'],
  ['finds two places', () => change('changed', ' one\n+x', 'one\none\n'), 'not there exactly once'],
  ['is no diff', () => change('changed', 'one', 'one\n'), 'no line of a diff: one'],
])('a block that %s is an error', (_, act, message) => {
  expect(act).toThrow(message)
})
