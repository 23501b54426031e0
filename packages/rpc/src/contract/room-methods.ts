/** Rooms, and what is one's own in them. */
import { Array as List, String } from 'typebox/type'
import { MAX_POST_TEXT_BYTES } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_ID, EXAMPLE_PENDING } from './example-message.ts'
import { hex32, room, seq, yes } from './parts.ts'
import { message } from './shapes.ts'

const CHAT = ['dchatd'] as const
const SINCE = '1.2.0'

export const ROOM_METHODS = {
  'chat.join': defineMethod({
    summary: 'Shows a room from now on, with what is kept of it.',
    details: 'Peers are not told. Saying something in a room joins it, too.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: room('Which.') },
    result: yes,
    errors: ['store_failed'],
    example: { params: { room: 'cats' }, result: true },
  }),
  'chat.leave': defineMethod({
    summary: 'Shows a room no longer; its lines stay.',
    details: 'True, too, when it was not joined.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: room('Which.') },
    result: yes,
    errors: ['store_failed'],
    example: { params: { room: 'cats' }, result: true },
  }),
  'chat.topic': defineMethod({
    summary: 'Says what a room is about. Everybody may; the newest holds.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      room: room('Which.'),
      text: String({ 'x-max-bytes': MAX_POST_TEXT_BYTES, description: 'The topic; an empty one takes it away.' }),
    },
    result: yes,
    errors: ['store_failed'],
    example: { params: { room: 'cats', text: 'whiskers' }, result: true },
  }),
}

export const OWN_LINE_METHODS = {
  'chat.retract': defineMethod({
    summary: 'Takes back an own post: it is shown no longer wherever this is heard.',
    details: 'A promise of nobody: who has read it has read it, and its bytes stay with those who keep them.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { id: hex32('Its `id`.') },
    result: yes,
    errors: ['not_found', 'store_failed'],
    example: { params: { id: EXAMPLE_ID }, result: true },
  }),
  'chat.pending': defineMethod({
    summary: 'Own lines that no peer has yet, oldest first, at most 1,000.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: {},
    result: List(message, { description: 'The lines.' }),
    errors: ['store_failed'],
    example: { params: {}, result: [EXAMPLE_PENDING] },
  }),
  'chat.retry': defineMethod({
    summary: 'Sends an own post to every peer again.',
    details: 'Seldom needed: a post that no peer has yet goes to the next one that connects.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { seq: seq('`seq` of its line.') },
    result: yes,
    errors: ['not_found', 'store_failed'],
    example: { params: { seq: 42 }, result: true },
  }),
  'chat.cancel': defineMethod({
    summary: 'Gives up an own post that no peer has yet: it will not be sent.',
    details:
      'Its line stays, with the delivery `failed`. Once it was written to a peer this is too late; `chat.retract` is left then.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { seq: seq('`seq` of its line.') },
    result: yes,
    errors: ['not_found', 'too_late', 'store_failed'],
    example: { params: { seq: 42 }, result: true },
  }),
}
