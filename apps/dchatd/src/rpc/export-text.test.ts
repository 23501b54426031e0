import type { Author, Message } from '@dchat/rpc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportText } from './export-text.ts'

function author(fields: Partial<Author>): Author {
  return { key: null, nick: null, tag: null, held: false, from: null, verified: null, room_key: null, known_as: null, ...fields }
}

function message(fields: Partial<Message> = {}): Message {
  return {
    seq: 1,
    id: null,
    room: 'dchat',
    kind: 'text',
    author: author({ nick: 'ann' }),
    text: 'hello',
    time: null,
    received: Date.UTC(2026, 10, 26, 10, 0, 0, 7),
    own: true,
    delivery: null,
    retracted: false,
    mention: false,
    encrypted: null,
    invitation: null,
    ...fields,
  }
}

const labelOf = (room: string): string => `the ${room}`

describe('a line of text', () => {
  test.each<[Partial<Message>, string]>([
    [{}, '<ann> hello'],
    [{ kind: 'action', text: 'waves' }, '* ann waves'],
    [{ kind: 'topic', text: 'tea' }, '-- ann set the topic: tea'],
    [{ kind: 'system', text: 'tea' }, '-- tea'],
    [{ author: author({}) }, '<me> hello'],
    [{ own: false, author: author({ from: 'tcp://1.2.3.4:5/' }) }, '<tcp://1.2.3.4:5/> hello'],
    [{ own: false, author: author({ key: 'aa', nick: 'bob', tag: 'c0ffee' }) }, '<bob#c0ffee> hello'],
    [{ own: false, author: author({ key: 'aa', nick: 'bob', tag: 'c0ffee', held: true }) }, '<bob> hello'],
    [{ own: false, author: author({ key: 'aa', tag: 'c0ffee' }) }, '<#c0ffee> hello'],
    [{ own: false, text: '', retracted: true }, '-- ann took a line back'],
    [{ time: Date.UTC(2026, 10, 26, 10, 0, 0, 1), received: Date.UTC(2026, 10, 27) }, '<ann> hello'],
    [{ time: Date.UTC(2026, 10, 27) }, '<ann> hello'],
    [{ text: 'one\n2026-11-26T10:00:00Z <bob> two\x1b[2J' }, '<ann> one␊2026-11-26T10:00:00Z <bob> two␛'],
  ])('%j', (fields, line) => {
    expect(exportText([message(fields)], 'txt', labelOf)).toBe(`2026-11-26T10:00:00Z ${line}\n`)
  })

  test('names another room than the shared one', () => {
    expect(exportText([message({ room: 'tea' })], 'txt', labelOf)).toBe('2026-11-26T10:00:00Z [the tea] <ann> hello\n')
  })
})

test('Markdown shows what was written, and begins nothing', () => {
  const text = '**bold** `code` <b> &lt; [a](b) a_b ~~c~~ \\ |'
  expect(exportText([message({ text })], 'md', labelOf)).toBe(
    '- *2026-11-26T10:00:00Z* \\<ann\\> \\*\\*bold\\*\\* \\`code\\` \\<b\\> \\&lt; \\[a\\](b) a\\_b \\~\\~c\\~\\~ \\\\ \\|\n',
  )
})

test('jsonl reads back as the messages, whatever is in them; the others have a line each', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (texts) => {
      const messages = texts.map((text, index) => message({ seq: index + 1, text }))
      const lines = exportText(messages, 'jsonl', labelOf).split('\n').slice(0, -1)
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(messages)
      for (const format of ['txt', 'md'] as const) {
        expect(exportText(messages, format, labelOf).split(/[\n\r\u2028\u2029]/)).toHaveLength(messages.length + 1)
      }
    }),
  )
})
