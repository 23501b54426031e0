import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDelivery, formatJson, formatMessage, formatTable, formatTime } from './format.ts'
import { anAuthor, message } from './testing/fake-daemon.ts'

const author = anAuthor({ nick: 'ann' })
const SENT = { seq: 7, id: 'a', encrypted: null, delivery: null }
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /

test.each([
  ['a line of an unknown author', message(1, 'hi'), '<tcp://10.0.0.1:26661> hi'],
  ['a line with a nick', message(1, 'hi', { author }), '<ann> hi'],
  ['a nick with a tag', message(1, 'hi', { author: { ...author, tag: 'x7' } }), '<ann#x7> hi'],
  ['an own line', message(1, 'hi', { own: true, author: { ...author, nick: null } }), '<me> hi'],
  ['an action', message(1, 'waves', { kind: 'action', author }), '* ann waves'],
  ['a topic', message(1, 'cats', { kind: 'topic', author }), '-- ann set the topic: cats'],
  ['a system line', message(1, 'moved', { kind: 'system' }), '-- moved'],
  ['another room', message(1, 'hi', { room: 'cats', author }), '[cats] <ann> hi'],
  ['a line break', message(1, 'a\nb', { author }), '<ann> a␊b'],
  ['an escape sequence', message(1, '\x1b[31mred', { author: { ...author, nick: 'a\x1b]0;t\x07nn' } }), '<a␛nn> ␛red'],
])('shows %s on one safe line', (_, line, shown) => {
  const text = formatMessage(line)
  expect(text).toMatch(TIME)
  expect(text.replace(TIME, '')).toBe(shown)
})

test('JSON reads back exactly and holds nothing a terminal obeys', () => {
  const hostile = '\x1b[31m\x9b2J\u202e\u{e0041}\u2028\x7f\ud800 ok é 👨‍👩‍👧'
  const json = formatJson({ text: hostile })
  expect(JSON.parse(json)).toEqual({ text: hostile })
  // oxlint-disable-next-line no-control-regex -- looks for what must not be there
  expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u202e\u{e0041}]/u)
  expect(json).toContain('ok é')
  const isExact = (value: unknown): boolean =>
    isDeepStrictEqual(JSON.parse(formatJson(value, 2)), JSON.parse(JSON.stringify(value)))
  fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), isExact))
})

test('a time out of range does not fail', () => {
  expect(formatTime(Number.MAX_SAFE_INTEGER)).toBe('????-??-?? ??:??:??')
})

test.each([
  [{ state: 'stored', written: 0, held: 0 } as const, 'stored as 7, written to nobody yet: it goes out when a peer is connected'],
  [{ state: 'sent', written: 1, held: 0 } as const, 'stored as 7, written to 1 peer'],
  [{ state: 'held', written: 3, held: 2 } as const, 'stored as 7, written to 3 peers, held by 2'],
  [{ state: 'failed', written: 0, held: 0 } as const, 'stored as 7, but given up: it goes to no peer'],
])('says of %j only what is known', (delivery, text) => {
  expect(formatDelivery({ ...SENT, delivery })).toBe(text)
})

test('says of a line that waits for a box key that it does', () => {
  const waiting = { ...SENT, id: null, encrypted: 'direct', delivery: { state: 'stored', written: 0, held: 0 } } as const
  expect(formatDelivery(waiting)).toBe('stored as 7, waiting for a box key: it goes out, encrypted, once there is one')
  expect(formatDelivery({ ...waiting, id: 'a' })).toContain('written to nobody yet')
})

test('columns are as wide as their widest cell', () => {
  expect(
    formatTable([
      ['1', 'inbound', 'a'],
      ['22', 'seed', 'b'],
    ]),
  ).toEqual(['1   inbound  a', '22  seed     b'])
})
