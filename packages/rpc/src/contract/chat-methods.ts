/** The chat: what is said, read, followed and taken along. */
import { Integer, Optional, String } from 'typebox/type'
import { DEFAULT_EXPORT_LIMIT, DEFAULT_HISTORY_LIMIT, DEFAULT_SEARCH_LIMIT } from '../defaults.ts'
import { MAX_PAGE_LINES, MAX_POST_TEXT_BYTES, MAX_QUERY_CHARACTERS, MAX_WAIT_MS } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_MESSAGE } from './example-message.ts'
import { allRoomsOr, held, inClear, oneOf, person, roomOrDefault, seq, yes } from './parts.ts'
import { foundMessages } from './room-shapes.ts'
import { exportPage, historyPage, message } from './shapes.ts'

const CHAT = ['dchatd'] as const

const pageLimit = (preset: number) =>
  Optional(Integer({ minimum: 1, maximum: MAX_PAGE_LINES, default: preset, description: 'Lines of the page at most.' }))

export const CHAT_METHODS = {
  'chat.send': defineMethod({
    summary: 'Signs a line, stores it durably, then sends it; gives it as stored.',
    details:
      'With no peer it is kept, its delivery says `stored`, and it goes out when a peer is there. The room is joined if it was not. In ' +
      '`dchat` peers that know no posts get `<nick> text`, up to 1 KiB of it and ten a second each; what is over that they do not get. ' +
      'A room takes 60 posts of one author in a clock minute: more end with -32003, but in `dchat` they go out unsigned, with `id` ' +
      'null, to those who are connected now. With `to` it is encrypted to that person alone and stands in the conversation with him; in a ' +
      'private room it is encrypted to its members; such a text has at most 4,092 bytes. What cannot be encrypted ends with `no_key`, or ' +
      'waits with `hold`; it is never sent in the clear.',
    access: 'write',
    programs: CHAT,
    params: {
      text: String({ minLength: 1, 'x-max-bytes': MAX_POST_TEXT_BYTES, description: 'The line.' }),
      room: roomOrDefault('The room to say it in.'),
      kind: Optional(
        oneOf(['text', 'action'], { default: 'text', description: '`action` is what `/me` makes: shown as `* nick text`.' }),
      ),
      to: Optional(person('To whom, in place of a room.')),
      hold: held(),
      in_clear: inClear(),
    },
    result: message,
    errors: ['not_found', 'store_failed', 'no_key', 'ambiguous', 'would_leak'],
    example: { params: { text: 'hello' }, result: EXAMPLE_MESSAGE },
  }),
  'chat.history': defineMethod({
    summary: 'A page of stored lines: since, before or after one of them, or the newest.',
    details:
      'With `since` in order of storing. Else in room order ((time, id); unsigned lines by `received`), oldest first, ending just ' +
      'before the line `before`, beginning just after the line `after` (from RPC 1.4.0 on), or ending with the newest. `since`, ' +
      '`before` and `after` exclude each other. A page ends early at 4 MiB of text.',
    access: 'read',
    programs: CHAT,
    params: {
      since: Optional(seq('What was stored after the line with this `seq`; 0 for all.')),
      before: Optional(seq('What stands before the line with this `seq`.')),
      limit: pageLimit(DEFAULT_HISTORY_LIMIT),
      room: allRoomsOr('Only this room.'),
      wait_ms: Optional(
        Integer({
          minimum: 0,
          maximum: MAX_WAIT_MS,
          default: 0,
          description: 'With `since`: how long to wait for the first line, in ms, when there is none yet.',
        }),
      ),
      after: Optional(seq('What stands after the line with this `seq`.')),
    },
    result: historyPage,
    errors: ['store_failed'],
    example: { params: { since: 41, limit: 10 }, result: { messages: [EXAMPLE_MESSAGE], more: false, last_seq: 42 } },
  }),
  'chat.subscribe': defineMethod({
    summary: 'Replays what was stored after `since`, then follows. Gives a subscription id.',
    details:
      'Notifications: `chat.message {subscription, message}`, `chat.delivery {subscription, seq, delivery, id, time}`, ' +
      '`chat.retracted {subscription, seq, id}`, `chat.room {subscription, room}`, `chat.nick {subscription, author}`, ' +
      '`chat.progress {subscription, sync}`, and, when the client was too slow, `chat.lagged {subscription, resume}`: lines stored ' +
      'after `resume` and before the next one sent are missing, and `chat.history {since: resume}` has them. Not over `POST`; ' +
      '`GET /events` is this method. A connection has 32.',
    access: 'read',
    programs: CHAT,
    params: {
      since: Optional(seq('Begin after the line with this `seq`; 0 for all. Without it: what is stored from now on.')),
      room: allRoomsOr('Only this room.'),
    },
    result: String({ description: 'Id of the subscription.' }),
    example: { params: { since: 41 }, result: 'chat-1' },
  }),
  'chat.unsubscribe': defineMethod({
    summary: 'Ends a subscription of this connection, of the chat or of network events.',
    access: 'read',
    programs: CHAT,
    params: { subscription: String({ maxLength: 64, description: 'Its id.' }) },
    result: yes,
    errors: ['not_found'],
    example: { params: { subscription: 'chat-1' }, result: true },
  }),
  'chat.search': defineMethod({
    summary: 'The newest lines in room order that hold every word of a query, oldest first.',
    details:
      'Words are parted by white space, at most 16; they may be parts of words, of any writing. Upper and lower case are alike, an accent ' +
      'counts. Lines of ignored keys and those taken back are not found. Go on with `before` = `seq` of the first one found; fewer than ' +
      '`limit` were the last, but for a page that ends early at 4 MiB.',
    access: 'read',
    programs: CHAT,
    since: '1.2.0',
    params: {
      query: String({ minLength: 1, maxLength: MAX_QUERY_CHARACTERS, description: 'What to look for.' }),
      room: allRoomsOr('Only this room.'),
      limit: pageLimit(DEFAULT_SEARCH_LIMIT),
      before: Optional(seq('Only what stands before the line with this `seq` in room order.')),
    },
    result: foundMessages,
    errors: ['store_failed'],
    example: { params: { query: 'hello' }, result: { messages: [EXAMPLE_MESSAGE] } },
  }),
  'chat.export': defineMethod({
    summary: 'The history as text, a page at a time.',
    details:
      'In order of storing. While `more` is true, ask again with `since` = `next`; the texts put together are the export. ' +
      '`jsonl`: a message a line, exactly as `chat.history` has it. `txt`: `2026-11-26T10:00:00Z <nick> text`. `md`: a list, for ' +
      'people. In these two nothing in a line can pass for another line, and control characters are shown, not sent. ' +
      'A page ends early at 4 MiB of text.',
    access: 'read',
    programs: CHAT,
    since: '1.1.0',
    params: {
      room: allRoomsOr('Only this room.'),
      since: Optional(seq('What was stored after the line with this `seq`; 0, and without it, all.')),
      format: Optional(oneOf(['jsonl', 'txt', 'md'], { default: 'jsonl', description: 'How lines are written.' })),
      limit: pageLimit(DEFAULT_EXPORT_LIMIT),
    },
    result: exportPage,
    errors: ['store_failed'],
    example: {
      params: { since: 41, format: 'txt' },
      result: { text: '2026-11-26T10:00:00Z <ann#eh7ddx5bks> hello\n', more: false, last_seq: 42, next: 42 },
    },
  }),
}
