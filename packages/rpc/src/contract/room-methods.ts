/** Rooms, and what is one's own in them. */
import { Array as List, Optional, String } from 'typebox/type'
import { DEFAULT_CLIENT } from '../defaults.ts'
import { MAX_NAME_CHARACTERS, MAX_POST_TEXT_BYTES } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_ID, EXAMPLE_LINE_DELIVERY, EXAMPLE_PENDING } from './example-message.ts'
import { count, hex32, inClear, oneOf, room, seq, yes } from './parts.ts'
import { NOTIFY_LEVELS, lineDelivery, roomInfo } from './room-shapes.ts'
import { message } from './shapes.ts'

const CHAT = ['dchatd'] as const
const SINCE = '1.2.0'

const client = () =>
  Optional(
    String({
      minLength: 1,
      maxLength: MAX_NAME_CHARACTERS,
      default: DEFAULT_CLIENT,
      description: 'Whose read markers are meant: a client that is to have its own names itself.',
    }),
  )

export const ROOM_METHODS = {
  'chat.rooms': defineMethod({
    summary: 'The rooms that are joined or have something stored, by name.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: { client: client() },
    result: List(roomInfo, { description: 'One for each room.' }),
    errors: ['store_failed'],
    example: {
      params: {},
      result: [
        {
          room: 'dchat',
          joined: true,
          unread: 3,
          mentions: 1,
          last_seq: 42,
          topic: 'the room of everybody',
          read_seq: 39,
          level: 'all',
          posts: 40,
          kind: 'public' as const,
          name: null,
          author: null,
        },
      ],
    },
  }),
  'chat.join': defineMethod({
    summary: 'Shows a room from now on, with what is kept of it.',
    details:
      'Peers are not told. Saying something in a room joins it, too. Joining a conversation opens it. A private room is joined by ' +
      '`room.accept`; one that was left, and whose keys are still here, by this.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: room('Which.') },
    result: yes,
    errors: ['not_found', 'store_failed'],
    example: { params: { room: 'cats' }, result: true },
  }),
  'chat.leave': defineMethod({
    summary: 'Shows a room no longer; its lines stay, `chat.forget` destroys them.',
    details:
      'True, too, when it was not joined. A conversation is closed until its next line. The keys of a private room stay: `room.forget` ' +
      'takes them away.',
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
    details: 'In a private room it is encrypted like its lines, at most 4,092 bytes. A conversation has none.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      room: room('Which.'),
      text: String({ 'x-max-bytes': MAX_POST_TEXT_BYTES, description: 'The topic; an empty one takes it away.' }),
      in_clear: inClear(),
    },
    result: yes,
    errors: ['not_found', 'store_failed', 'would_leak'],
    example: { params: { room: 'cats', text: 'whiskers' }, result: true },
  }),
  'chat.mark_read': defineMethod({
    summary: 'Notes up to which line a room was read.',
    details: 'It may go back. The markers of at most 64 clients are kept: that of the one that asked least recently goes.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: { room: room('Which.'), seq: seq('`seq` of the last line that was read.'), client: client() },
    result: yes,
    errors: ['store_failed'],
    example: { params: { room: 'dchat', seq: 42 }, result: true },
  }),
  'chat.forget': defineMethod({
    summary: 'Destroys what is shown of a room here; gives how many lines that were.',
    details:
      'Its lines are gone for good, from the file of the database and the search index too, and are overwritten there; own lines that ' +
      'wait for a box key are given up. Peers keep theirs. Its posts are still kept for peers until they expire, signed and as ' +
      'they were sent, but are never shown again here, also when the room is left and joined. It stays joined and takes new lines. ' +
      'Others who are subscribed hear `chat.room`.',
    access: 'write',
    programs: CHAT,
    since: '1.4.0',
    params: { room: room('Which.') },
    result: count('Lines that were destroyed.'),
    errors: ['store_failed'],
    example: { params: { room: 'cats' }, result: 120 },
  }),
  'chat.mute': defineMethod({
    summary: 'Sets what clients are to tell of a room.',
    access: 'write',
    programs: CHAT,
    since: SINCE,
    params: {
      room: room('Which.'),
      level: oneOf(NOTIFY_LEVELS, {
        description: 'Every line, those with the own nick or a highlight word in them, or nothing.',
      }),
    },
    result: yes,
    errors: ['store_failed'],
    example: { params: { room: 'cats', level: 'mentions' }, result: true },
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
    details: 'Those that wait for a box key of the other are among them; their `id` and `time` are null.',
    access: 'read',
    programs: CHAT,
    since: SINCE,
    params: {},
    result: List(message, { description: 'The lines.' }),
    errors: ['store_failed'],
    example: { params: {}, result: [EXAMPLE_PENDING] },
  }),
  'chat.delivery': defineMethod({
    summary: 'How far an own line got, and with which peers.',
    details:
      'Peers are remembered for the newest 1,000 own lines since the start, 64 of each; the counts are those of the line. A peer may ' +
      'have been written a line and be gone before it had read it; `held` is what it has shown itself.',
    access: 'read',
    programs: CHAT,
    since: '1.4.0',
    params: { seq: seq('`seq` of the line.') },
    result: lineDelivery,
    errors: ['not_found', 'store_failed'],
    example: { params: { seq: 42 }, result: EXAMPLE_LINE_DELIVERY },
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
