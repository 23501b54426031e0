import { authorName } from '@dchat/rpc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatMessage, formatTime } from './format.ts'
import { formatResult } from './result-format.ts'
import { message } from './testing/fake-daemon.ts'

const NOW = 1_795_698_000_000
const STYLE = {
  times: new Map([
    ['until', 's'],
    ['last_seen', 's'],
    ['since', 'ms'],
  ] as const),
  nowMs: NOW,
}

describe('formatResult', () => {
  test.each([
    ['a text', 'pong', ['pong']],
    ['a text of lines', 'a\nb\n', ['a', 'b']],
    ['true', true, ['true']],
    ['a number', 7, ['7']],
    ['null', null, ['-']],
    ['texts', ['a', 'b'], ['a', 'b']],
    ['nothing in a list', [], []],
    ['nothing in an object', {}, []],
    [
      'an object',
      { a: 1, long: 'x', none: null, list: [1, 2], empty: [] },
      ['a      1', 'long   x', 'none   -', 'list   1 2', 'empty  -'],
    ],
    [
      'times of the contract',
      { until: NOW / 1_000 + 3_120, last_seen: 0, since: NOW - 5_000 },
      [
        `until      ${formatTime(NOW + 3_120_000)} (in 52 min)`,
        'last_seen  never',
        `since      ${formatTime(NOW - 5_000)} (5 s ago)`,
      ],
    ],
    ['times in a list', [{ until: NOW / 1_000 }], ['until', `${formatTime(NOW)} (0 s ago)`]],
    ['times that are none', { until: 'soon', since: null }, ['until  soon', 'since  -']],
    ['objects in an object', { a: { b: { c: 1 } }, d: 2 }, ['a.b.c  1', 'd      2']],
    [
      'a list of objects',
      [
        { id: 1, who: { nick: 'ann' } },
        { id: 22, who: { nick: null }, more: true },
      ],
      ['id  who.nick  more', '1   ann', '22  -         true'],
    ],
    [
      'people in a list',
      [{ room: '@7c94', author: message(1, 'hi').author }],
      ['room   author', `@7c94  ${authorName(message(1, 'hi').author)}`],
    ],
    ['lists of objects beside fields', { hosts: [{ url: 'a' }], total: 1 }, ['total  1', '', 'hosts:', '  url', '  a']],
    ['what is nested deeper', { a: [{ b: [{ c: 1 }] }] }, JSON.stringify({ a: [{ b: [{ c: 1 }] }] }, undefined, 2).split('\n')],
    ['messages', [message(1, 'hi')], [formatMessage(message(1, 'hi'))]],
  ])('%s', (_, value, lines) => {
    expect(formatResult(value, STYLE)).toEqual(lines)
  })

  test('holds nothing a terminal obeys, whatever the daemon answers', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('a', '\u001b', '\u009b', '\u202e', '\u0007', '\r', '\n', '\u{e0041}'),
      maxLength: 8,
    })
    const result = fc.jsonValue({ depthSize: 'small' })
    const withKeys = fc.letrec((tie) => ({
      value: fc.oneof(
        hostile,
        result,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(hostile, tie('value'), { maxKeys: 3 }),
      ),
    })).value
    // oxlint-disable-next-line no-control-regex -- looks for what must not be there
    const isSafe = (line: string): boolean => !/[\x00-\x1f\x7f-\x9f\u202e\u{e0041}]/u.test(line)
    fc.assert(
      fc.property(withKeys, (value) => {
        expect(formatResult(value, STYLE).filter((line) => !isSafe(line))).toEqual([])
      }),
    )
  })
})
